"""What the tags of a way say about freight."""

from __future__ import annotations

import pytest

from geodata.importers.osm_tags import Kind, Unusable, Usable, read_gauges, read_tags
from geodata.vocabulary import CargoUnit, Mode, Status

OPEN = Kind(Status.OPERATIONAL)


def tags(text: str) -> dict[str, str]:
    return dict(part.split("=", 1) for part in text.split()) if text else {}


@pytest.mark.parametrize(("text", "expected"), [
    ("railway=rail gauge=1520", Usable(OPEN, (1520,))),
    ("railway=rail usage=main gauge=1435 electrified=contact_line",
     Usable(Kind(Status.OPERATIONAL, electrified="yes"), (1435,))),
    ("railway=rail usage=industrial electrified=no",
     Usable(Kind(Status.OPERATIONAL, electrified="no"))),
    ("railway=narrow_gauge gauge=1000", Usable(OPEN, (1000,))),
    ("railway=rail service=crossover gauge=1520", Usable(OPEN, (1520,))),
    ("railway=construction construction=rail gauge=1435 opening_date=2028-03",
     Usable(Kind(Status.CONSTRUCTION, 2028), (1435,))),
    ("railway=proposed proposed=rail", Usable(Kind(Status.PLANNED))),
    ("railway=rail highspeed=yes railway:traffic_mode=mixed gauge=1435", Usable(OPEN, (1435,))),
    ("railway=rail highspeed=yes usage=freight gauge=1435", Usable(OPEN, (1435,))),
])  # fmt: skip
def test_rail_that_freight_can_use(text: str, expected: Usable) -> None:
    assert read_tags(Mode.RAIL, tags(text)) == expected


@pytest.mark.parametrize("text", [
    "railway=rail service=siding", "railway=rail service=yard", "railway=rail service=spur",
    "railway=rail usage=tourism", "railway=rail usage=military",
    "railway=rail highspeed=yes", "railway=rail highspeed=yes usage=main",
    "railway=rail railway:traffic_mode=passenger", "railway=narrow_gauge gauge=610",
])  # fmt: skip
def test_rail_that_it_cannot_is_told(text: str) -> None:
    found = read_tags(Mode.RAIL, tags(text))
    assert isinstance(found, Unusable)
    assert found.reason


@pytest.mark.parametrize("text", [
    "", "railway=abandoned", "railway=disused", "railway=razed", "railway=subway", "railway=tram",
    "railway=construction construction=tram", "railway=construction", "railway=proposed",
    "highway=motorway", "railway=station",
])  # fmt: skip
def test_what_is_no_rail_is_passed_over(text: str) -> None:
    assert read_tags(Mode.RAIL, tags(text)) is None


@pytest.mark.parametrize(("value", "expected"), [
    ("", ()), ("1520", (1520,)), ("1520;1435", (1435, 1520)), ("1435; 1520", (1435, 1520)),
    ("1524", (1520,)), ("1676", (1676,)), ("1000;600", (1000,)),
])  # fmt: skip
def test_gauges(value: str, expected: tuple[int, ...]) -> None:
    assert read_gauges(value) == expected


@pytest.mark.parametrize("value", ["standard", "600", "1520mm", "-1435", "yes"])
def test_gauges_that_cannot_be_handled_are_told(value: str) -> None:
    found = read_gauges(value)
    assert isinstance(found, Unusable)
    assert value in found.reason


@pytest.mark.parametrize(("text", "expected"), [
    ("highway=motorway", Usable(OPEN)), ("highway=trunk_link", Usable(OPEN)),
    ("highway=primary access=no hgv=designated", Usable(OPEN)),
    ("highway=primary motor_vehicle=no", Unusable("closed to lorries")),
    ("highway=primary access=private", Unusable("closed to lorries")),
    ("highway=trunk hgv=no", Unusable("closed to lorries")),
    ("highway=construction construction=motorway access=no opening_date=2027",
     Usable(Kind(Status.CONSTRUCTION, 2027))),
    ("highway=secondary", None), ("highway=construction construction=residential", None),
    ("railway=rail", None),
])  # fmt: skip
def test_roads(text: str, expected: object) -> None:
    assert read_tags(Mode.ROAD, tags(text)) == expected


@pytest.mark.parametrize(("text", "units"), [
    ("route=ferry motor_vehicle=yes", (CargoUnit.TRUCK,)),
    ("route=ferry hgv=designated", (CargoUnit.TRUCK,)),
    ("route=ferry motor_vehicle=yes hgv=no railway=ferry",
     (CargoUnit.BULK, CargoUnit.CONTAINER_20)),
    ("route=ferry train=yes motor_vehicle=yes",
     (CargoUnit.BULK, CargoUnit.CONTAINER_20, CargoUnit.TRUCK)),
])  # fmt: skip
def test_ferries(text: str, units: tuple[CargoUnit, ...]) -> None:
    assert read_tags(Mode.FERRY, tags(text)) == Usable(Kind(Status.OPERATIONAL, cargo_units=units))


def test_ferries_for_people_are_told() -> None:
    assert isinstance(read_tags(Mode.FERRY, tags("route=ferry foot=yes")), Unusable)
    assert isinstance(read_tags(Mode.FERRY, tags("route=ferry motor_vehicle=yes hgv=no")), Unusable)
    assert read_tags(Mode.FERRY, tags("route=bus")) is None
