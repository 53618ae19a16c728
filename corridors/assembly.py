"""Puts the corridor graph together: compiled movements and rows of rights."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Final

from corridors.closures import Closures
from corridors.compiled import CompiledGraph
from corridors.graph import IN, OUT, Arc, CorridorGraph, Vertex, number_graph
from corridors.itinerary import Operation
from geodata.vocabulary import LAND_MODES, CargoUnit, Mode, Status
from geodata.world import World

SERVED_MODES: Final = frozenset({Mode.FERRY, Mode.AIR})
"""Modes that run only where a row of services says so."""
_AS_DATED: Final[Mapping[str, Status]] = MappingProxyType({})
"""No status is overruled."""


@dataclass(frozen=True)
class GraphPlan:
    """Every vertex and arc that the tables know for one cargo unit, usable or not."""

    vertices: tuple[Vertex, ...]
    arcs: tuple[Arc, ...]
    names: Mapping[str, str]
    coordinates: Mapping[str, tuple[float, float]]
    countries: Mapping[str, str]

    def build(self, *, with_blocked: bool = False) -> CorridorGraph:
        """Return the graph of the usable arcs; of all, to explain what is not possible."""
        arcs = (arc for arc in self.arcs if with_blocked or not arc.blocked)
        return number_graph(self.vertices, arcs, self.names, self.coordinates)


@dataclass
class _Builder:
    positions: Mapping[Vertex, int]
    arcs: list[Arc] = field(default_factory=list)

    def add(self, tail: Vertex, head: Vertex, arc: Arc) -> None:
        """Add an arc where both its vertices exist."""
        start, end = self.positions.get(tail), self.positions.get(head)
        if start is not None and end is not None:
            self.arcs.append(arc._replace(tail=start, head=end))

    def add_operation(self, a: Vertex, b: Vertex, arc: Arc) -> None:
        """Add an operation both ways, from in to out."""
        self.add(a._replace(side=IN), b._replace(side=OUT), arc)
        self.add(b._replace(side=IN), a._replace(side=OUT), arc)


def plan_graph(
    compiled: CompiledGraph,
    world: World,
    *,
    unit: CargoUnit,
    closures: Closures,
    year: int | None = None,
    status: Mapping[str, Status] = _AS_DATED,
    bypass: bool = False,
) -> GraphPlan:
    """Collect what one cargo unit may do in a scenario, wherever it comes from and goes to.

    Parameters
    ----------
    closures
        Ids that must not be used; every arc that touches one is marked with the reason.
    year
        Lines under construction or planned that open by then are used.
    status
        Overrules the status of lines (by name), crossings (by id) and the rights at a place.
    bypass
        Have the ways round places even if no place is closed.
    """
    gateways = _gateways(compiled)
    vertices = _vertices(gateways)
    builder = _Builder({vertex: at for at, vertex in enumerate(vertices)})
    _add_moves(
        builder,
        compiled,
        gateways,
        world,
        unit,
        status,
        bypass=bypass or bool(closures.places),
        year=year,
    )
    _add_rights(builder, world, unit, status, year)
    places = world.places.values()
    names = {place.place_id: place.name for place in places}
    spots = {place.place_id: (place.lon, place.lat) for place in places}
    countries = {place.place_id: place.country for place in places}
    for name, country, lon, lat in _junctions(compiled, gateways):
        names[name] = f"junction at {lat:.2f}, {lon:.2f}"
        spots[name] = (lon, lat)
        countries[name] = country
    arcs = with_closures(builder.arcs, vertices, closures, countries)
    return GraphPlan(vertices, tuple(arcs), names, spots, countries)


def with_closures(
    arcs: list[Arc],
    vertices: Sequence[Vertex],
    closures: Closures,
    countries: Mapping[str, str],
) -> list[Arc]:
    """Return arcs with the closures that forbid them, and their ends, as the reason not to use."""
    if closures == Closures():
        return arcs
    shut = {
        at: _vertex_closed(vertices[at], closures, countries)
        for at in {end for arc in arcs for end in (arc.tail, arc.head)}
    }
    return [
        arc._replace(
            blocked=arc.blocked or shut[arc.tail] or shut[arc.head] or _arc_closed(arc, closures)
        )
        for arc in arcs
    ]


def without_closed(
    graph: CorridorGraph, closures: Closures, countries: Mapping[str, str]
) -> CorridorGraph:
    """Return a graph without the arcs that closures forbid; the others keep their numbers.

    Parameters
    ----------
    graph
        If places are closed, one that was planned with the ways round them.
    closures
        Ids that must not be used.
    countries
        Of every place and junction, by id.
    """
    shut = [bool(_vertex_closed(vertex, closures, countries)) for vertex in graph.vertices]
    plain = not (closures.countries or closures.crossings or closures.chokepoints)
    out = [
        ()
        if shut[tail]
        else [
            (number, head)
            for number, head in ways
            if not shut[head] and (plain or not _arc_closed(graph.arcs[number], closures))
        ]
        for tail, ways in enumerate(graph.digraph.out)
    ]
    return replace(graph, digraph=replace(graph.digraph, out=out))


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
    return f"{words}, {f'expected to open in {opens}' if opens else 'no opening date'}"


def _gateways(compiled: CompiledGraph) -> list[Vertex]:
    """Return the compiled gateways; a junction of zones is named by its node."""
    rows = zip(
        compiled.gateway_place.tolist(),
        compiled.gateway_mode.tolist(),
        compiled.gateway_gauge_mm.tolist(),
        compiled.gateway_node.tolist(),
        strict=True,
    )
    return [
        Vertex(place or f"{mode}-junction-{node}", Mode(mode), gauge, "")
        for place, mode, gauge, node in rows
    ]


def _junctions(
    compiled: CompiledGraph, gateways: list[Vertex]
) -> list[tuple[str, str, float, float]]:
    """Return id, country, longitude and latitude of the junctions that are no places."""
    rows = zip(
        gateways,
        compiled.gateway_place.tolist(),
        compiled.gateway_country.tolist(),
        compiled.gateway_lon.tolist(),
        compiled.gateway_lat.tolist(),
        strict=True,
    )
    return [
        (gate.place_id, country, lon, lat) for gate, place, country, lon, lat in rows if not place
    ]


def _vertices(gateways: list[Vertex]) -> tuple[Vertex, ...]:
    """Return both sides of all gateways, sorted by their keys."""
    found = {gateway._replace(side=side) for gateway in gateways for side in (IN, OUT)}
    return tuple(sorted(found, key=lambda v: (v.place_id, v.mode or "", v.gauge_mm, v.side)))


def _add_moves(
    builder: _Builder,
    compiled: CompiledGraph,
    gateways: list[Vertex],
    world: World,
    unit: CargoUnit,
    restated: Mapping[str, Status],
    *,
    bypass: bool,
    year: int | None,
) -> None:
    """Add every compiled movement both ways, from out to in, and the ways straight through.

    A cargo unit moves by the modes that it has any right on. Ferries and flights run where a
    service row says so, for its cargo unit and with its status.
    """
    carrying = _modes_of(world, unit)
    services = _services(world, unit)
    arriving = [builder.positions[gateway._replace(side=IN)] for gateway in gateways]
    leaving = [builder.positions[gateway._replace(side=OUT)] for gateway in gateways]
    countries = compiled.gateway_country.tolist()
    add = builder.arcs.append
    for at, gateway in enumerate(gateways):
        if gateway.mode in LAND_MODES and gateway.mode in carrying:
            add(Arc(arriving[at], leaving[at], Operation.MOVE, gateway.mode, countries[at]))
    rows = list(compiled.arcs())
    shortest: dict[tuple[int, int, str], int] = {}
    for row in rows:
        key = row[:3]
        shortest[key] = min(row.length_m, shortest.get(key, row.length_m))
    modes = {mode.value: mode for mode in Mode}
    states = {status.value: status for status in Status}
    for number, row in enumerate(rows):
        tail, head, mode = row.tail, row.head, modes[row.mode]
        if (row.bypass and not bypass) or mode not in carrying:
            continue
        status = restated.get(row.name, states[row.status])
        if mode in SERVED_MODES:
            ends = frozenset({gateways[tail].place_id, gateways[head].place_id})
            served = services.get((mode, ends))
            if served is None:
                continue
            status = served
        common = (
            Operation.MOVE, mode, row.country, row.length_m, status, row.as_of, row.name, number,
        )  # fmt: skip
        passing = (
            row.basin, tuple(row.chokepoints.split()), shortest[row[:3]], "",
            status_reason(status, row.opens or None, year),
        )  # fmt: skip
        add(Arc(leaving[tail], arriving[head], *common, False, *passing))
        add(Arc(leaving[head], arriving[tail], *common, True, *passing))


def _modes_of(world: World, unit: CargoUnit) -> frozenset[Mode]:
    """Return the modes that a cargo unit can be loaded on or transshipped to anywhere."""
    found = {row.mode for row in world.loading if row.cargo_unit is unit}
    for row in world.transshipments:
        if row.cargo_unit is unit:
            found |= {row.mode_a, row.mode_b}
    return frozenset(found)


def _services(world: World, unit: CargoUnit) -> dict[tuple[Mode, frozenset[str]], Status]:
    """Return the status of every ferry and air service for a cargo unit, by mode and ends."""
    found = {
        (Mode.FERRY, frozenset({row.place_a, row.place_b})): row.status
        for row in world.ferries
        if row.cargo_unit is unit
    }
    for row in world.air_services:
        found[Mode.AIR, frozenset({row.place_a, row.place_b})] = row.status
    return found


def _add_rights(
    builder: _Builder,
    world: World,
    unit: CargoUnit,
    restated: Mapping[str, Status],
    year: int | None,
) -> None:
    for crossing in world.border_crossings.values():
        status = restated.get(crossing.crossing_id, crossing.status)
        arc = Arc(
            -1, -1, Operation.BORDER_CROSSING, crossing.mode, "", 0, status,
            crossing.as_of, crossing.name, crossing_id=crossing.crossing_id,
            blocked=status_reason(status, crossing.opens, year),
        )  # fmt: skip
        a, b = (
            Vertex(place, crossing.mode, crossing.gauge_mm, "")
            for place in (crossing.place_a, crossing.place_b)
        )
        builder.add_operation(a, b, arc)
    for change in world.gauge_interchanges:
        if change.cargo_unit is unit:
            status = restated.get(change.place_id, change.status)
            arc = Arc(
                -1, -1, Operation.GAUGE_CHANGE, Mode.RAIL, "", 0, status, change.as_of,
                change.method, blocked=status_reason(status, None, year),
            )  # fmt: skip
            a, b = (
                Vertex(change.place_id, Mode.RAIL, gauge, "")
                for gauge in (change.gauge_a_mm, change.gauge_b_mm)
            )
            builder.add_operation(a, b, arc)
    here: dict[tuple[str, Mode | None], list[Vertex]] = {}
    for vertex in builder.positions:
        if vertex.side == IN:
            here.setdefault((vertex.place_id, vertex.mode), []).append(vertex)
    for right in world.transshipments:
        if right.cargo_unit is not unit:
            continue
        status = restated.get(right.place_id, right.status)
        arc = Arc(
            -1, -1, Operation.TRANSSHIPMENT, None, "", 0, status, right.as_of,
            blocked=status_reason(status, None, year),
        )  # fmt: skip
        for before, after in sorted({(right.mode_a, right.mode_b), (right.mode_b, right.mode_a)}):
            for tail in here.get((right.place_id, before), ()):
                for head in here.get((right.place_id, after), ()):
                    named = arc._replace(name=f"{before} to {after}")
                    builder.add(tail, head._replace(side=OUT), named)


def closure_text(subject_type: str, subject_id: str) -> str:
    """Return how a closure is named where it stands in the way."""
    return f"{subject_type} {subject_id} is closed"


def _vertex_closed(vertex: Vertex, closures: Closures, countries: Mapping[str, str]) -> str:
    """Return which closure forbids a vertex, empty if none does."""
    if vertex.place_id in closures.places:
        return closure_text("place", vertex.place_id)
    country = countries.get(vertex.place_id, "")
    if country in closures.countries:
        return closure_text("country", country)
    if vertex.mode is not None and vertex.mode.value in closures.modes:
        return closure_text("mode", vertex.mode)
    return ""


def _arc_closed(arc: Arc, closures: Closures) -> str:
    """Return which closure forbids an arc by itself, empty if none does."""
    if arc.country and arc.country in closures.countries:
        return closure_text("country", arc.country)
    if arc.crossing_id in closures.crossings:
        return closure_text("crossing", arc.crossing_id)
    shut = [name for name in arc.chokepoints if name in closures.chokepoints]
    return closure_text("chokepoint", shut[0]) if shut else ""
