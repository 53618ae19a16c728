"""What the tags of an OpenStreetMap way say about freight: usable or not, and as what.

The rules are OpenStreetMap's own words, without numbers. A way that is in scope but not usable has
a reason, so that everything left out can be told.

Rail: ``railway=rail`` and ``narrow_gauge``, also under construction or proposed. Out are sidings,
yards and spurs, lines for tourists, soldiers or tests, and lines for passengers only: those of
``railway:traffic_mode=passenger``, and high-speed lines (``highspeed=yes``) unless their
``railway:traffic_mode`` is freight or mixed or their ``usage`` is freight. Crossovers stay: the two
tracks of a line are often joined by nothing else.

Road: motorways, trunk and primary roads with their links, unless lorries or all motor vehicles are
kept out. Ferries: ``route=ferry`` that carries lorries, motor vehicles or trains.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from geodata.vocabulary import GAUGES_MM, CargoUnit, Mode, Status

Tags = Mapping[str, str]


_ROADS: Final = tuple(
    f"{road}{link}" for road in ("motorway", "trunk", "primary") for link in ("", "_link")
)
_RAILWAYS: Final = ("rail", "narrow_gauge")
_FUTURE: Final = {
    "construction": Status.CONSTRUCTION,
    "proposed": Status.PLANNED,
    "planned": Status.PLANNED,
}
_SIDE_TRACKS: Final = frozenset({"siding", "yard", "spur"})
_NO_FREIGHT: Final = frozenset({"tourism", "military", "test", "scientific", "leisure"})
_CLOSED_TO: Final = frozenset({"no", "private"})
_CARRIED: Final = frozenset({"yes", "designated", "permissive"})

FILTERS: Final[Mapping[Mode, str]] = {
    Mode.RAIL: f'["railway"~"^({"|".join((*_RAILWAYS, *_FUTURE))})$"]',
    Mode.ROAD: f'["highway"~"^({"|".join((*_ROADS, *_FUTURE))})$"]',
    Mode.FERRY: '["route"="ferry"]',
}
"""What Overpass is asked for, per mode: one filter of ways."""

MAIN_KEY: Final[Mapping[Mode, str]] = {
    Mode.RAIL: "railway",
    Mode.ROAD: "highway",
    Mode.FERRY: "route",
}
"""The key without which a way is not looked at."""

WAY_TAGS: Final = (
    "railway",
    "highway",
    "route",
    "usage",
    "service",
    "construction",
    "proposed",
    "planned",
    "gauge",
    "electrified",
    "highspeed",
    "railway:traffic_mode",
    "opening_date",
    "bridge",
    "name",
    "ref",
    "maxspeed",
    "access",
    "motor_vehicle",
    "hgv",
    "ferry",
    "train",
)
"""The tags that are read."""

_GAUGE_TOLERANCE_MM: Final = 5
"""A policy: 1520 and 1524 mm are one gauge to a wagon."""
_BETWEEN: Final = re.compile(r"[;,/|]")
_YEAR: Final = re.compile(r"(\d{4})(-\d{2}){0,2}")
_ROLLS_ON: Final[Mapping[Mode, tuple[CargoUnit, ...]]] = {
    Mode.RAIL: (CargoUnit.BULK, CargoUnit.CONTAINER_20),
    Mode.ROAD: (CargoUnit.TRUCK,),
}


@dataclass(frozen=True, slots=True, order=True)
class Kind:
    """What is the same all along a link; lines of different kinds are different links.

    ``opens`` is the year of opening, 0 if OpenStreetMap does not say or if it is open;
    ``electrified`` is ``yes``, ``no`` or empty for not said.
    """

    status: Status
    opens: int = 0
    electrified: str = ""
    cargo_units: tuple[CargoUnit, ...] = ()


@dataclass(frozen=True, slots=True)
class Usable:
    """A way that freight can use; rail without ``gauges_mm`` has none in its tags."""

    kind: Kind
    gauges_mm: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Unusable:
    """A way in scope that freight cannot use, and why."""

    reason: str


def read_tags(mode: Mode, tags: Tags) -> Usable | Unusable | None:
    """Return what a way is for a mode; None if it is nothing of that mode at all."""
    if mode is Mode.RAIL:
        return _rail(tags)
    if mode is Mode.ROAD:
        return _road(tags)
    return _ferry(tags)


def _rail(tags: Tags) -> Usable | Unusable | None:
    status, railway = _state(tags, "railway")
    if railway not in _RAILWAYS:
        return None
    service, usage = tags.get("service", ""), tags.get("usage", "")
    traffic = tags.get("railway:traffic_mode", "")
    if service in _SIDE_TRACKS:
        return Unusable("sidings, yards and spurs")
    if usage in _NO_FREIGHT:
        return Unusable(f"usage {usage}")
    if traffic == "passenger":
        return Unusable("passengers only")
    is_fast = tags.get("highspeed") == "yes"
    if is_fast and usage != "freight" and traffic not in ("freight", "mixed"):
        return Unusable("high-speed, not said to carry freight")
    gauges = read_gauges(tags.get("gauge", ""))
    if isinstance(gauges, Unusable):
        return gauges
    return Usable(_kind(status, tags, _electrified(tags.get("electrified", ""))), gauges)


def _road(tags: Tags) -> Usable | Unusable | None:
    status, highway = _state(tags, "highway")
    if highway not in _ROADS:
        return None
    if status is Status.OPERATIONAL:  # a building site is closed to everyone
        # the more specific tag outranks the general one
        said = [tags[key] for key in ("hgv", "motor_vehicle", "access") if key in tags]
        if said and said[0] in _CLOSED_TO:
            return Unusable("closed to lorries")
    return Usable(_kind(status, tags, ""))


def _ferry(tags: Tags) -> Usable | Unusable | None:
    if tags.get("route") != "ferry":
        return None
    units: tuple[CargoUnit, ...] = ()
    if (
        tags.get("railway") in ("ferry", "rail")
        or tags.get("train") in _CARRIED
        or tags.get("ferry") in ("train", "rail")
    ):
        units += _ROLLS_ON[Mode.RAIL]
    said = [tags[key] for key in ("hgv", "motor_vehicle") if key in tags]
    if said and said[0] in _CARRIED:
        units += _ROLLS_ON[Mode.ROAD]
    if not units:
        return Unusable("ferries not said to carry lorries or trains")
    return Usable(Kind(Status.OPERATIONAL, cargo_units=units))


def _state(tags: Tags, key: str) -> tuple[Status, str]:
    """Return the status of a way and what it is or will be."""
    value = tags.get(key, "")
    if value not in _FUTURE:
        return Status.OPERATIONAL, value
    other = tags.get(value, "")
    return _FUTURE[value], other


def _kind(status: Status, tags: Tags, electrified: str) -> Kind:
    found = _YEAR.fullmatch(tags.get("opening_date", "").strip())
    is_open = status is Status.OPERATIONAL
    return Kind(status, int(found[1]) if found and not is_open else 0, electrified)


def _electrified(value: str) -> str:
    if value in ("", "no"):
        return value
    return "yes" if value.split(";")[0] in ("yes", "contact_line", "rail", "4th_rail") else ""


def read_gauges(value: str) -> tuple[int, ...] | Unusable:
    """Read a ``gauge`` tag: known track gauges in mm, ascending; empty for an empty tag."""
    if not value.strip():
        return ()
    known: set[int] = set()
    for part in _BETWEEN.split(value):
        if part.strip().isdecimal():
            stated = int(part)
            nearest = min((gauge for gauge in GAUGES_MM if gauge), key=lambda g: abs(g - stated))
            if abs(nearest - stated) <= _GAUGE_TOLERANCE_MM:
                known.add(nearest)
    return tuple(sorted(known)) or Unusable(f"gauge {value!r}, which is not handled")
