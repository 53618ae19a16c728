"""Rows of what there is: places, parameters, scenarios, sources, network."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from corridors.finding import matching_places
from corridors.scenario import SCENARIOS, NamesOf, Scenario, load_scenario, scenario_ids
from corridors.searching import find_parameters
from geodata.families import Names, key_words
from geodata.parameters import Parameters
from geodata.world import World


def place_rows(world: World, text: str) -> list[dict[str, Any]]:
    """Return places that a text matches, all for an empty text."""
    return [
        {
            "place": place.place_id,
            "name": place.name,
            "kind": place.kind.value,
            "country": place.country,
            "lat": round(place.lat, 4),
            "lon": round(place.lon, 4),
            "modes": " ".join(place.modes),
        }
        for place in matching_places(text, world)
    ]


def parameter_rows(parameters: Parameters, names: Names, text: str) -> list[dict[str, Any]]:
    """Return parameter rows whose key, unit, source or grade, or what people call them, fits."""
    return [
        {
            "key": row.key,
            "value": row.value,
            "low": row.low,
            "high": row.high,
            "unit": row.unit,
            "price_year": row.price_year or "",
            "grade": row.grade.value,
            "source_id": row.source_id,
            "locator": row.locator,
            "as_of": row.as_of,
            "note": row.note,
            "words": key_words(row.key, names),
        }
        for row in find_parameters(text, parameters, names)
    ]


def scenario_rows(
    world: World, folders: Sequence[Path], names_of: NamesOf = frozenset
) -> list[dict[str, Any]]:
    """Return the named scenarios and, in words, what each changes."""
    places = (SCENARIOS, *(folder / "scenarios" for folder in folders))
    rows = []
    for name in scenario_ids(places):
        scenario = load_scenario(name, world, places, names_of)
        changes = scenario_changes(scenario)
        rows.append(
            {
                "scenario": name,
                "as_of": scenario.as_of,
                "name": scenario.name,
                "changes": "; ".join(changes) or "nothing",
                "description": scenario.description,
                "sources": " ".join(scenario.sources),
            }
        )
    return rows


def scenario_changes(scenario: Scenario) -> list[str]:
    """Return, in words, what a scenario changes."""
    closures = scenario.closures
    shut = [
        f"{kind}: {', '.join(sorted(getattr(closures, kind)))}"
        for kind in ("countries", "places", "crossings", "chokepoints", "modes")
        if getattr(closures, kind)
    ]
    return [
        *(f"closes {part}" for part in shut),
        *(["applies the dated restrictions"] if scenario.apply_restrictions else []),
        *(f"{name}: {status}" for name, status in scenario.status.items()),
        *([_counted("sets", scenario.values)] if scenario.values else []),
        *([_counted("multiplies", scenario.factors)] if scenario.factors else []),
        *([f"lines open by {scenario.year}"] if scenario.year else []),
    ]


def _counted(verb: str, changes: Mapping[str, float]) -> str:
    """Return how many values change, or the change itself if there is one only."""
    if len(changes) > 1:
        return f"{verb} {len(changes)} values"
    ((key, value),) = changes.items()
    return f"{verb} {key} {'by' if verb == 'multiplies' else 'to'} {value:g}"


def source_rows(world: World, text: str) -> list[dict[str, Any]]:
    """Return sources whose id, title or publisher has a text in it."""
    return [
        {
            "source_id": source.source_id,
            "title": source.title,
            "publisher": source.publisher,
            "year": source.year or "",
            "url": source.url,
            "licence": source.licence,
            "note": source.note,
        }
        for source in world.sources.values()
        if any(
            text.lower() in part.lower()
            for part in (source.source_id, source.title, source.publisher)
        )
    ]


def network_rows(facts: dict[str, Any]) -> list[dict[str, Any]]:
    """Return one row per layer of the network."""
    return [{"layer": name, **counts} for name, counts in facts["layers"].items()]


def point_features(rows: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """Return rows with ``lon`` and ``lat`` as GeoJSON points; rows without get no geometry."""
    return {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "geometry": {"type": "Point", "coordinates": [row["lon"], row["lat"]]}
                if "lon" in row
                else None,
                "properties": row,
            }
            for row in rows
        ],
    }
