"""Fills the page's records about what may be moved, and how sure the ranking is."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from corridors.consignment import TEU_PER_UNIT, WEIGHT_SCALE
from corridors.draws import REPLICATES, SEED
from corridors.exposures import exposures_of
from corridors.flags import flags_of
from corridors.geometry import DrawnLeg, draw
from corridors.itinerary import Flag, Leg, Operation
from corridors.legs import is_through, legs_of, zone_of
from corridors.named import Corridor
from corridors.page_stops import (
    chokepoint_stop,
    gateway_stop,
    happening_source,
    happening_text,
    passage_lines,
)
from corridors.planner import Comparison, Planner
from corridors.pricing import By
from corridors.request import Request, is_factor
from corridors.request_words import options_of
from corridors.risk import Risk, risk_of
from corridors.sensitivity import Swing, swings
from corridors.simple_paths import MOST_SPLITS
from corridors.whatif import DRAWS, UNITS, WhatIf, make_what_if, strata
from geodata.families import Names, key_words
from geodata.vocabulary import GeometryBasis
from geodata.world import World
from maps.data import MapFlag, MapStop
from maps.what_if import (
    MapArc,
    MapLever,
    MapRisk,
    MapRow,
    MapSearch,
    MapSpread,
    MapSwing,
    MapTornado,
    MapWhatIf,
)

MOST_SWINGS: Final = 15
"""Parameters of a tornado diagram."""
_DIGITS: Final = 6
"""Decimals of sampled results, as the command line gives them."""

Drawing = Callable[[Sequence[Leg]], Mapping[int, DrawnLeg]]


def what_if_of(request: Request, comparison: Comparison) -> MapWhatIf:
    """Return what the page of a request computes with."""
    return what_if_data(
        request.planner, request.corridors, comparison, request.world,
        lambda legs: draw(legs, request.paths, request.network),
        ends=(request.origin, request.destination),
        options=options_of(request),
        stated=tuple(text for text in request.set_value if not is_factor(text)),
    )  # fmt: skip


def what_if_data(
    planner: Planner,
    corridors: Sequence[Corridor],
    comparison: Comparison,
    world: World,
    drawing: Drawing,
    *,
    ends: tuple[str, str],
    options: tuple[str, ...] = (),
    stated: tuple[str, ...] = (),
) -> MapWhatIf:
    """Return what the page computes with.

    Parameters
    ----------
    planner, corridors, comparison, world
        The request, its answer, and its tables.
    drawing
        Gives the lines of legs.
    ends, options, stated
        The request as the command line takes it; ``stated`` are its values of parameters.
    """
    model = make_what_if(planner, corridors, comparison)
    goods = comparison.consignment
    legs = _legs(planner, model, world)
    remarks = _Remarks(legs, world, comparison.origin.country)
    chosen = comparison.corridors_among(corridors)
    position = {row.key: at for at, row in enumerate(model.rows)}
    return MapWhatIf(
        mass_t=(model.mass.low, model.mass.value, model.mass.high, model.mass.step),
        teu_per_unit=TEU_PER_UNIT.get(goods.unit),
        rows=tuple(
            MapRow(
                key=row.key, words=key_words(row.key, comparison.names), unit=row.unit,
                low=row.low, value=row.value, high=row.high,
                criterion=criterion.value if criterion else "",
            )
            for row, criterion in zip(model.rows, model.criteria, strict=True)
        ),
        own=model.own,
        units={row.unit: UNITS[row.unit] for row in model.rows},
        levers=tuple(
            MapLever(
                row=position[lever.row.key],
                words=key_words(lever.row.key, comparison.names),
                group=lever.group,
                low=lever.range.low,
                value=lever.range.value,
                high=lever.range.high,
                step=lever.range.step,
                factors=lever.factors,
            )
            for lever in model.levers
        ),
        vertices=_vertices(planner, model),
        arcs=_arcs(planner, model, legs, drawing, remarks),
        searches=tuple(
            MapSearch(
                origins=search.origins, stages=search.stages, banned=search.banned, way=search.way,
                flags=remarks.of_corridor(corridor),
            )
            for search, corridor in zip(model.searches, chosen, strict=True)
        ),
        stops=_stops(planner, legs, world),
        flags=tuple(MapFlag(f.label, f.text, f.as_of, f.source_id) for f in remarks.flags),
        status_flags=remarks.of_status,
        bases=tuple(basis.value for basis in GeometryBasis),
        most_splits=MOST_SPLITS,
        weight_scale=WEIGHT_SCALE,
        ends=ends,
        options=options,
        stated=stated,
        found_by=model.found.searches,
        draws=DRAWS,
        replicates=REPLICATES,
        strata=strata(model.uncertain, SEED),
    )  # fmt: skip


def risk_data(planner: Planner, comparison: Comparison) -> MapRisk:
    """Return how sure a ranking is: what `corridors risk` and `corridors sensitivity` print."""
    risk = risk_of(planner, comparison)
    found = comparison.itineraries
    asked: list[tuple[int, int | None]] = [(0, None)]
    if len(found) > 1:
        asked.append((0, 1))
    tornados = []
    for first, second in asked:
        pair = [found[at] for at in (first, second) if at is not None]
        model = exposures_of(pair, planner.parameters, planner.consignment)
        total, moved = swings(model, planner.by)
        tornados.append(
            MapTornado(
                route=first, against=second, total=total,
                swings=tuple(_swing(one, comparison.names) for one in moved[:MOST_SWINGS]),
            )
        )  # fmt: skip
    return MapRisk(
        draws=risk.draws, seed=risk.seed, spreads=_spreads(risk), tornados=tuple(tornados)
    )


def _spreads(risk: Risk) -> tuple[Mapping[str, MapSpread], ...]:
    return tuple(
        {
            by.value: MapSpread(
                p10=round(by_criterion[by].p10, _DIGITS),
                p50=round(by_criterion[by].p50, _DIGITS),
                p90=round(by_criterion[by].p90, _DIGITS),
                p_best=round(by_criterion[by].p_best, _DIGITS),
            )
            for by in By
        }
        for by_criterion in risk.spreads
    )


def _swing(swing: Swing, names: Names) -> MapSwing:
    row = swing.row
    return MapSwing(
        key=row.key, words=key_words(row.key, names), unit=row.unit, low=row.low, value=row.value,
        high=row.high, at_low=swing.at_low, at_high=swing.at_high,
    )  # fmt: skip


def _legs(planner: Planner, model: WhatIf, world: World) -> list[Leg | None]:
    """Return every arc as a leg of its own, None where it leads straight through a place."""
    legs: list[Leg | None] = []
    for number in model.arcs:
        if is_through(number, planner.graph):
            legs.append(None)
            continue
        (leg,) = legs_of(
            (number,), planner.graph, planner.pricing, world.places,
            planner.origin, planner.destination,
        )  # fmt: skip
        legs.append(leg)
    return legs


class _Remarks:
    """The remarks on what legs use: those on their status first, then the table's in its order."""

    def __init__(self, legs: Sequence[Leg | None], world: World, country: str) -> None:
        self._world, self._country = world, country
        table = [Flag(r.label, r.reason, r.as_of, r.source_id) for r in world.restrictions]
        known = set(table)
        status = [flag for leg in legs if leg for flag in self._found(leg) if flag not in known]
        self.of_status = len(dict.fromkeys(status))
        self.flags = tuple(dict.fromkeys((*status, *table)))
        self._at = {flag: at for at, flag in enumerate(self.flags)}

    def of_leg(self, leg: Leg) -> tuple[int, ...]:
        return tuple(self._at[flag] for flag in self._found(leg))

    def of_corridor(self, corridor: Corridor) -> tuple[int, ...]:
        found = flags_of((), self._world, self._country, corridor)
        return tuple(self._at[flag] for flag in found)

    def _found(self, leg: Leg) -> tuple[Flag, ...]:
        return flags_of((leg,), self._world, self._country)


def _vertices(planner: Planner, model: WhatIf) -> tuple[tuple[int, str, int], ...]:
    places: dict[str, int] = {}
    found = []
    for number in model.vertices:
        vertex = planner.graph.vertices[number]
        place = places.setdefault(vertex.place_id, len(places))
        found.append((place, vertex.mode.value if vertex.mode else "", vertex.gauge_mm))
    return tuple(found)


def _arcs(
    planner: Planner,
    model: WhatIf,
    legs: Sequence[Leg | None],
    drawing: Drawing,
    remarks: _Remarks,
) -> tuple[MapArc, ...]:
    at = {vertex: position for position, vertex in enumerate(model.vertices)}
    moving = [position for position, leg in enumerate(legs) if leg is not None]
    drawn = drawing([leg for leg in legs if leg is not None])
    lines = {moving[number]: found for number, found in drawn.items()}
    rows = {row.key: position for position, row in enumerate(model.rows)}
    zones: dict[object, int] = {}
    arcs = []
    for position, (number, leg, uses) in enumerate(zip(model.arcs, legs, model.uses, strict=True)):
        arc = planner.graph.arcs[number]
        if leg is None:
            arcs.append(MapArc(tail=at[arc.tail], head=at[arc.head]))
            continue
        zone = zone_of(leg)
        line = lines.get(position)
        acting = leg.operation is not Operation.MOVE
        arcs.append(
            MapArc(
                tail=at[arc.tail],
                head=at[arc.head],
                operation=leg.operation.value,
                mode=leg.mode.value if leg.mode else None,
                status=leg.status.value,
                geometry_basis=line.geometry_basis if line else "",
                from_name=leg.from_name,
                to_name=leg.to_name,
                country=leg.country,
                gauge_mm=leg.gauge_mm,
                length_m=leg.length_m,
                zone=-1 if zone is None else zones.setdefault(zone, len(zones)),
                place_id=leg.from_place if acting else "",
                text=happening_text(leg) if acting else "",
                source=happening_source(leg.ledger) if acting else "",
                passes=tuple(
                    (strait, tuple(rows[line.parameter] for line in passage_lines(leg, strait)))
                    for strait in leg.chokepoints
                ),
                flags=remarks.of_leg(leg),
                uses=tuple(uses),
                lines=line.lines if line else (),
            )
        )
    return tuple(arcs)


def _stops(planner: Planner, legs: Sequence[Leg | None], world: World) -> tuple[MapStop, ...]:
    names = {
        leg.from_place: leg.from_name
        for leg in legs
        if leg is not None and leg.operation is not Operation.MOVE
    }
    coordinates = planner.graph.coordinates
    straits = dict.fromkeys(passed for leg in legs if leg is not None for passed in leg.chokepoints)
    return (
        *(gateway_stop(place, name, world, coordinates) for place, name in names.items()),
        *(chokepoint_stop(strait, world) for strait in straits),
    )
