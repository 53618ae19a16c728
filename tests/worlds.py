"""Small worlds for tests: a few lines say which nodes, links, places and prices there are."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import cached_property
from typing import Any

import numpy as np

from corridors.graph import Endpoint
from corridors.scenario import Scenario
from geodata.importing.model import SnapLimits
from geodata.network import ModeNetwork, Network, PlaceNode
from geodata.parameters import Parameters
from geodata.rows import (
    BorderCrossing,
    Chokepoint,
    GaugeInterchange,
    Loading,
    Parameter,
    Place,
    Transshipment,
)
from geodata.vocabulary import CargoUnit, Grade, Mode, PlaceKind, Status
from geodata.world import World

OPEN = Scenario(scenario_id="open", name="Open", as_of="2026-01-01", description="")

# Per km of a 1 000 t consignment in 40 boxes every amount below is a whole number of cents, minutes
# and grams, so that sums over many links and over few arcs are equal to the last unit.
PRICES: dict[str, tuple[float, str]] = {
    "payload.*.*": (25, "t_per_unit"),
    "value.slag": (800, "usd_per_t"),
    "holding_rate.*": (12, "percent_per_year"),
    "time_value.*": (0, "usd_per_t_h"),
    "co2e_price.*": (0, "usd_per_t_co2e"),
    "insured_share.*": (110, "percent"),
    "insurance_all_risk.*": (0.1, "percent_of_insured_value"),
    "tariff.rail.*.*": (0.5, "usd_per_teu_km"),
    "tariff.rail.BB.*": (0.25, "usd_per_teu_km"),
    "tariff.road.*.*": (0.02, "usd_per_t_km"),
    "tariff.sea.*.*": (0.05, "usd_per_teu_km"),
    "speed.rail.*.*": (720, "km_per_day"),
    "speed.rail.BB.*": (360, "km_per_day"),
    "speed.road.*.*": (1440, "km_per_day"),
    "speed.sea.*.*": (60 / 1.852, "kn"),
    "co2e.rail.*.*": (20, "g_per_tkm"),
    "co2e.road.*.*": (80, "g_per_tkm"),
    "co2e.sea.*.*": (10, "g_per_tkm"),
    "co2e.handling.*.*": (1, "kg_per_t"),
    "canal_toll.canal.*": (30, "usd_per_teu"),
    "canal_delay.canal": (12, "h"),
    "war_risk.*": (0.01, "percent_of_value"),
    "sailing_wait.*.*.*": (2, "d"),
    "port_handling.*.*": (100, "usd_per_teu"),
    "port_dwell.*.*": (3, "d"),
    "terminal_handling.*.*": (40, "usd_per_unit"),
    "terminal_dwell.*.*": (1, "d"),
    "load_handling.*": (100, "usd_per_unit"),
    "load_dwell.*": (1, "d"),
    "unload_handling.*": (50, "usd_per_unit"),
    "unload_dwell.*": (1, "d"),
    "equipment.*.*": (300, "usd_per_unit"),
    "border_fee.*.*": (60, "usd_per_unit"),
    "border_dwell.*.*": (20, "h"),
    "gauge_change_fee.*.*": (80, "usd_per_unit"),
    "gauge_change_dwell.*.*": (6, "h"),
    "ferry_rate.*.*.*": (500, "usd_per_teu"),
    "speed.ferry.*.*": (60 / 1.852, "kn"),
    "co2e.ferry.*.*": (15, "g_per_tkm"),
    "air_rate.*.*": (2, "usd_per_kg"),
    "speed.air.*": (800, "km_per_h"),
    "co2e.air.*": (600, "g_per_tkm"),
    "detour_factor.*": (1.3, "ratio"),
}


def parameters(**changes: float) -> Parameters:
    """Return the prices above; `changes` name keys with ``__`` for dots and ``ANY`` for ``*``."""
    rows = []
    values = {key.replace("__", ".").replace("ANY", "*"): v for key, v in changes.items()}
    for key, (value, unit) in PRICES.items():
        chosen = values.pop(key, value)
        rows.append(parameter(key, chosen, unit))
    assert not values, f"no such price: {values}"
    return Parameters(rows)


def parameter(key: str, value: float, unit: str, **other: Any) -> Parameter:
    row = Parameter(key, value, value, value, unit, 2026, "drawn", "", Grade.ASSUMED, "2026", "")
    return replace(row, **other)


def place(
    place_id: str,
    country: str = "AA",
    *,
    lon: float = 0.0,
    lat: float = 0.0,
    kind: PlaceKind = PlaceKind.CITY,
    region: str = "",
    aliases: tuple[str, ...] = (),
    name: str = "",
) -> Place:
    return Place(
        place_id, name or place_id.title(), kind, country, lat, lon, "", region, (), aliases,
        "drawn", Grade.ASSUMED, "",
    )  # fmt: skip


def crossing(
    crossing_id: str, a: str, b: str, mode: Mode = Mode.RAIL, gauge_mm: int = 1435, **other: Any
) -> BorderCrossing:
    row = BorderCrossing(
        crossing_id, crossing_id, a, b, mode, gauge_mm, Status.OPERATIONAL, "2026-01-01", None,
        "drawn", Grade.ASSUMED, "",
    )  # fmt: skip
    return replace(row, **other)


def transshipment(place_id: str, a: Mode, b: Mode) -> Transshipment:
    return Transshipment(
        place_id, a, b, CargoUnit.CONTAINER_20, Status.OPERATIONAL, "", "drawn", Grade.ASSUMED, ""
    )


def interchange(place_id: str, a: int, b: int) -> GaugeInterchange:
    return GaugeInterchange(
        place_id, a, b, CargoUnit.CONTAINER_20, "transshipment", Status.OPERATIONAL, "", "drawn",
        Grade.ASSUMED, "",
    )  # fmt: skip


def loading(place_id: str, mode: Mode) -> Loading:
    return Loading(place_id, mode, CargoUnit.CONTAINER_20, "drawn", Grade.ASSUMED, "")


def chokepoint(chokepoint_id: str) -> Chokepoint:
    return Chokepoint(chokepoint_id, chokepoint_id, "strait", 0, 0, "", "drawn", Grade.ASSUMED, "")


def world(places: Iterable[Place], prices: Parameters | None = None, **tables: Any) -> World:
    """Return a world of the given rows; tables that are not named are empty."""
    chokepoints: Iterable[Chokepoint] = tables.pop("chokepoints", ())
    crossings: Iterable[BorderCrossing] = tables.pop("border_crossings", ())
    empty: dict[str, Any] = dict.fromkeys(
        (
            "gauge_interchanges",
            "transshipments",
            "loading",
            "ferries",
            "air_services",
            "restrictions",
        ),
        (),
    )
    return World(
        places={row.place_id: row for row in places},
        border_crossings={row.crossing_id: row for row in crossings},
        chokepoints={row.chokepoint_id: row for row in chokepoints},
        parameters=prices or parameters(),
        **(empty | {name: tuple(rows) for name, rows in tables.items()}),
    )


def network(
    mode: Mode,
    nodes: Iterable[str],
    links: Iterable[tuple[int, int, int] | tuple[int, int, int, Mapping[str, Any]]],
) -> ModeNetwork:
    """Return a network of nodes, each given by its country, and links (from, to, km, columns)."""
    countries = list(nodes)
    rows: list[dict[str, Any]] = []
    for start, end, km, *columns in links:
        row = {
            "from_node_id": start,
            "to_node_id": end,
            "country": countries[start],
            "gauge_mm": 1435 if mode is Mode.RAIL else 0,
            "status": "operational",
            "as_of": "",
            "opens": 0,
            "name": "",
            "length_m": km * 1000,
            "geometry_basis": "generalised",
            "basin": "ocean" if mode is Mode.SEA else "",
            "chokepoint": "",
            "source_id": "drawn",
        }
        rows.append(row | dict(columns[0] if columns else {}))
    names = list(rows[0])
    numbers = {"from_node_id", "to_node_id", "gauge_mm", "opens", "length_m"}
    columns_ = {
        name: np.array([row[name] for row in rows], dtype=np.int64 if name in numbers else object)
        for name in names
    }
    at = np.arange(len(countries), dtype=np.float64) / 100
    return ModeNetwork(mode, columns_, at, at, np.array(countries, dtype=object))


def on_map(
    mode: Mode,
    nodes: Iterable[tuple[float, float, str]],
    links: Iterable[tuple[int, int, int] | tuple[int, int, int, Mapping[str, Any]]],
) -> ModeNetwork:
    """Return a network of nodes at (lon, lat, country), its links drawn straight."""
    lon, lat, countries = zip(*nodes, strict=True)
    plain = network(mode, countries, links)
    spots = list(zip(lon, lat, strict=True))
    ends = zip(plain.links["from_node_id"], plain.links["to_node_id"], strict=True)
    return replace(
        plain,
        node_lon=np.array(lon, dtype=np.float64),
        node_lat=np.array(lat, dtype=np.float64),
        drawn={link: (spots[a], spots[b]) for link, (a, b) in enumerate(ends)},
    )


class FixedNetwork(Network):
    """A network of drawn layers only: it reads no file. Modes that are not given are empty."""

    @cached_property
    def facts(self) -> dict[str, Any]:
        return {"data_version": "drawn"}


def whole(layers: Iterable[ModeNetwork], placed: Iterable[PlaceNode]) -> Network:
    """Return drawn layers as one network."""
    changed = {layer.mode: layer for layer in layers}
    for mode in (Mode.RAIL, Mode.ROAD, Mode.SEA, Mode.AIR):
        if mode not in changed:
            changed[mode] = nowhere(mode)
    return FixedNetwork(changed=changed, placed=tuple(placed))


def wide_limits() -> SnapLimits:
    """Return limits that join most of what is drawn at random within four degrees."""
    return SnapLimits(line_km=30, place_km=400, port_km=400, closed_km=400)


def nowhere(mode: Mode) -> ModeNetwork:
    """Return a network without nodes and links."""
    two = network(mode, ["AA", "AA"], [(0, 1, 1)])
    none = np.array([], dtype=np.float64)
    links = {name: column[:0] for name, column in two.links.items()}
    return ModeNetwork(mode, links, none, none, np.array([], dtype=object))


def endpoint(place_: Place) -> Endpoint:
    return Endpoint(
        place_id=place_.place_id,
        name=place_.name,
        country=place_.country,
        lon=place_.lon,
        lat=place_.lat,
    )
