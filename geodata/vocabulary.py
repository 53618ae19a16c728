"""The closed word lists that tables, code, JSON and the command line share."""

from __future__ import annotations

from enum import StrEnum


class Mode(StrEnum):
    """Mode of transport of a link."""

    RAIL = "rail"
    ROAD = "road"
    SEA = "sea"
    FERRY = "ferry"
    AIR = "air"


LAND_MODES = frozenset({Mode.RAIL, Mode.ROAD})


class Status(StrEnum):
    """State of a line, crossing or terminal on its ``as_of`` date."""

    OPERATIONAL = "operational"
    SUSPENDED = "suspended"
    CONSTRUCTION = "construction"
    PLANNED = "planned"
    CLOSED = "closed"


class PlaceKind(StrEnum):
    """What a place is."""

    PORT = "port"
    RAIL_TERMINAL = "rail_terminal"
    DRY_PORT = "dry_port"
    BORDER_CROSSING_POINT = "border_crossing_point"
    GAUGE_INTERCHANGE = "gauge_interchange"
    PLANT = "plant"
    CITY = "city"
    AIRPORT = "airport"


class Grade(StrEnum):
    """How well a number is founded."""

    PUBLISHED = "published"
    ESTIMATED = "estimated"
    ASSUMED = "assumed"


class GeometryBasis(StrEnum):
    """How far a link's drawn line can be trusted, best first; its length is true in every case.

    A connector is a straight join of a place to the network: short, so a longer line that ends in
    one is called after the rest of it.
    """

    SURVEYED = "surveyed"
    CONNECTOR = "connector"
    BENT = "bent"
    GENERALISED = "generalised"


class CargoUnit(StrEnum):
    """What the goods travel in; handling, tariffs and rights are per cargo unit."""

    CONTAINER_20 = "container_20"
    BULK = "bulk"
    TRUCK = "truck"


GAUGES_MM = (0, 1000, 1067, 1435, 1520, 1676)
"""Track gauges in use; 0 means that the link is not rail."""
