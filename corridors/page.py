"""Fills the page's records from a comparison. Words and numbers only; `maps` draws them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from corridors.chart_data import leg_parts
from corridors.flipping import flips_of
from corridors.geometry import DrawnLeg, draw
from corridors.itinerary import Itinerary, Leg
from corridors.page_own import own_lines, own_places
from corridors.page_stops import stops_of
from corridors.page_story import story_of
from corridors.page_whatif import risk_data, what_if_of
from corridors.planner import Comparison
from corridors.report import totals
from corridors.request import Request
from geodata.world import World
from maps.data import (
    MapData,
    MapFlag,
    MapLeg,
    MapPart,
    MapRefusal,
    MapRoute,
    MapSource,
    MapStop,
)
from maps.what_if import MapArc


def page_data(
    request: Request, comparison: Comparison, lang: str = "en", *, levers: bool = True
) -> MapData:
    """Return everything on the page of a comparison.

    Parameters
    ----------
    request, comparison
        What was asked, and the answer; at least one corridor has an itinerary.
    lang
        The language that the page starts with, one of `maps.texts.LANGUAGES`.
    levers
        Whether the reader may move parameters, and is told how sure the ranking is.
    """
    planner, world, network = request.planner, request.world, request.network
    rows = {row.key: row for row in planner.parameters.rows}
    coordinates = planner.graph.coordinates
    routes = tuple(
        _route(
            rank,
            itinerary,
            draw(itinerary.legs, request.paths, network),
            comparison,
            stops_of(itinerary, world, coordinates, rows),
        )
        for rank, itinerary in enumerate(comparison.itineraries, start=1)
    )
    what_if = what_if_of(request, comparison) if levers else None
    return MapData(
        story=story_of(comparison, flips_of(planner, request.corridors, comparison)),
        data_version=request.data_version,
        mass_t=comparison.consignment.mass_t,
        by=comparison.by.value,
        routes=routes,
        not_possible=tuple(
            MapRefusal(item.corridor_id, item.name, item.reason) for item in comparison.not_possible
        ),
        attributions=tuple(network.facts["attribution"]),
        sources=tuple(_sources(routes, what_if.arcs if what_if else (), world)),
        own_lines=tuple(own_lines(network)),
        own_places=tuple(own_places(world)),
        lang=lang,
        what_if=what_if,
        risk=risk_data(planner, comparison) if levers else None,
    )


def _sources(
    routes: Sequence[MapRoute], arcs: Iterable[MapArc], world: World
) -> Iterator[MapSource]:
    """Return what the sources are that routes, their stops and other ways name."""
    stops = [stop for route in routes for stop in route.stops]
    told = [happening for stop in stops for happening in stop.happenings]
    named = {one for happening in told for one in happening.source.split(", ")}
    named |= {one for arc in arcs for one in arc.source.split(", ")}
    flags = [flag for route in routes for flag in route.flags]
    flags += [flag for stop in stops for flag in stop.flags]
    named |= {flag.source for flag in flags}
    for source_id in sorted(named & world.sources.keys()):
        row = world.sources[source_id]
        yield MapSource(source_id, row.title, row.publisher, row.year)


def _route(
    rank: int,
    itinerary: Itinerary,
    drawn: Mapping[int, DrawnLeg],
    comparison: Comparison,
    stops: Sequence[MapStop],
) -> MapRoute:
    mass_t = comparison.consignment.mass_t
    sums = totals(itinerary, mass_t)
    return MapRoute(
        corridor_id=itinerary.corridor_id or "",
        name=itinerary.name,
        family=itinerary.family,
        status=itinerary.status,
        rank=rank,
        cost_usd_per_t=sums["cost_usd_per_t"],
        days=sums["time_days"],
        co2e_kg_per_t=sums["co2e_kg_per_t"],
        length_km=sums["length_km"],
        border_crossings=sums["border_crossings"],
        gauge_changes=sums["gauge_changes"],
        generalised_usd_per_t=sums["generalised_cost_usd"] / mass_t,
        flags=tuple(MapFlag(f.label, f.text, f.as_of, f.source_id) for f in itinerary.flags),
        legs=tuple(_leg(leg, drawn.get(at)) for at, leg in enumerate(itinerary.legs)),
        stops=tuple(stops),
    )


def _leg(leg: Leg, drawn: DrawnLeg | None) -> MapLeg:
    return MapLeg(
        operation=leg.operation.value,
        mode=leg.mode.value if leg.mode else None,
        status=leg.status.value,
        geometry_basis=drawn.geometry_basis if drawn else "",
        from_name=leg.from_name,
        to_name=leg.to_name,
        country=leg.country,
        gauge_mm=leg.gauge_mm,
        length_km=leg.length_km,
        time_h=leg.criteria.time_h,
        cost_usd=leg.criteria.cost_usd,
        co2e_kg=leg.criteria.co2e_kg,
        lines=drawn.lines if drawn else (),
        own=drawn is not None and drawn.own,
        parts=tuple(MapPart(part.value, hours, usd) for part, hours, usd in leg_parts(leg)),
    )
