"""Fills the page's records from a comparison. Words and numbers only; `maps` draws them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from corridors.chart_data import leg_parts
from corridors.compiled import ArcPaths
from corridors.evidence import assumption_share, assumption_words, assumptions, share_words, shares
from corridors.geometry import DrawnLeg, draw
from corridors.itinerary import Criterion, Flag, Itinerary, Leg
from corridors.page_own import own_lines, own_places
from corridors.page_stops import stops_of
from corridors.planner import Comparison
from corridors.report import totals
from geodata.network import Network
from geodata.parameters import Parameters
from geodata.units import CENTS_PER_USD, GRAMS_PER_KG, MINUTES_PER_HOUR
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


def page_data(
    comparison: Comparison,
    world: World,
    coordinates: Mapping[str, tuple[float, float]],
    data_version: str,
    paths: ArcPaths,
    network: Network,
    parameters: Parameters,
) -> MapData:
    """Return everything on the page of a comparison made with some parameters."""
    goods = comparison.consignment
    rows = {row.key: row for row in parameters.rows}
    cargo = f"{goods.mass_t:g} t {goods.commodity.replace('_', ' ')}"
    routes = tuple(
        _route(
            rank,
            itinerary,
            draw(itinerary.legs, paths, network),
            comparison,
            stops_of(itinerary, world, coordinates, rows),
        )
        for rank, itinerary in enumerate(comparison.itineraries, start=1)
    )
    return MapData(
        title=f"{comparison.origin.name} to {comparison.destination.name}",
        question=(
            f"Which corridor for {cargo} from {comparison.origin.name} to "
            f"{comparison.destination.name}, at what cost, in how many days, "
            "with how much CO2e?"
        ),
        answer=tuple(_answer(routes, comparison)),
        scenario_name=comparison.scenario.name,
        as_of=comparison.scenario.as_of,
        data_version=data_version,
        consignment_text=f"{cargo} in {goods.units} x {goods.unit.replace('_', ' ')}",
        mass_t=goods.mass_t,
        by=comparison.by.value,
        routes=routes,
        not_possible=tuple(
            MapRefusal(item.corridor_id, item.name, item.reason) for item in comparison.not_possible
        ),
        attributions=tuple(network.facts["attribution"]),
        sources=tuple(_sources(routes, world)),
        own_lines=tuple(own_lines(network)),
        own_places=tuple(own_places(world)),
    )


def _sources(routes: Sequence[MapRoute], world: World) -> Iterator[MapSource]:
    """Return what the sources are that the routes and their stops name."""
    stops = [stop for route in routes for stop in route.stops]
    told = [happening for stop in stops for happening in stop.happenings]
    named = {one for happening in told for one in happening.source.split(", ")}
    flags = [flag for route in routes for flag in route.flags]
    flags += [flag for stop in stops for flag in stop.flags]
    named |= {flag.source for flag in flags}
    for source_id in sorted(named & world.sources.keys()):
        row = world.sources[source_id]
        yield MapSource(source_id, row.title, row.publisher, row.year)


def _answer(routes: tuple[MapRoute, ...], comparison: Comparison) -> list[str]:
    best = routes[0]
    words = {"generalised": "generalised cost (freight and holding)", "co2e": "CO2e"}
    by = words.get(comparison.by, comparison.by.value)
    sentences = [
        f"Best by {by}: {best.name}, {best.cost_usd_per_t:.0f} USD/t in {best.days:.0f} days "
        f"with {best.co2e_kg_per_t:.0f} kg CO2e/t."
    ]
    if len(routes) > 1:
        second = routes[1]
        sentences.append(
            f"Next: {second.name}, {second.cost_usd_per_t - best.cost_usd_per_t:+.0f} USD/t and "
            f"{second.days - best.days:+.0f} days."
        )
    if best.flags:
        labels = ", ".join(dict.fromkeys(flag.label for flag in best.flags))
        sentences.append(f"Flags on the best corridor: {labels}.")
    return [*sentences, *_evidence(comparison)]


def _evidence(comparison: Comparison) -> list[str]:
    """Return on what the numbers rest, over all corridors shown, and the main assumptions."""
    parts = shares(comparison.itineraries)
    main = assumptions(comparison.itineraries, comparison.names)
    found = "; ".join(f"{assumption_words(one)}, {assumption_share(one)}" for one in main)
    return [
        f"Cost rests on {share_words(parts[Criterion.COST])} numbers, time on "
        f"{share_words(parts[Criterion.TIME])} ones (mean of the corridors).",
        *([f"The assumptions that matter most: {found}."] if found else []),
    ]


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
        generalised_usd_per_t=itinerary.generalised_cost_cents / CENTS_PER_USD / mass_t,
        flags=tuple(_flag(flag) for flag in itinerary.flags),
        legs=tuple(_leg(leg, drawn.get(at)) for at, leg in enumerate(itinerary.legs)),
        stops=tuple(stops),
    )


def _flag(flag: Flag) -> MapFlag:
    return MapFlag(flag.label, flag.text, flag.as_of, flag.source_id)


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
        time_h=leg.criteria.time_min / MINUTES_PER_HOUR,
        cost_usd=leg.criteria.cost_cents / CENTS_PER_USD,
        co2e_kg=leg.criteria.co2e_g / GRAMS_PER_KG,
        lines=drawn.lines if drawn else (),
        own=drawn is not None and drawn.own,
        parts=tuple(MapPart(part.value, hours, usd) for part, hours, usd in leg_parts(leg)),
    )
