"""Random values of parameters, from the low, typical and high value that every row has.

The distribution is **PERT**: a beta distribution from low to high with its mode at the typical
value and weight 4 on it, so mean = (low + 4 typical + high) / 6. It uses exactly the three numbers
of the table, never leaves the range and gives the ends little weight, as is fitting for a "low"
and a "high" that are meant as the outer plausible values. A range of no width gives its value.

Draws are a centred **Latin hypercube** (`scipy.stats.qmc`): of n draws each takes one of the
quantiles (i + 1/2) / n, so that every parameter alone is spread evenly, and parameters are paired
by independent permutations. Several independent hypercubes (replicates) make the result and say
how far it can be trusted. A row's permutation depends on seed and key alone: the same row has the
same draws in every scenario, corridor and selection of corridors, so that differences between two
runs are differences between the questions, not chance.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

import numpy as np

from geodata.rows import Parameter

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

MODE_WEIGHT: Final = 4.0
"""Weight of the typical value against low and high in the mean: the usual one of PERT."""
REPLICATES: Final = 10
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
    from scipy.stats.qmc import LatinHypercube

    sizes = replicate_sizes(draws)
    levels = {size: (np.arange(size) + 0.5) / size for size in set(sizes)}
    values = np.empty((len(rows), draws if only is None else only.size))
    drawn = np.empty(draws)
    shapes: dict[tuple[float, int], Floats] = {}
    for at, row in enumerate(rows):
        width = row.high - row.low
        if not width > 0:
            values[at] = row.value
            continue
        mode = (row.value - row.low) / width
        # one dimension at a time, each with its own generator: a row's draws depend on no other row
        cube = LatinHypercube(
            1, scramble=False, rng=np.random.default_rng([seed, *_words(row.key)])
        )
        start = 0
        for size in sizes:
            if (mode, size) not in shapes:
                # rows of one shape share their quantiles: finding them is the dear part
                shapes[mode, size] = pert_quantiles(0.0, mode, 1.0, levels[size])
            strata = (cube.random(size)[:, 0] * size).astype(np.int64)
            drawn[start : start + size] = shapes[mode, size][strata]
            start += size
        values[at] = row.low + width * (drawn if only is None else drawn[only])
    return values


def _words(key: str) -> list[int]:
    digest = hashlib.sha256(key.encode()).digest()
    return [int.from_bytes(digest[at : at + 4], "little") for at in range(0, 16, 4)]
