"""Matrices in long form: a row for every pair, also for one that nothing leads between."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import product
from typing import Any, Final

import numpy as np

from corridors.distance import Distances, Measurer
from corridors.end_finder import EndFinder
from corridors.errors import CorridorsError
from corridors.graph import Endpoint
from corridors.many import Optimum, optimum_many
from corridors.planner import Planner
from corridors.point_sets import NamedSpot
from geodata.exporting.layer import About, Column, Layer
from geodata.units import METRES_PER_KM, geodesic_lengths_km
from geodata.vocabulary import Mode

MOST_PAIRS: Final = 1_000_000
"""More do not fit into memory as rows: split the sets, or sweep."""

ENDS: Final[Mapping[str, type]] = {
    "origin": str, "destination": str,
    "origin_lon": float, "origin_lat": float,
    "destination_lon": float, "destination_lat": float,
}  # fmt: skip
SNAPS: Final[Mapping[str, type]] = {"origin_snap_km": float, "destination_snap_km": float}
DISTANCES: Final[Mapping[str, type]] = {
    **ENDS, "mode": str, "length_km": float, **SNAPS, "reason": str,
}  # fmt: skip
ITINERARIES: Final[Mapping[str, type]] = {
    **ENDS, "by": str, "cost_usd": float, "time_h": float, "co2e_kg": float, "length_km": float,
    "modes": str, **SNAPS, "reason": str,
}  # fmt: skip
"""The columns of rows, and what each holds; amounts are of the whole consignment."""
_SHOWN: Final[Mapping[str, int]] = {"cost_usd": 0, "time_h": 1, "co2e_kg": 0, "length_km": 1}
"""Amounts that a table shows, and their decimals there."""

Row = dict[str, Any]


def check_size(origins: Sequence[NamedSpot], destinations: Sequence[NamedSpot]) -> None:
    """Raise `CorridorsError` if the pairs of two sets are too many, or none."""
    count = len(origins) * len(destinations)
    if not count:
        raise CorridorsError("one of the two sets is empty; give --from and --to")
    if count > MOST_PAIRS:
        raise CorridorsError(
            f"{count} pairs, more than {MOST_PAIRS}; split the sets, or use `corridors sweep`"
        )


def distance_rows(
    origins: Sequence[NamedSpot],
    destinations: Sequence[NamedSpot],
    mode: Mode,
    measurer: Callable[[], Measurer],
    limit_km: float | None = None,
) -> list[Row]:
    """Return the lengths by one mode between two sets: what `corridors distance` says of each pair.

    Parameters
    ----------
    measurer
        Returns what measures by that mode; not called for the air, where it is a great circle.
    limit_km
        How far a point may be from the network, the mode's own limit if not given.
    """
    sides = [one.spot for one in origins], [one.spot for one in destinations]
    if mode is Mode.AIR:
        found = _great_circles(origins, destinations)
    else:
        found = measurer().between(*sides, limit_km)
    lengths_km = (found.length_m / METRES_PER_KM).tolist()
    rows = []
    for (at, origin), (to, destination) in _pairs(origins, destinations):
        length_km = lengths_km[at][to]
        reasons = [why for why in (found.origin_reasons[at], found.destination_reasons[to]) if why]
        if not reasons and length_km == np.inf:
            names = f"{origin.spot.name} to {destination.spot.name}"
            reasons = [f"no {mode} line leads from {names}"]
        rows.append(
            {
                **_ends(origin, destination),
                "mode": mode.value,
                "length_km": None if reasons else length_km,
                "origin_snap_km": found.origin_snap_km[at],
                "destination_snap_km": found.destination_snap_km[to],
                "reason": "; ".join(dict.fromkeys(reasons)),
            }
        )
    return rows


def _great_circles(origins: Sequence[NamedSpot], destinations: Sequence[NamedSpot]) -> Distances:
    a, b = (
        np.array([(one.spot.lon, one.spot.lat) for one in side]) for side in (origins, destinations)
    )
    count = len(a), len(b)
    km = geodesic_lengths_km(np.repeat(a, len(b), axis=0), np.tile(b, (len(a), 1)))
    return Distances(
        length_m=km.reshape(count) * METRES_PER_KM,
        origin_snap_km=(0.0,) * len(a),
        destination_snap_km=(0.0,) * len(b),
        origin_reasons=("",) * len(a),
        destination_reasons=("",) * len(b),
    )


def itinerary_rows(
    origins: Sequence[NamedSpot],
    destinations: Sequence[NamedSpot],
    finder: EndFinder,
    planner: Planner,
) -> Iterator[Row]:
    """Yield the totals of the best itineraries between two sets, pair by pair as `route` has them.

    Amounts are of the whole consignment.
    """
    starts, goals = finder.many([one.spot for one in origins], [one.spot for one in destinations])
    start_at = [at for at, end in enumerate(starts) if isinstance(end, Endpoint)]
    goal_at = [at for at, end in enumerate(goals) if isinstance(end, Endpoint)]
    found = optimum_many(planner, _good(starts), _good(goals))
    reachable = product(start_at, goal_at)
    for (at, origin), (to, destination) in _pairs(origins, destinations):
        start, goal = starts[at], goals[to]
        problems = [end for end in (start, goal) if isinstance(end, str)]
        if problems:
            optimum = Optimum(origin=at, destination=to, reason="; ".join(dict.fromkeys(problems)))
        else:
            assert next(reachable) == (at, to)
            optimum = next(found)
        yield {
            **_ends(origin, destination),
            "by": planner.by.value,
            **_totals(optimum),
            "origin_snap_km": _snap_km(start),
            "destination_snap_km": _snap_km(goal),
            "reason": optimum.reason,
        }


def _good(ends: Iterable[Endpoint | str]) -> list[Endpoint]:
    return [end for end in ends if isinstance(end, Endpoint)]


def _totals(optimum: Optimum) -> Row:
    totals = optimum.criteria
    if totals is None:
        return {"cost_usd": None, "time_h": None, "co2e_kg": None, "length_km": None, "modes": ""}
    return {
        "cost_usd": totals.cost_usd,
        "time_h": totals.time_h,
        "co2e_kg": totals.co2e_kg,
        "length_km": optimum.length_m / METRES_PER_KM,
        "modes": " ".join(optimum.modes),
    }


def _snap_km(end: Endpoint | str) -> float | None:
    """Return how far an end was moved: not at all if it is a place, None if it could not be."""
    if isinstance(end, str):
        return None
    return 0.0 if end.snap_km is None else end.snap_km


def _pairs(
    origins: Sequence[NamedSpot], destinations: Sequence[NamedSpot]
) -> Iterator[tuple[tuple[int, NamedSpot], tuple[int, NamedSpot]]]:
    return product(enumerate(origins), enumerate(destinations))


def _ends(origin: NamedSpot, destination: NamedSpot) -> Row:
    return {
        "origin": origin.name,
        "destination": destination.name,
        "origin_lon": origin.spot.lon,
        "origin_lat": origin.spot.lat,
        "destination_lon": destination.spot.lon,
        "destination_lat": destination.spot.lat,
    }


def shown_rows(rows: Sequence[Row]) -> list[Row]:
    """Return rows as a terminal has room for: rounded, the two snaps as one text, no coordinates.

    The column `reason` is there only if there is a reason.
    """
    from corridors.text import spaced

    explained = any(row["reason"] for row in rows)
    found = []
    for row in rows:
        snaps = [row["origin_snap_km"], row["destination_snap_km"]]
        shown = {
            "origin": row["origin"],
            "destination": row["destination"],
            **{
                name: "" if row[name] is None else spaced(row[name], digits)
                for name, digits in _SHOWN.items()
                if name in row
            },
            "snap_km": " + ".join("?" if km is None else f"{km:.1f}" for km in snaps),
        }
        found.append({**shown, "reason": row["reason"]} if explained else shown)
    return found


def matrix_layer(rows: Sequence[Row], columns: Mapping[str, type]) -> Layer:
    """Return rows as features: a straight line from origin to destination, a point if they are one.

    The line says which pair it is, not where its way goes.
    """
    import shapely

    shapes = np.empty(len(rows), dtype=object)
    for at, row in enumerate(rows):
        ends = [(row[f"{side}_lon"], row[f"{side}_lat"]) for side in ("origin", "destination")]
        shapes[at] = shapely.Point(ends[0]) if ends[0] == ends[1] else shapely.LineString(ends)
    return Layer(
        name="matrix",
        title="Matrix",
        columns={
            name: Column.of([row[name] for row in rows], kind) for name, kind in columns.items()
        },
        shapes=shapes,
        keys=("origin", "destination"),
    )


def about_matrix(
    description: str, data_version: str, licence: str, notices: Iterable[str]
) -> About:
    """Return what a file of a matrix says of itself."""
    return About(
        title="Matrix of pairs",
        description=description,
        data_version=data_version,
        licence=licence,
        attribution=tuple(notices),
    )
