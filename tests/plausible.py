"""A file of new lines as an analyst's project might have them: plausible, many, the same each time.

Every line runs between two stations or road nodes of one country and one gauge, 15 to 65 km apart,
in a gentle bow with 3 to 20 positions that ends a few hundred metres from them. Some lines are
planned, some have a speed of their own; one feature in fifty is a dry port beside a line.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np

from geodata.network import LINK_ENDS, ModeNetwork, Network
from geodata.vocabulary import Mode

SEED = 20261125
NEAR_DEG, FAR_DEG = 0.15, 0.6
PLANNED, OWN_SPEED = 0.003, 0.001
OFF_DEG = 0.004
"""How far ends lie from what they are meant to meet."""


def write_plausible(path: Path, count: int) -> None:
    """Write a FeatureCollection of so many features."""
    chance = np.random.default_rng(SEED)
    network = Network()
    spots = count // 50
    lines = [count - spots - (count - spots) // 3, (count - spots) // 3]
    features: list[dict[str, Any]] = []
    for mode, many in zip((Mode.RAIL, Mode.ROAD), lines, strict=True):
        features += _lines(network.layer(mode), many, chance)
    features += _places(network.layer(Mode.RAIL), spots, chance)
    path.write_text(
        json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8"
    )


def _ends(layer: ModeNetwork) -> tuple[Any, Any]:
    """Return the country and the gauge of every node, by the links that end there."""
    gauge = np.zeros(layer.node_count, dtype=np.int64)
    running = layer.links["status"] == "operational"
    for name in LINK_ENDS:
        gauge[layer.links[name][running]] = layer.links["gauge_mm"][running]
    return layer.node_country.astype(str), gauge


def _lines(layer: ModeNetwork, count: int, chance: np.random.Generator) -> list[dict[str, Any]]:
    country, gauge = _ends(layer)
    good = country != ""
    if layer.mode is Mode.RAIL:
        good &= gauge > 0
    starts = np.flatnonzero(good)
    found: list[dict[str, Any]] = []
    while len(found) < count:
        a = int(chance.choice(starts))
        away = np.hypot(layer.node_lon - layer.node_lon[a], layer.node_lat - layer.node_lat[a])
        near = (away > NEAR_DEG) & (away < FAR_DEG) & (country == country[a]) & (gauge == gauge[a])
        ends = np.flatnonzero(near)
        if len(ends):
            found.append(_line(layer, a, int(chance.choice(ends)), country[a], gauge[a], chance))
    return found


def _line(
    layer: ModeNetwork, a: int, b: int, country: str, gauge_mm: int, chance: np.random.Generator
) -> dict[str, Any]:
    here = np.array([layer.node_lon[a], layer.node_lat[a]])
    there = np.array([layer.node_lon[b], layer.node_lat[b]])
    here, there = (end + chance.uniform(-OFF_DEG, OFF_DEG, 2) for end in (here, there))
    share = np.linspace(0, 1, int(chance.integers(3, 21)))
    across = np.array([here[1] - there[1], there[0] - here[0]])
    bow = chance.uniform(-0.15, 0.15) * np.sin(np.pi * share)
    drawn = here + share[:, None] * (there - here) + bow[:, None] * across
    properties: dict[str, Any] = {
        "mode": layer.mode.value, "country": str(country), "status": "operational",
        "source": "project list, 2026",
    }  # fmt: skip
    if gauge_mm:
        properties["gauge_mm"] = int(gauge_mm)
    if chance.random() < PLANNED:
        properties |= {"status": "planned", "opens": 2032, "name": f"Project {a}-{b}"}
    if chance.random() < OWN_SPEED:
        properties |= {"name": f"Express {a}-{b}", "speed_km_per_day": 700}
    return {
        "type": "Feature",
        "properties": properties,
        "geometry": {"type": "LineString", "coordinates": drawn.round(6).tolist()},
    }


def _places(layer: ModeNetwork, count: int, chance: np.random.Generator) -> list[dict[str, Any]]:
    country, gauge = _ends(layer)
    nodes = chance.choice(np.flatnonzero((country != "") & (gauge > 0)), count, replace=False)
    return [
        {
            "type": "Feature",
            "properties": {
                "kind": "dry_port", "name": f"Yard {node}", "country": str(country[node]),
                "modes": ["rail"], "gauge_mm": int(gauge[node]), "loading": ["rail"],
                "cargo_units": ["container_20"],
            },
            "geometry": {
                "type": "Point",
                "coordinates": [
                    round(float(layer.node_lon[node]) + chance.uniform(-OFF_DEG, OFF_DEG), 6),
                    round(float(layer.node_lat[node]) + chance.uniform(-OFF_DEG, OFF_DEG), 6),
                ],
            },
        }
        for node in nodes.tolist()
    ]  # fmt: skip
