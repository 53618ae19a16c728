"""A hand-made comparison of three corridors: real towns, invented amounts, about 2,000 vertices."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from math import sin
from typing import TYPE_CHECKING

import pytest

from maps import (
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

if TYPE_CHECKING:
    from pathlib import Path

    from browser import Browser, Shown

OSCOM = ("INOSC", "OSCOM plant (Chatrapur)", "plant", 85.0, 19.35)
VIZAG = ("INVTZ", "Visakhapatnam", "port", 83.29, 17.69)
ABBAS = ("IRBND", "Bandar Abbas", "port", 56.2, 27.14)
SARAKHS = ("IRSRP", "Sarakhs", "gauge_interchange", 61.15, 36.53)
SARAKHS_BORDER = ("TMSRX", "Sarakhs / Serhetyaka", "border_crossing_point", 61.2, 36.53)
FARAP = ("UZFRP", "Farap / Alat", "border_crossing_point", 63.75, 39.2)
SARYAGASH = ("KZSRY", "Saryagash", "border_crossing_point", 69.15, 41.45)
OSKEMEN = ("KZUKT", "UKTMP plant (Ust-Kamenogorsk)", "plant", 82.66, 49.98)
LIANYUNGANG = ("CNLYG", "Lianyungang", "port", 119.45, 34.74)
DOSTYK = ("KZDYK", "Dostyk", "gauge_interchange", 82.48, 45.25)
ANZALI = ("IRBAZ", "Bandar-e Anzali", "port", 49.46, 37.47)
AKTAU = ("KZAAU", "Aktau", "port", 51.2, 43.6)

Point = tuple[float, float]


def wiggle(points: list[Point], steps: int, reach: float) -> tuple[Point, ...]:
    """Bend a polyline a little, so that it has many vertices and looks like a railway."""
    line: list[Point] = []
    for (x0, y0), (x1, y1) in pairwise(points):
        for step in range(steps):
            t = step / steps
            sway = reach * (sin(5 * t + x0) + 0.3 * sin(17 * t + y0)) * t * (1 - t) * 4
            line.append((round(x0 + (x1 - x0) * t - sway, 5), round(y0 + (y1 - y0) * t + sway, 5)))
    return (*line, points[-1])


RAIL_INDIA = wiggle([(85.0, 19.35), (84.1, 18.4), (83.29, 17.69)], 40, 0.05)
SEA_WEST = wiggle(
    [
        (83.29, 17.69),
        (83.5, 15),
        (82, 6),
        (80.2, 5.5),
        (76.5, 8),
        (72, 15),
        (64, 22.5),
        (59.5, 24.8),
        (57, 25.9),
        (56.6, 26.6),
        (56.2, 27.14),
    ],
    6,
    0.05,
)
RAIL_IRAN = wiggle(
    [
        (56.2, 27.14),
        (55.7, 29.4),
        (55.4, 31.6),
        (56.9, 33.6),
        (59.2, 35.3),
        (60.5, 36.0),
        (61.15, 36.53),
    ],
    45,
    0.25,
)
RAIL_TURKMEN = wiggle([(61.2, 36.53), (61.8, 37.6), (63.55, 39.1), (63.75, 39.2)], 50, 0.2)
RAIL_UZBEK = wiggle([(63.75, 39.2), (66.9, 39.65), (69.2, 41.3), (69.15, 41.45)], 50, 0.2)
RAIL_SOUTH_KZ = wiggle([(69.15, 41.45), (71.4, 42.9), (75.0, 43.3), (77.0, 43.4)], 50, 0.2)
RAIL_TURKSIB = wiggle([(77.0, 43.4), (78.5, 45.5), (79.6, 46.9), (80.4, 47.97)], 45, 0.2)
RAIL_EAST_KZ = wiggle([(80.4, 47.97), (81.0, 49.2), (82.0, 49.8), (82.66, 49.98)], 45, 0.2)
SEA_EAST = wiggle(
    [
        (83.29, 17.69),
        (88, 12),
        (94.5, 6.3),
        (99, 4),
        (103.5, 1.25),
        (105, 3),
        (110, 10),
        (114, 18),
        (119.5, 23.5),
        (122.5, 29),
        (121.8, 33),
        (119.45, 34.74),
    ],
    6,
    0.05,
)
RAIL_CHINA = wiggle(
    [
        (119.45, 34.74),
        (113.7, 34.75),
        (108.9, 34.3),
        (103.8, 36.05),
        (95, 40.6),
        (87.6, 43.8),
        (84, 44.9),
        (82.48, 45.25),
    ],
    35,
    0.35,
)
RAIL_DOSTYK = wiggle([(82.48, 45.25), (81, 46.2), (79.7, 46.93), (80.4, 47.97)], 40, 0.2)
RAIL_CASPIAN = wiggle(
    [(56.2, 27.14), (55.7, 29.4), (53.5, 32.5), (51, 35.2), (49.7, 37.2)], 45, 0.25
)
ROAD_ANZALI = wiggle([(49.7, 37.2), (49.46, 37.47)], 12, 0.03)
SEA_CASPIAN = wiggle([(49.46, 37.47), (50.4, 38.5), (51.3, 41.5), (51.2, 43.6)], 8, 0.05)
RAIL_WEST_KZ = wiggle([(51.2, 43.6), (55.2, 45.3), (58.9, 47.5), (66, 48.2)], 40, 0.3)
RAIL_PLANNED = wiggle([(66, 48.2), (71.4, 48.6), (76, 48.4), (80.4, 47.97)], 40, 0.25)


def move(
    mode: str,
    start: str,
    end: str,
    country: str,
    *lines: tuple[Point, ...],
    gauge: int = 0,
    km: float,
    status: str = "operational",
) -> MapLeg:
    return MapLeg(
        operation="move",
        mode=mode,
        status=status,
        geometry_basis="surveyed",
        from_name=start,
        to_name=end,
        country=country,
        gauge_mm=gauge,
        length_km=km,
        time_h=km / 25,
        cost_usd=km * 52,
        co2e_kg=km * 21,
        lines=lines,
    )


def act(operation: str, at: str, country: str, hours: float, usd: float, to: str = "") -> MapLeg:
    return MapLeg(
        operation=operation,
        mode=None,
        status="operational",
        geometry_basis="surveyed",
        from_name=at,
        to_name=to or at,
        country=country,
        gauge_mm=0,
        length_km=0,
        time_h=hours,
        cost_usd=usd,
        co2e_kg=0,
    )


def stop(place: tuple[str, str, str, float, float], *happenings: MapHappening) -> MapStop:
    place_id, name, kind, lon, lat = place
    flags = ()
    if place_id == "IRBND":
        flags = (MapFlag("sanctions", "US secondary sanctions", "2026-09-01", "US Treasury"),)
    return MapStop(
        place_id=place_id,
        name=name,
        kind=kind,
        lon=lon,
        lat=lat,
        happenings=happenings,
        flags=flags,
    )


LOADED = stop(OSCOM, MapHappening("load", "60 containers stuffed", 48, 27_000, "assumption"))
UNLOADED = stop(OSKEMEN, MapHappening("unload", "60 containers stripped", 48, 21_000, "assumption"))
SAILED = stop(VIZAG, MapHappening("transshipment", "rail to sea", 96, 14_400, "Port tariff 2025"))
SANCTIONS = MapFlag("sanctions: IR", "US secondary sanctions on ports", "2026-09-01", "US Treasury")

EAST = MapRoute(
    corridor_id="instc-east-sarakhs",
    name="INSTC eastern branch over Sarakhs",
    family="INSTC",
    status="operational",
    rank=1,
    cost_usd_per_t=214.3,
    days=43.1,
    co2e_kg_per_t=176.4,
    length_km=9913,
    border_crossings=3,
    gauge_changes=1,
    generalised_usd_per_t=230.5,
    flags=(SANCTIONS,),
    legs=(
        act("load", "OSCOM plant", "IN", 48, 27_000),
        move("rail", "OSCOM plant", "Visakhapatnam", "IN", RAIL_INDIA, gauge=1676, km=262),
        act("transshipment", "Visakhapatnam", "IN", 96, 14_400),
        move("sea", "Visakhapatnam", "Bandar Abbas", "", SEA_WEST, km=4720),
        act("transshipment", "Bandar Abbas", "IR", 120, 18_000),
        move("rail", "Bandar Abbas", "Sarakhs", "IR", RAIL_IRAN, gauge=1435, km=1630),
        act("gauge_change", "Sarakhs", "IR", 60, 7_200),
        act("border_crossing", "Sarakhs", "TM", 30, 3_000, to="Serhetyaka"),
        move("rail", "Serhetyaka", "Farap", "TM", RAIL_TURKMEN, gauge=1520, km=480),
        act("border_crossing", "Farap", "UZ", 20, 2_400, to="Alat"),
        move("rail", "Alat", "Saryagash", "UZ", RAIL_UZBEK, gauge=1520, km=720),
        act("border_crossing", "Saryagash", "KZ", 20, 2_000),
        move(
            "rail", "Saryagash", "Oskemen", "KZ", RAIL_SOUTH_KZ, RAIL_TURKSIB, RAIL_EAST_KZ,
            gauge=1520, km=2101,
        ),
        act("unload", "UKTMP plant", "KZ", 48, 21_000),
    ),
    stops=(
        LOADED,
        SAILED,
        stop(ABBAS, MapHappening("transshipment", "sea to rail", 120, 18_000, "PMO tariff 2025")),
        stop(SARAKHS, MapHappening("gauge_change", "1435 to 1520 mm", 60, 7_200, "CPMM 2022")),
        stop(SARAKHS_BORDER, MapHappening("border_crossing", "IR to TM", 30, 3_000, "CPMM 2022")),
        stop(FARAP, MapHappening("border_crossing", "TM to UZ", 20, 2_400, "CPMM 2022")),
        stop(SARYAGASH, MapHappening("border_crossing", "UZ to KZ", 20, 2_000, "CPMM 2022")),
        UNLOADED,
    ),
)  # fmt: skip

CHINA = MapRoute(
    corridor_id="china-dostyk",
    name="China land bridge over Lianyungang and Dostyk",
    family="China",
    status="operational",
    rank=2,
    cost_usd_per_t=231.9,
    days=38.4,
    co2e_kg_per_t=201.7,
    length_km=13_244,
    border_crossings=1,
    gauge_changes=1,
    generalised_usd_per_t=247.0,
    legs=(
        act("load", "OSCOM plant", "IN", 48, 27_000),
        move("rail", "OSCOM plant", "Visakhapatnam", "IN", RAIL_INDIA, gauge=1676, km=262),
        move("sea", "Visakhapatnam", "Lianyungang", "", SEA_EAST, km=7610),
        act("transshipment", "Lianyungang", "CN", 110, 15_600),
        move("rail", "Lianyungang", "Dostyk", "CN", RAIL_CHINA, gauge=1435, km=4190),
        act("gauge_change", "Dostyk", "KZ", 70, 7_800),
        move("rail", "Dostyk", "Oskemen", "KZ", RAIL_DOSTYK, RAIL_EAST_KZ, gauge=1520, km=1182),
        act("unload", "UKTMP plant", "KZ", 48, 21_000),
    ),
    stops=(
        LOADED,
        SAILED,
        stop(LIANYUNGANG, MapHappening("transshipment", "sea to rail", 110, 15_600, "Port tariff")),
        stop(DOSTYK, MapHappening("gauge_change", "1435 to 1520 mm", 70, 7_800, "CPMM 2022")),
        UNLOADED,
    ),
)

CASPIAN = MapRoute(
    corridor_id="instc-trans-caspian",
    name="INSTC trans-Caspian branch, Anzali to Aktau",
    family="INSTC",
    status="planned",
    rank=3,
    cost_usd_per_t=268.0,
    days=51.2,
    co2e_kg_per_t=189.0,
    length_km=11_020,
    border_crossings=2,
    gauge_changes=0,
    generalised_usd_per_t=279.9,
    flags=(SANCTIONS, MapFlag("low water", "Drafts in Aktau were cut", "2026-06-30", "Aktau port")),
    legs=(
        act("load", "OSCOM plant", "IN", 48, 27_000),
        move("rail", "OSCOM plant", "Visakhapatnam", "IN", RAIL_INDIA, gauge=1676, km=262),
        move("sea", "Visakhapatnam", "Bandar Abbas", "", SEA_WEST, km=4720),
        move("rail", "Bandar Abbas", "Rasht", "IR", RAIL_CASPIAN, gauge=1435, km=1700),
        move("road", "Rasht", "Bandar-e Anzali", "IR", ROAD_ANZALI, km=41, status="suspended"),
        move("ferry", "Bandar-e Anzali", "Aktau", "", SEA_CASPIAN, km=720),
        move("rail", "Aktau", "Zhezkazgan", "KZ", RAIL_WEST_KZ, gauge=1520, km=1300),
        move(
            "rail",
            "Zhezkazgan",
            "Ayagoz",
            "KZ",
            RAIL_PLANNED,
            gauge=1520,
            km=1240,
            status="planned",
        ),
        move("rail", "Oskemen", "Ayagoz", "KZ", RAIL_EAST_KZ[::-1], gauge=1520, km=330),
        act("unload", "UKTMP plant", "KZ", 48, 21_000),
    ),
    stops=(
        LOADED,
        SAILED,
        stop(ABBAS, MapHappening("transshipment", "sea to rail", 120, 18_000, "PMO tariff 2025")),
        stop(ANZALI, MapHappening("transshipment", "road to ferry", 72, 9_000, "assumption")),
        stop(AKTAU, MapHappening("transshipment", "ferry to rail", 90, 11_000, "assumption")),
        UNLOADED,
    ),
)

FLIP = MapFlip(
    corridor_id="china-dostyk",
    parameter="tariff.rail.IR.container_20",
    words="rail tariff in Iran, container 20",
    low=0.2,
    typical=0.35,
    high=0.9,
    unit="usd_per_teu_km",
    value=0.5123456,
    ways_hold=True,
)

STORY = MapStory(
    origin="OSCOM plant",
    destination="UKTMP plant",
    cargo="titanium_slag",
    cargo_unit="container_20",
    units=60,
    scenario="Open",
    scenario_as_of="2026-11-01",
    scenario_description="Every line, port and crossing works normally.",
    shares=(
        MapShare("cost", 0.012, 0.938, 0.05),
        MapShare("time", 0.0, 0.886, 0.114),
        MapShare("co2e", 0.002, 0.998, 0.0),
    ),
    assumptions=(
        MapAssumption("unload_dwell.*", "unloading time, any unit", "time", 0.024),
        MapAssumption("unload_handling.*", "unloading charge, any unit", "cost", 0.014),
    ),
    flip=FLIP,
)

PAGE = MapData(
    story=STORY,
    data_version="2026.11",
    mass_t=1500.0,
    by="generalised",
    routes=(EAST, CHINA, CASPIAN),
    not_possible=(
        MapRefusal(
            "karachi", "Karachi and the Karakoram Highway", "Pakistan is closed to this cargo."
        ),
        MapRefusal(
            "wagah", "Overland over Wagah", "The crossing is closed; no other way is named."
        ),
    ),
    attributions=("Rates: CAREC CPMM 2022.",),
)

BASE_MAP = json.dumps(
    {
        "land": {
            "type": "FeatureCollection",
            "features": [
                {
                    "type": "Feature",
                    "properties": {},
                    "geometry": {
                        "type": "Polygon",
                        "coordinates": [[[40, 10], [130, 10], [130, 60], [40, 60], [40, 10]]],
                    },
                }
            ],
        },
        "labels": {
            "type": "FeatureCollection",
            "features": [
                {
                    "type": "Feature",
                    "properties": {"name": "Tashkent", "kind": "city", "rank": 3},
                    "geometry": {"type": "Point", "coordinates": [69.3, 41.3]},
                }
            ],
        },
    }
)


@pytest.fixture
def page() -> MapData:
    """Three corridors, two refusals."""
    return PAGE


@pytest.fixture
def base_map() -> str:
    """A base map of one rectangle and one town, in place of the shipped one."""
    return BASE_MAP


@pytest.fixture(
    params=["{{12345*6789}}", "</script><img src=x onerror=alert(1)>", "\"'><b>{% x %}{#"]
)
def hostile(request: pytest.FixtureRequest) -> str:
    """A text that would like to be code."""
    return str(request.param)


@pytest.fixture
def hostile_page(hostile: str) -> MapData:
    """The sample with a hostile text wherever a text goes."""
    flag = MapFlag(hostile, hostile, hostile, hostile)
    happening = MapHappening(hostile, hostile, 1, 2, hostile)
    stops = tuple(
        replace(s, name=hostile, kind=hostile, happenings=(happening,), flags=(flag,))
        for s in EAST.stops
    )
    legs = tuple(
        replace(leg, from_name=hostile, to_name=hostile, country=hostile, status=hostile)
        for leg in EAST.legs
    )
    route = replace(
        EAST,
        corridor_id=hostile,
        name=hostile,
        family=hostile,
        status=hostile,
        flags=(flag,),
        stops=stops,
        legs=legs,
    )
    return MapData(
        story=replace(
            STORY,
            origin=hostile,
            destination=hostile,
            cargo=hostile,
            cargo_unit=hostile,
            scenario=hostile,
            scenario_as_of=hostile,
            scenario_description=hostile,
            assumptions=(MapAssumption(hostile, hostile, "cost", 0.1),),
            flip=FLIP._replace(words=hostile, parameter=hostile, unit=hostile),
        ),
        data_version=hostile,
        mass_t=1500.0,
        by="generalised",
        routes=(route, CHINA),
        not_possible=(MapRefusal(hostile, hostile, hostile),),
        attributions=(hostile,),
    )


@pytest.fixture(scope="session")
def _browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    from browser import CHROMIUM, Browser

    assert CHROMIUM is not None
    with Browser(CHROMIUM, tmp_path_factory.mktemp("profile")) as browser:
        yield browser


@pytest.fixture
def browser(_browser: Browser) -> Browser:
    """Return the one browser of the tests, as if it had just been opened."""
    _browser.requests.clear()
    _browser.complaints.clear()
    _browser.view(1440, 900)
    return _browser


@pytest.fixture
def shown(browser: Browser, base_map: str, tmp_path: Path) -> Shown:
    """Return what opens a page in the browser."""
    from browser import show

    def show_it(page: MapData) -> Browser:
        show(browser, page, base_map, tmp_path)
        return browser

    return show_it
