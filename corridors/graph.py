"""The corridor graph in motion: vertices (place, mode, gauge), and an arc for every operation.

MOVE arcs come from the compiled graph; every other arc is a row of a table of rights. An arc that a
request may not use is not there, so the search cannot use it either. What was left out, and why, is
kept apart for the explanation of what is not possible.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from corridors.compiled import CompiledGraph
from corridors.itinerary import Operation
from corridors.scenario import Closures
from corridors.search import Digraph
from geodata.vocabulary import CargoUnit, Mode, Status
from geodata.world import World

VESSEL_MODES: Final = frozenset({Mode.SEA, Mode.FERRY, Mode.AIR})
"""Modes with departures: a vertex to leave from and one to arrive at, so that going on with
another vessel takes a transshipment."""

OUT: Final = "out"
IN: Final = "in"
CARGO: Final = "cargo"


class Vertex(NamedTuple):
    """A state of the cargo: where, on which mode and gauge; ``side`` is in or out for vessels."""

    place_id: str
    mode: Mode | None
    gauge_mm: int
    side: str

    @property
    def vertex_id(self) -> str:
        """A readable, unique id."""
        parts = (self.place_id, self.mode or "", str(self.gauge_mm or ""), self.side)
        return "/".join(part for part in parts if part)


class Arc(NamedTuple):
    """One operation. ``compiled`` is the compiled MOVE arc under it, -1 for other operations."""

    tail: int
    head: int
    operation: Operation
    mode: Mode | None
    country: str = ""
    length_m: int = 0
    status: Status = Status.OPERATIONAL
    as_of: str = ""
    name: str = ""
    compiled: int = -1
    reversed: bool = False
    basin: str = ""
    chokepoints: tuple[str, ...] = ()
    shortest_m: int = 0
    crossing_id: str = ""
    blocked: str = ""
    joint: int = -1


@dataclass(frozen=True)
class CorridorGraph:
    """Vertices, arcs and the plain digraph that the search runs on."""

    vertices: tuple[Vertex, ...]
    arcs: tuple[Arc, ...]
    digraph: Digraph
    positions: Mapping[Vertex, int]
    by_place: Mapping[str, tuple[int, ...]]
    names: Mapping[str, str]
    coordinates: Mapping[str, tuple[float, float]]

    def vertices_at(self, place_id: str, mode: Mode | None = None) -> tuple[int, ...]:
        """Return the positions of a place's vertices, of one mode only if given."""
        found = self.by_place.get(place_id, ())
        return tuple(v for v in found if mode is None or self.vertices[v].mode is mode)


@dataclass(frozen=True, slots=True, kw_only=True)
class Joint:
    """A movement that joins an origin or destination which is no gateway to one that is.

    ``line`` is drawn from the free point to the gateway, (lon, lat).
    """

    gateway: Vertex
    country: str
    length_m: int
    line: tuple[tuple[float, float], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """An origin or a destination: a place of the tables, or a point joined by `joints`."""

    place_id: str
    name: str
    country: str
    lon: float
    lat: float
    mode: Mode | None = None
    joints: tuple[Joint, ...] = ()


@dataclass
class _Builder:
    vertices: dict[Vertex, None] = field(default_factory=dict)
    arcs: list[tuple[Vertex, Vertex, Arc]] = field(default_factory=list)

    def add(self, tail: Vertex, head: Vertex, arc: Arc) -> None:
        self.vertices[tail] = None
        self.vertices[head] = None
        self.arcs.append((tail, head, arc))

    def add_both(self, tail: Vertex, head: Vertex, arc: Arc) -> None:
        self.add(tail, head, arc)
        self.add(head, tail, arc._replace(reversed=not arc.reversed))


def status_reason(status: Status, opens: int | None, year: int | None) -> str:
    """Return why a status forbids use in a year, empty if it does not.

    Suspended counts as usable: it shows as a flag, and a scenario may close it.
    """
    if status in (Status.OPERATIONAL, Status.SUSPENDED):
        return ""
    if status is Status.CLOSED:
        return "closed"
    if year is not None and opens and opens <= year:
        return ""
    words = "under construction" if status is Status.CONSTRUCTION else "planned"
    return f"{words}, {'expected to open in ' + str(opens) if opens else 'no opening date'}"


def build_graph(
    compiled: CompiledGraph,
    world: World,
    *,
    unit: CargoUnit,
    origin: Endpoint,
    destination: Endpoint,
    closures: Closures,
    year: int | None = None,
    with_blocked: bool = False,
) -> CorridorGraph:
    """Build the graph of what one cargo unit may do in a scenario.

    Parameters
    ----------
    closures
        Ids that must not be used; nothing that touches one becomes an arc.
    year
        Lines under construction or planned that open by then are used.
    with_blocked
        Keep the arcs that may not be used, each with its reason in ``blocked``; only to explain.
    """
    builder = _Builder()
    _add_moves(builder, compiled, bypass=bool(closures.places), year=year)
    _add_rights(builder, world, unit, year)
    for endpoint, operation in ((origin, Operation.LOAD), (destination, Operation.UNLOAD)):
        _add_endpoint(builder, world, unit, endpoint, operation)
    country_of = {place.place_id: place.country for place in world.places.values()}
    country_of |= {end.place_id: end.country for end in (origin, destination)}
    country_of |= _junction_countries(compiled)
    kept = []
    for tail, head, arc in builder.arcs:
        blocked = arc.blocked or _closed(tail, head, arc, closures, country_of)
        if not blocked:
            kept.append((tail, head, arc))
        elif with_blocked:
            kept.append((tail, head, arc._replace(blocked=blocked)))
    names = {place.place_id: place.name for place in world.places.values()}
    names |= {end.place_id: end.name for end in (origin, destination)}
    spots = {place.place_id: (place.lon, place.lat) for place in world.places.values()}
    spots |= {end.place_id: (end.lon, end.lat) for end in (origin, destination)}
    return _freeze(builder.vertices, kept, names, spots, compiled)


def _add_moves(
    builder: _Builder, compiled: CompiledGraph, *, bypass: bool, year: int | None
) -> None:
    places = _gateway_ids(compiled)
    modes = [Mode(mode) for mode in compiled.gateway_mode.tolist()]
    gauges = compiled.gateway_gauge_mm.tolist()
    for at, mode in enumerate(modes):
        for side in (OUT, IN) if mode in VESSEL_MODES else ("",):
            builder.vertices[Vertex(places[at], mode, gauges[at], side)] = None
    columns = (
        compiled.arc_from, compiled.arc_to, compiled.arc_mode, compiled.arc_country,
        compiled.arc_status, compiled.arc_as_of, compiled.arc_opens, compiled.arc_name,
        compiled.arc_length_m, compiled.arc_bypass, compiled.arc_basin, compiled.arc_chokepoints,
    )  # fmt: skip
    rows = list(zip(*(column.tolist() for column in columns), strict=True))
    shortest: dict[tuple[int, int, str], int] = {}
    for tail, head, mode, *_, length_m, _b, _basin, _c in rows:
        key = (tail, head, mode)
        shortest[key] = min(length_m, shortest.get(key, length_m))
    for number, row in enumerate(rows):
        tail, head, mode_text, country, status_text, as_of, opens, name = row[:8]
        length_m, is_bypass, basin, chokepoints = row[8:]
        if is_bypass and not bypass:
            continue
        mode, status = Mode(mode_text), Status(status_text)
        arc = Arc(
            -1, -1, Operation.MOVE, mode, country, length_m, status, as_of, name, number, False,
            basin, tuple(chokepoints.split()), shortest[tail, head, mode_text],
            blocked=status_reason(status, opens or None, year),
        )  # fmt: skip
        if mode in VESSEL_MODES:
            for start, end, backwards in ((tail, head, False), (head, tail, True)):
                builder.add(
                    Vertex(places[start], mode, 0, OUT),
                    Vertex(places[end], mode, 0, IN),
                    arc._replace(reversed=backwards),
                )
        else:
            builder.add_both(
                Vertex(places[tail], mode, gauges[tail], ""),
                Vertex(places[head], mode, gauges[head], ""),
                arc,
            )


def _gateway_ids(compiled: CompiledGraph) -> list[str]:
    """Return the place id of every gateway; a junction of zones is named by its node."""
    rows = zip(
        compiled.gateway_place.tolist(),
        compiled.gateway_mode.tolist(),
        compiled.gateway_node.tolist(),
        strict=True,
    )
    return [place or f"{mode}-junction-{node}" for place, mode, node in rows]


def _junction_countries(compiled: CompiledGraph) -> dict[str, str]:
    ids = zip(_gateway_ids(compiled), compiled.gateway_place, compiled.gateway_country, strict=True)
    return {name: str(country) for name, place, country in ids if not place}


def _add_rights(builder: _Builder, world: World, unit: CargoUnit, year: int | None) -> None:
    here: dict[tuple[str, Mode], list[Vertex]] = {}
    for vertex in list(builder.vertices):
        if vertex.mode is not None:
            here.setdefault((vertex.place_id, vertex.mode), []).append(vertex)
    for crossing in world.border_crossings.values():
        arc = Arc(
            -1, -1, Operation.BORDER_CROSSING, crossing.mode, "", 0, crossing.status,
            crossing.as_of, crossing.name, crossing_id=crossing.crossing_id,
            blocked=status_reason(crossing.status, crossing.opens, year),
        )  # fmt: skip
        ends = [
            Vertex(place, crossing.mode, crossing.gauge_mm, "")
            for place in (crossing.place_a, crossing.place_b)
        ]
        if all(end in builder.vertices for end in ends):
            builder.add_both(ends[0], ends[1], arc)
    for change in world.gauge_interchanges:
        ends = [
            Vertex(change.place_id, Mode.RAIL, gauge, "")
            for gauge in (change.gauge_a_mm, change.gauge_b_mm)
        ]
        if change.cargo_unit is unit and all(end in builder.vertices for end in ends):
            arc = Arc(
                -1, -1, Operation.GAUGE_CHANGE, Mode.RAIL, "", 0, change.status, change.as_of,
                change.method, blocked=status_reason(change.status, None, year),
            )  # fmt: skip
            builder.add_both(ends[0], ends[1], arc)
    for right in world.transshipments:
        if right.cargo_unit is not unit:
            continue
        arc = Arc(
            -1, -1, Operation.TRANSSHIPMENT, None, "", 0, right.status, right.as_of,
            blocked=status_reason(right.status, None, year),
        )  # fmt: skip
        pairs = {(right.mode_a, right.mode_b), (right.mode_b, right.mode_a)}
        for before, after in sorted(pairs):
            for tail in here.get((right.place_id, before), ()):
                for head in here.get((right.place_id, after), ()):
                    if tail.side != OUT and head.side != IN and tail != head:
                        builder.add(tail, head, arc._replace(name=f"{before} to {after}"))


def _add_endpoint(
    builder: _Builder, world: World, unit: CargoUnit, end: Endpoint, operation: Operation
) -> None:
    """Join the cargo on the ground at an origin (or destination) to the modes it may take."""
    cargo = Vertex(end.place_id, None, 0, CARGO)
    builder.vertices[cargo] = None
    allowed = {
        row.mode for row in world.loading if (row.place_id, row.cargo_unit) == (end.place_id, unit)
    }
    doors = [
        vertex
        for vertex in builder.vertices
        if vertex.place_id == end.place_id
        and vertex.mode in allowed
        and vertex.side != (IN if operation is Operation.LOAD else OUT)
    ]
    if end.joints:
        door = Vertex(end.place_id, end.mode, 0, "")
        doors.append(door)
        for number, joint in enumerate(end.joints):
            arc = Arc(-1, -1, Operation.MOVE, end.mode, joint.country, joint.length_m, joint=number)
            if operation is Operation.LOAD:
                builder.add(door, joint.gateway, arc)
            else:
                builder.add(joint.gateway, door, arc)
    for door in doors:
        tail, head = (cargo, door) if operation is Operation.LOAD else (door, cargo)
        builder.add(tail, head, Arc(-1, -1, operation, door.mode, end.country))


def _closed(
    tail: Vertex, head: Vertex, arc: Arc, closures: Closures, country_of: Mapping[str, str]
) -> str:
    """Return which closure forbids an arc, empty if none does."""
    for vertex in (tail, head):
        if vertex.place_id in closures.places:
            return f"{vertex.place_id} is closed"
        if country_of.get(vertex.place_id, "") in closures.countries:
            return f"country {country_of[vertex.place_id]} is closed"
        if vertex.mode is not None and vertex.mode.value in closures.modes:
            return f"mode {vertex.mode} is closed"
    if arc.country and arc.country in closures.countries:
        return f"country {arc.country} is closed"
    if arc.crossing_id in closures.crossings:
        return f"crossing {arc.crossing_id} is closed"
    shut = [name for name in arc.chokepoints if name in closures.chokepoints]
    return f"{shut[0]} is closed" if shut else ""


def _freeze(
    vertices: Iterable[Vertex],
    arcs: Iterable[tuple[Vertex, Vertex, Arc]],
    names: dict[str, str],
    spots: dict[str, tuple[float, float]],
    compiled: CompiledGraph,
) -> CorridorGraph:
    """Return the graph numbered by keys, so that no table's row order decides a tie."""
    ordered = sorted(vertices, key=lambda v: (v.place_id, v.mode or "", v.gauge_mm, v.side))
    positions = {vertex: at for at, vertex in enumerate(ordered)}
    numbered = [
        arc._replace(tail=positions[tail], head=positions[head]) for tail, head, arc in arcs
    ]
    numbered.sort(
        key=lambda a: (a.tail, a.head, a.operation, a.length_m, a.crossing_id, a.compiled)
    )
    by_place: dict[str, list[int]] = {}
    for at, vertex in enumerate(ordered):
        by_place.setdefault(vertex.place_id, []).append(at)
    junctions = zip(
        _gateway_ids(compiled), compiled.gateway_lon.tolist(), compiled.gateway_lat.tolist(),
        strict=True,
    )  # fmt: skip
    for place, lon, lat in junctions:
        if place not in names:
            names[place] = f"junction at {lat:.2f}, {lon:.2f}"
            spots[place] = (lon, lat)
    return CorridorGraph(
        vertices=tuple(ordered),
        arcs=tuple(numbered),
        digraph=Digraph.of(
            len(ordered), [arc.tail for arc in numbered], [arc.head for arc in numbered]
        ),
        positions=positions,
        by_place={place: tuple(found) for place, found in by_place.items()},
        names=names,
        coordinates=spots,
    )
