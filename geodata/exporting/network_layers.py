"""The layers of a network: its lines by mode, its places, its border crossing points.

Names of columns are those that files are read with (`geodata.importing.properties`), so that an
export that nobody changed is known for what it is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np

from geodata.exporting.layer import About, Column, Layer
from geodata.families import ANY
from geodata.importing.model import FerryLine
from geodata.importing.properties import OWN_PARAMETERS
from geodata.network import LINK_COLUMNS, LINK_ENDS, Network
from geodata.vocabulary import Mode, PlaceKind
from geodata.world import World, crossing_countries, crossing_position

MODES: Final = (Mode.RAIL, Mode.ROAD, Mode.SEA, Mode.AIR)
"""The modes that have a network; ferries run on the lanes of the sea, or on lines of their own."""
PLACES: Final = "places"
CROSSINGS: Final = "crossings"
LAYERS: Final = (*(mode.value for mode in MODES), PLACES, CROSSINGS)
"""The names of all layers, in the order in which they are written."""
FERRIES: Final = Mode.FERRY.value
"""The layer of ferries with lines of their own, which only files bring: it follows the others."""

LICENCE: Final = "ODbL-1.0 (rail, road, places, crossings); Apache-2.0 (sea)"
"""See LICENSE-DATA.md: what is derived of OpenStreetMap stays under its licence."""


def network_layer(name: str, network: Network, world: World) -> Layer:
    """Return one of `LAYERS`."""
    if name == PLACES:
        return places_layer(world)
    return crossings_layer(world) if name == CROSSINGS else lines_layer(Mode(name), network, world)


def about_network(network: Network) -> About:
    """Return what a file of the network says of itself."""
    return About(
        title="Freight network",
        description=(
            "Lines, places and border crossing points of Freight Corridors. length_m is the true "
            "length in metres; geometry_basis says how far a drawn line can be trusted."
        ),
        data_version=network.version,
        licence=LICENCE,
        attribution=tuple(network.facts.get("attribution", ())),
    )


def lines_layer(mode: Mode, network: Network, world: World) -> Layer:
    """Return the lines of a mode that are in the network; ``link_id`` is a line's number."""
    layer = network.layer(mode)
    live = np.flatnonzero(layer.live)
    links = {name: layer.links[name][live] for name in LINK_COLUMNS}
    columns = {
        "link_id": Column.of_array(live),
        "mode": Column.same(mode.value, len(live)),
        **{
            name: Column.of_array(
                links[name], nothing=None if name in ("length_m", *LINK_ENDS) else 0
            )
            for name in LINK_COLUMNS
        },
        "data_version": Column.same(network.version, len(live)),
    }
    own = _own_columns(links["name"].astype(str).tolist(), world)
    return Layer(
        name=mode.value,
        title=f"{mode.value.capitalize()} lines",
        columns=columns | own,
        shapes=layer.shapes[live],
        keys=("mode", "link_id"),
    )


def _own_columns(names: Sequence[str], world: World) -> dict[str, Column]:
    """Return the parameters that lines have of their own, where any line has some."""
    found: dict[str, Column] = {}
    parameters = world.parameters
    for name, (family, unit) in OWN_PARAMETERS.items():
        values = {
            line: row.value
            for line in sorted(parameters.own_lines)
            if (row := parameters.get(family, line, ANY)) is not None and row.unit == unit
        }
        cells = [values.get(line) for line in names]
        if any(cell is not None for cell in cells):
            found[name] = Column.of(cells, float)
    return found


def ferries_layer(network: Network, lines: Sequence[FerryLine]) -> Layer:
    """Return ferries with lines of their own, as lines to add: they are no links of a network."""
    layer = network.layer(Mode.SEA)
    links = [line.link_id for line in lines]
    rows = [
        {
            "id": f"{FERRIES}-{number}",
            "mode": FERRIES,
            **{name: str(layer.links[name][line.link_id]) for name in ("status", "as_of", "name")},
            "opens": int(layer.links["opens"][line.link_id]) or None,
            "length_m": line.length_m,
            "geometry_basis": str(layer.links["geometry_basis"][line.link_id]),
            "cargo_units": " ".join(line.cargo_units),
            "place_a": line.place_a,
            "place_b": line.place_b,
            "source": line.source,
        }
        for number, line in enumerate(lines, start=1)
    ]
    shapes = layer.shapes[np.array(links, dtype=np.int64)]
    return _layer_of(FERRIES, "Ferries with lines of their own", rows, shapes, "id")


def places_layer(world: World) -> Layer:
    """Return the places of the tables as points."""
    import shapely

    places = list(world.places.values())
    rows = [
        {
            "place_id": place.place_id,
            "name": place.name,
            "kind": place.kind.value,
            "country": place.country,
            "modes": " ".join(place.modes),
            "locode": place.locode,
            "sea_region": place.sea_region,
            "aliases": "; ".join(place.aliases),
            "source_id": place.source_id,
            "grade": place.grade.value,
            "note": place.note,
        }
        for place in places
    ]
    spots = [(place.lon, place.lat) for place in places]
    return _layer_of(PLACES, "Places", rows, shapely.points(spots), "place_id")


def crossings_layer(world: World) -> Layer:
    """Return the border crossing points as points, half-way between their two sides."""
    import shapely

    crossings = list(world.border_crossings.values())
    rows = [
        {
            "crossing_id": row.crossing_id,
            "name": row.name,
            "kind": PlaceKind.BORDER_CROSSING_POINT.value,
            "countries": " ".join(crossing_countries(row, world)),
            "mode": row.mode.value,
            "gauge_mm": row.gauge_mm or None,
            "status": row.status.value,
            "as_of": row.as_of,
            "opens": row.opens,
            "place_a": row.place_a,
            "place_b": row.place_b,
            "source_id": row.source_id,
            "grade": row.grade.value,
            "note": row.note,
        }
        for row in crossings
    ]
    spots = [crossing_position(row, world) for row in crossings]
    return _layer_of(
        CROSSINGS, "Border crossing points", rows, shapely.points(spots), "crossing_id"
    )


def _layer_of(
    name: str, title: str, rows: Sequence[Mapping[str, Any]], shapes: Any, key: str
) -> Layer:
    """Return the layer of rows of one kind and their shapes; `key` is what identifies a row."""
    numbers = {"gauge_mm", "opens", "length_m"}
    columns = {
        column: Column.of([row[column] for row in rows], int if column in numbers else str)
        for column in (rows[0] if rows else ())
    }
    return Layer(name=name, title=title, columns=columns, shapes=shapes, keys=(key,))
