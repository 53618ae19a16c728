"""Itineraries as layers for GIS: one feature per leg, with the report's own columns."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

import numpy as np

from corridors.geometry import DrawnLeg
from corridors.planner import Comparison
from corridors.report import leg_entry
from geodata.exporting.layer import About, Column, Layer

ITINERARIES: Final = "itineraries"
LEGS: Final = "legs"
OPERATIONS: Final = "operations"
LICENCE: Final = (
    "Produced work of a database under ODbL-1.0: repeat the attribution where it is shown"
)
_KEYS: Final = ("rank", "leg")


def itinerary_layer(
    comparison: Comparison,
    drawn: Sequence[Mapping[int, DrawnLeg]],
    coordinates: Mapping[str, tuple[float, float]],
) -> Layer:
    """Return all legs in the order of travel: movements as lines, operations as points.

    Parameters
    ----------
    comparison
        The result.
    drawn
        The drawn legs of every itinerary, by position of the leg.
    coordinates
        (lon, lat) of every place, by id.
    """
    import shapely

    rows: list[dict[str, Any]] = []
    shapes: list[Any] = []
    ranked = zip(comparison.itineraries, drawn, strict=True)
    for rank, (itinerary, lines) in enumerate(ranked, start=1):
        for position, leg in enumerate(itinerary.legs):
            line = lines.get(position)
            entry = {key: value for key, value in leg_entry(leg).items() if key != "ledger"}
            rows.append(
                {
                    "corridor": itinerary.corridor_id or "",
                    "itinerary": itinerary.name or f"itinerary {rank}",
                    "rank": rank,
                    "leg": position + 1,
                    **entry,
                    "chokepoints": " ".join(leg.chokepoints),
                    "geometry_basis": line.geometry_basis if line else "",
                }
            )
            shapes.append(
                shapely.LineString(line.line)
                if line is not None
                else shapely.Point(coordinates[leg.from_place])
            )
    drawn_shapes = np.empty(len(shapes), dtype=object)
    drawn_shapes[:] = shapes
    return Layer(
        name=ITINERARIES,
        title="Itineraries",
        columns={
            name: Column.of([row[name] for row in rows], kind)
            for name, kind in _kinds(rows).items()
        },
        shapes=drawn_shapes,
        keys=_KEYS,
    )


def apart(layer: Layer) -> list[Layer]:
    """Return movements and operations as layers of their own, for formats that hold several."""
    is_point = np.array([shape.geom_type == "Point" for shape in layer.shapes], dtype=bool)
    return [
        replace(layer.where(~is_point), name=LEGS, title="Movements of itineraries"),
        replace(layer.where(is_point), name=OPERATIONS, title="Operations of itineraries"),
    ]


def about_itineraries(comparison: Comparison, data_version: str, notices: Iterable[str]) -> About:
    """Return what a file of itineraries says of itself."""
    goods = comparison.consignment
    return About(
        title=f"Itineraries from {comparison.origin.name} to {comparison.destination.name}",
        description=(
            f"{goods.mass_t:g} t of {goods.commodity} in {goods.unit.value}, scenario "
            f"{comparison.scenario.scenario_id}, ranked by {comparison.by.value}. Costs, times and "
            "emissions are of the whole consignment."
        ),
        data_version=data_version,
        licence=LICENCE,
        attribution=tuple(notices),
    )


def _kinds(rows: Sequence[Mapping[str, Any]]) -> dict[str, type]:
    """Return the columns and what each holds: texts where nothing is ever said."""
    found: dict[str, type] = {}
    for row in rows:
        for name, value in row.items():
            known = found.get(name)
            if value is not None and known is not float:
                found[name] = type(value)
            found.setdefault(name, type(None))
    return {name: str if kind is type(None) else kind for name, kind in found.items()}
