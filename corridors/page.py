"""Fills the page's records from a comparison. Words and numbers only; `maps` draws them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from corridors.compiled import ArcPaths
from corridors.evidence import assumption_share, assumption_words, assumptions, share_words, shares
from corridors.geometry import DrawnLeg, draw
from corridors.itinerary import Criterion, Flag, Itinerary, Leg, Operation
from corridors.planner import Comparison
from corridors.report import totals
from geodata.network import Network
from geodata.units import CENTS_PER_USD, GRAMS_PER_KG, MINUTES_PER_HOUR
from geodata.world import World
from maps.data import (
    MapData,
    MapFlag,
    MapHappening,
    MapLeg,
    MapRefusal,
    MapRoute,
    MapStop,
)

_WORDS: Final = {
    Operation.LOAD: "Loading at the origin",
    Operation.UNLOAD: "Unloading at the destination",
    Operation.TRANSSHIPMENT: "Transshipment",
    Operation.GAUGE_CHANGE: "Change of track gauge",
    Operation.BORDER_CROSSING: "Border crossing",
}


def page_data(
    comparison: Comparison,
    world: World,
    coordinates: Mapping[str, tuple[float, float]],
    data_version: str,
    paths: ArcPaths,
    network: Network,
) -> MapData:
    """Return everything on the page of a comparison."""
    goods = comparison.consignment
    cargo = f"{goods.mass_t:g} t {goods.commodity.replace('_', ' ')}"
    routes = tuple(
        _route(
            rank, itinerary, draw(itinerary.legs, paths, network), comparison, world, coordinates
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
    )


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
    world: World,
    coordinates: Mapping[str, tuple[float, float]],
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
        stops=tuple(_stops(itinerary, world, coordinates)),
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
        lines=drawn.parts if drawn else (),
    )


def _stops(
    itinerary: Itinerary, world: World, coordinates: Mapping[str, tuple[float, float]]
) -> list[MapStop]:
    """Return the places at which something happens, in travel order."""
    happenings: dict[str, list[MapHappening]] = {}
    for leg in itinerary.legs:
        if leg.operation is Operation.MOVE:
            continue
        happenings.setdefault(leg.from_place, []).append(
            MapHappening(
                leg.operation.value,
                happening_text(leg),
                leg.criteria.time_min / MINUTES_PER_HOUR,
                leg.criteria.cost_cents / CENTS_PER_USD,
                happening_source(leg),
            )
        )
    names = {leg.from_place: leg.from_name for leg in itinerary.legs}
    return [
        stop_at(place_id, names[place_id], world, coordinates, found)
        for place_id, found in happenings.items()
    ]


def happening_text(leg: Leg) -> str:
    """Return what happens on a leg that is no movement."""
    ends = "" if leg.from_place == leg.to_place else f" to {leg.to_name}"
    detail = f" ({leg.note})" if leg.note and not ends else ""
    return f"{_WORDS[leg.operation]}{ends}{detail}"


def happening_source(leg: Leg) -> str:
    """Return the sources of what a leg costs."""
    cost = [line for line in leg.ledger if line.criterion is Criterion.COST]
    return ", ".join(dict.fromkeys(line.source_id for line in cost))


def stop_at(
    place_id: str,
    name: str,
    world: World,
    coordinates: Mapping[str, tuple[float, float]],
    happenings: Iterable[MapHappening] = (),
) -> MapStop:
    """Return a place at which something happens, with the remarks on it."""
    place = world.places.get(place_id)
    lon, lat = coordinates[place_id]
    return MapStop(
        place_id=place_id,
        name=name,
        kind=place.kind.value if place else "point",
        lon=lon,
        lat=lat,
        happenings=tuple(happenings),
        flags=tuple(
            MapFlag(row.label, row.reason, row.as_of, row.source_id)
            for row in world.restrictions
            if (row.subject_type, row.subject_id) == ("place", place_id)
        ),
    )
