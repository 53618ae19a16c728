"""The corridor graph in motion: vertices (place, mode, gauge), and an arc for every operation.

Each vertex has two sides. Movements leave from *out* and arrive at *in*; an operation (crossing a
frontier, changing mode or gauge) goes from *in* to *out*, so that no two operations follow each
other on one spot and none can be made up of others. Land modes may also go straight through; a
vessel's voyage ends in port.

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
from geodata.vocabulary import LAND_MODES, CargoUnit, Mode, Status
from geodata.world import World

OUT: Final = "out"
IN: Final = "in"
CARGO: Final = "cargo"


class Vertex(NamedTuple):
    """A state of the cargo: where, on which mode and gauge, and on which side of the vertex."""

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

    def add_move(self, a: Vertex, b: Vertex, arc: Arc) -> None:
        """Add a movement both ways, from out to in."""
        self.add(a._replace(side=OUT), b._replace(side=IN), arc)
        self.add(b._replace(side=OUT), a._replace(side=IN), arc._replace(reversed=True))

    def add_operation(self, a: Vertex, b: Vertex, arc: Arc) -> None:
        """Add an operation both ways, from in to out, where both vertices exist."""
        for tail, head in ((a, b), (b, a)):
            ends = (tail._replace(side=IN), head._replace(side=OUT))
            if all(end in self.vertices for end in ends):
                self.add(*ends, arc)


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
    gateways = [
        Vertex(place, mode, gauge, "")
        for place, mode, gauge in zip(places, modes, gauges, strict=True)
    ]
    for gateway, country in zip(gateways, compiled.gateway_country.tolist(), strict=True):
        arriving, leaving = gateway._replace(side=IN), gateway._replace(side=OUT)
        builder.vertices[arriving] = builder.vertices[leaving] = None
        if gateway.mode in LAND_MODES:
            builder.add(arriving, leaving, Arc(-1, -1, Operation.MOVE, gateway.mode, country))
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
        builder.add_move(gateways[tail], gateways[head], arc)


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
    for crossing in world.border_crossings.values():
        ends = [
            Vertex(place, crossing.mode, crossing.gauge_mm, "")
            for place in (crossing.place_a, crossing.place_b)
        ]
        arc = Arc(
            -1, -1, Operation.BORDER_CROSSING, crossing.mode, "", 0, crossing.status,
            crossing.as_of, crossing.name, crossing_id=crossing.crossing_id,
            blocked=status_reason(crossing.status, crossing.opens, year),
        )  # fmt: skip
        builder.add_operation(ends[0], ends[1], arc)
    for change in world.gauge_interchanges:
        if change.cargo_unit is not unit:
            continue
        arc = Arc(
            -1, -1, Operation.GAUGE_CHANGE, Mode.RAIL, "", 0, change.status, change.as_of,
            change.method, blocked=status_reason(change.status, None, year),
        )  # fmt: skip
        a, b = (
            Vertex(change.place_id, Mode.RAIL, gauge, "")
            for gauge in (change.gauge_a_mm, change.gauge_b_mm)
        )
        builder.add_operation(a, b, arc)
    here: dict[tuple[str, Mode | None], list[Vertex]] = {}
    for vertex in builder.vertices:
        if vertex.side == IN:
            here.setdefault((vertex.place_id, vertex.mode), []).append(vertex)
    for right in world.transshipments:
        if right.cargo_unit is not unit:
            continue
        arc = Arc(
            -1, -1, Operation.TRANSSHIPMENT, None, "", 0, right.status, right.as_of,
            blocked=status_reason(right.status, None, year),
        )  # fmt: skip
        for before, after in sorted({(right.mode_a, right.mode_b), (right.mode_b, right.mode_a)}):
            for tail in here.get((right.place_id, before), ()):
                for other in here.get((right.place_id, after), ()):
                    head = other._replace(side=OUT)
                    builder.add(tail, head, arc._replace(name=f"{before} to {after}"))


def _add_endpoint(
    builder: _Builder, world: World, unit: CargoUnit, end: Endpoint, operation: Operation
) -> None:
    """Join the cargo on the ground at an origin (or destination) to the modes it may take.

    By land, cargo loaded counts as arrived: at a port it may be transshipped at once. Loading
    straight onto a vessel makes it ready to leave. Unloading is the mirror of it.
    """
    cargo = Vertex(end.place_id, None, 0, CARGO)
    builder.vertices[cargo] = None
    allowed = {
        row.mode for row in world.loading if (row.place_id, row.cargo_unit) == (end.place_id, unit)
    }
    loads = operation is Operation.LOAD
    doors = [
        vertex
        for vertex in builder.vertices
        if vertex.place_id == end.place_id
        and vertex.mode in allowed
        and vertex.side == (IN if loads is (vertex.mode in LAND_MODES) else OUT)
    ]
    if end.joints:
        door = Vertex(end.place_id, end.mode, 0, OUT if loads else IN)
        doors.append(door)
        for number, joint in enumerate(end.joints):
            arc = Arc(-1, -1, Operation.MOVE, end.mode, joint.country, joint.length_m, joint=number)
            if loads:
                builder.add(door, joint.gateway._replace(side=IN), arc)
            else:
                builder.add(joint.gateway._replace(side=OUT), door, arc)
    for door in doors:
        tail, head = (cargo, door) if loads else (door, cargo)
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
