"""Random values of parameters, from the low, typical and high value that every row has.

The distribution is **PERT**: a beta distribution from low to high with its mode at the typical
value and weight 4 on it, so mean = (low + 4 typical + high) / 6. It uses exactly the three numbers
of the table, never leaves the range and gives the ends little weight, as is fitting for a "low"
and a "high" that are meant as the outer plausible values. A range of no width gives its value.

Draws are a centred **Latin hypercube**: of n draws each takes one of the quantiles (i + 1/2) / n,
so that every parameter alone is spread evenly, and parameters are paired by independent
permutations. Several independent hypercubes (replicates) make the result and say
how far it can be trusted. A row's permutation depends on seed and key alone: the same row has the
same draws in every scenario, corridor and selection of corridors, so that differences between two
runs are differences between the questions, not chance.

The dimensions of an unscrambled hypercube are nothing but independent uniform permutations of its
strata (McKay, Beckman and Conover 1979), whichever rows or replicates they stand for. So they are
permuted as such, one call for each row with a permutation for every replicate; `scipy.stats.qmc`
would do the same, but takes longer to import than all else takes. As the levels are fixed, the
costly quantiles of the beta distribution are looked up by stratum, once for every place of the
typical value in its range.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Final

import numpy as np

from geodata.rows import Parameter

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.intp]

MODE_WEIGHT: Final = 4.0
"""Weight of the typical value against low and high in the mean: the usual one of PERT."""
REPLICATES: Final = 10
DRAWS: Final = 10_000
SEED: Final = 1
"""What `corridors risk` takes if nothing else is asked for."""
FEWEST_DRAWS: Final = 100
MOST_DRAWS: Final = 100_000


def pert_quantiles(low: float, value: float, high: float, levels: Floats) -> Floats:
    """Return quantiles of the PERT distribution of a range.

    Parameters
    ----------
    low, value, high
        Smallest, most likely and largest value.
    levels
        Probabilities from 0 to 1.
    """
    from scipy.special import betaincinv

    width = high - low
    if not width > 0:
        return np.full_like(levels, value)
    mode = (value - low) / width
    quantiles: Floats = betaincinv(1 + MODE_WEIGHT * mode, 1 + MODE_WEIGHT * (1 - mode), levels)
    return low + width * quantiles


@lru_cache(maxsize=1024)
def _strata(mode: float, size: int) -> Floats:
    """Return the quantiles of the middles of `size` equal strata, for the whole process."""
    quantiles = pert_quantiles(0.0, mode, 1.0, (np.arange(size) + 0.5) / size)
    quantiles.flags.writeable = False
    return quantiles


def replicate_sizes(draws: int) -> list[int]:
    """Return how many draws every replicate has; sizes differ by one at most."""
    return [draws // REPLICATES + (number < draws % REPLICATES) for number in range(REPLICATES)]


def draw_values(
    rows: Sequence[Parameter], draws: int, seed: int, only: Ints | None = None
) -> Floats:
    """Return draws of parameter values, rows x draws, one replicate after the other.

    Parameters
    ----------
    rows
        The rows to draw; each is drawn once per draw, whatever uses it.
    draws
        How many.
    seed
        Any whole number from zero on.
    only
        Positions of the draws to return, all if not given.
    """
    values = np.empty((len(rows), draws if only is None else only.size))
    replicates = Counter(replicate_sizes(draws))
    drawn = np.empty(draws)
    for at, row in enumerate(rows):
        width = row.high - row.low
        if not width > 0:
            values[at] = row.value
            continue
        mode = (row.value - row.low) / width
        start = 0
        for size, times in replicates.items():
            block = drawn[start : start + size * times]
            strata = permutations(size, times, seed, row.key)
            _strata(mode, size).take(strata, out=block, mode="clip")  # other modes copy first
            start += size * times
        np.multiply(drawn if only is None else drawn[only], width, out=values[at])
        values[at] += row.low
    return values


def permutations(size: int, times: int, seed: int, key: str) -> Ints:
    """Return independent permutations of strata, one after the other, that depend on a row's key.

    Parameters
    ----------
    size, times
        How many strata every permutation has, and how many permutations.
    seed, key
        What decides them, besides the size.
    """
    digest = hashlib.sha256(f"{size} {seed} {key}".encode()).digest()
    chance = np.random.default_rng(int.from_bytes(digest[:16], "little"))
    strata: Ints = chance.permuted(np.tile(np.arange(size), (times, 1)), axis=1).ravel()
    return strata
