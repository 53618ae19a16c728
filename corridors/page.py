"""Fills the page's records from a comparison. Names and numbers only; `maps` draws them."""

from __future__ import annotations

from collections.abc import Mapping

from corridors.compiled import ArcPaths
from corridors.evidence import Assumption, assumptions, shares
from corridors.flipping import Flip, Flips
from corridors.geometry import DrawnLeg, draw
from corridors.itinerary import Criterion, Flag, Itinerary, Leg, Operation
from corridors.planner import Comparison
from corridors.report import totals
from geodata.network import Network
from geodata.parameters import key_words
from geodata.units import CENTS_PER_USD, GRAMS_PER_KG, MINUTES_PER_HOUR
from geodata.vocabulary import Grade
from geodata.world import World
from maps.data import (
    MapAssumption,
    MapData,
    MapFlag,
    MapFlip,
    MapHappening,
    MapLeg,
    MapRefusal,
    MapRoute,
    MapShare,
    MapStop,
    MapStory,
)


def page_data(
    comparison: Comparison,
    world: World,
    coordinates: Mapping[str, tuple[float, float]],
    data_version: str,
    paths: ArcPaths,
    network: Network,
    flips: Flips,
    lang: str = "en",
) -> MapData:
    """Return everything on the page of a comparison."""
    routes = tuple(
        _route(
            rank, itinerary, draw(itinerary.legs, paths, network), comparison, world, coordinates
        )
        for rank, itinerary in enumerate(comparison.itineraries, start=1)
    )
    return MapData(
        story=_story(comparison, flips),
        data_version=data_version,
        mass_t=comparison.consignment.mass_t,
        by=comparison.by.value,
        routes=routes,
        not_possible=tuple(
            MapRefusal(item.corridor_id, item.name, item.reason) for item in comparison.not_possible
        ),
        attributions=tuple(network.facts["attribution"]),
        lang=lang,
    )


def _story(comparison: Comparison, flips: Flips) -> MapStory:
    """Return what the page tells of a comparison besides its amounts."""
    goods, scenario = comparison.consignment, comparison.scenario
    return MapStory(
        origin=comparison.origin.name,
        destination=comparison.destination.name,
        cargo=goods.commodity,
        cargo_unit=goods.unit.value,
        units=goods.units,
        scenario=scenario.name,
        scenario_as_of=scenario.as_of,
        scenario_description=scenario.description,
        shares=tuple(
            MapShare(criterion.value, *(grades[grade] for grade in Grade))
            for criterion, grades in shares(comparison.itineraries).items()
        ),
        assumptions=tuple(
            _assumption(found) for found in assumptions(comparison.itineraries, comparison.names)
        ),
        flip=_flip(flips.second, comparison),
        flip_other=_flip(flips.other, comparison),
    )


def _assumption(found: Assumption) -> MapAssumption:
    """Return an assumption with the criterion in which it weighs more."""
    share, criterion = max(
        (found.cost_share, Criterion.COST.value), (found.time_share, Criterion.TIME.value)
    )
    return MapAssumption(found.parameter, found.words, criterion, share)


def _flip(flip: Flip | None, comparison: Comparison) -> MapFlip | None:
    if flip is None:
        return None
    row = flip.tie.row
    return MapFlip(
        corridor_id=flip.other.corridor_id or "",
        parameter=row.key,
        words=key_words(row.key, comparison.names),
        low=row.low,
        typical=row.value,
        high=row.high,
        unit=row.unit,
        value=flip.value,
        ways_hold=flip.ways_hold,
    )


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
        lines=(drawn.line,) if drawn else (),
    )


def _stops(
    itinerary: Itinerary, world: World, coordinates: Mapping[str, tuple[float, float]]
) -> list[MapStop]:
    """Return the places at which something happens, in travel order."""
    happenings: dict[str, list[MapHappening]] = {}
    for leg in itinerary.legs:
        if leg.operation is Operation.MOVE:
            continue
        cost = [line for line in leg.ledger if line.criterion is Criterion.COST]
        happenings.setdefault(leg.from_place, []).append(
            MapHappening(
                leg.operation.value,
                leg.note if leg.from_place == leg.to_place else f"→ {leg.to_name}",
                leg.criteria.time_min / MINUTES_PER_HOUR,
                leg.criteria.cost_cents / CENTS_PER_USD,
                ", ".join(dict.fromkeys(line.source_id for line in cost)),
            )
        )
    names = {leg.from_place: leg.from_name for leg in itinerary.legs}
    stops = []
    for place_id, found in happenings.items():
        place = world.places.get(place_id)
        lon, lat = coordinates[place_id]
        stops.append(
            MapStop(
                place_id=place_id,
                name=names[place_id],
                kind=place.kind.value if place else "point",
                lon=lon,
                lat=lat,
                happenings=tuple(found),
                flags=tuple(
                    MapFlag(row.label, row.reason, row.as_of, row.source_id)
                    for row in world.restrictions
                    if (row.subject_type, row.subject_id) == ("place", place_id)
                ),
            )
        )
    return stops
