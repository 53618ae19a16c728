"""Corridors' legs and named lines: drawn defects are found, and the shipped network is right."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest
import worlds

from corridors import checking
from corridors.checking import any_wrong, check_network, checks_document, finding_rows
from corridors.cli import main
from corridors.distance import MeasuredLine, Measurer
from corridors.errors import NoItineraryError
from corridors.graph import Spot
from corridors.network_checks import NamedLine, check_named_lines, load_named_lines
from corridors.request import Request
from corridors.validation import load_benchmarks
from geodata.checks.findings import Check, Finding, load_exceptions
from geodata.checks.gauges import load_expected
from geodata.checks.run import added_checks
from geodata.checks.shapes import shape_of
from geodata.errors import DataError
from geodata.importing.attach import attach
from geodata.importing.model import Additions, NewLink, Origin
from geodata.network import Line
from geodata.units import geodesic_length_km
from geodata.vocabulary import GeometryBasis, Grade, Mode, Status

BENCHMARKS = {row.id: row for row in load_benchmarks()}
ROWS = load_named_lines(BENCHMARKS)
CHECKS = (
    *(f"{what}-{mode}" for mode in ("rail", "road") for what in (
        "length", "turn", "connector", "country", "crossing", "standing", "island")),
    "gauge", "waypoint", "patch", "land-sea", "chokepoint", "standing-sea", "named-line", "leg",
    "exceptions",
)  # fmt: skip


def named(**of: object) -> NamedLine:
    row = NamedLine(
        "line", "Here - There", Mode.RAIL, "A;B", Status.OPERATIONAL, "", 100.0, 110.0, 5.0, "test",
        Grade.ESTIMATED, "",
    )  # fmt: skip
    return replace(row, **of)  # type: ignore[arg-type]


def of_length(km: float, status: str = "operational") -> Check:
    """Return the check of one line that is so long, and in such a state on one of its links."""

    def measure(mode: Mode, stops: Sequence[str]) -> MeasuredLine:
        assert (mode, list(stops)) == (Mode.RAIL, ["A", "B"])
        return MeasuredLine(
            mode=mode, length_km=km, spots=(), snap_km=(), geometry_basis="bent",
            line=((1.0, 2.0), (3.0, 4.0)), links=(3, 7),
        )  # fmt: skip

    def states(_: Mode, links: Iterable[int]) -> list[str]:
        return ["operational" if link == 3 else status for link in links]

    return check_named_lines([named()], {}, measure, states)


@pytest.mark.parametrize(("km", "right"), [(94.9, False), (95, True), (115.5, True), (116, False)])
def test_a_named_line_has_its_published_length(km: float, right: bool) -> None:
    check = of_length(km)
    assert bool(check.findings) is not right
    assert all(finding.measure == km and finding.lat == 2.0 for finding in check.findings)


def test_a_named_line_is_in_the_state_that_it_is_in() -> None:
    (found,) = of_length(105, "construction").findings
    assert found.what == "Here - There is construction on the network, operational by the table"


def test_a_named_line_that_is_missing_is_found() -> None:
    def nothing(mode: Mode, stops: Sequence[str]) -> MeasuredLine:
        raise NoItineraryError(f"no {mode} line leads from {stops[0]} to {stops[1]}")

    (found,) = check_named_lines([named()], {}, nothing, lambda *_: []).findings
    assert found.what == "Here - There is missing: no rail line leads from A to B"


def test_lengths_of_named_lines_stand_in_one_table_only() -> None:
    b27b, b20 = BENCHMARKS["B27b"], BENCHMARKS["B20"]
    line = named(benchmarks="B27b;B20", low_km=None, high_km=None, tolerance_percent=None)
    low, high = line.bounds_km(BENCHMARKS)
    assert low == pytest.approx(b27b.bounds[0] * 0.95)
    assert high == pytest.approx(b20.bounds[1] * 1.05)
    both = replace(line, benchmarks="B27b+B20").bounds_km(BENCHMARKS)
    assert both[0] == pytest.approx((b27b.bounds[0] + b20.bounds[0]) * 0.95)
    assert replace(line, ways="").stretches(BENCHMARKS) == [b27b.stops]
    assert replace(line, ways="A;B|C;D").stretches(BENCHMARKS) == [["A", "B"], ["C", "D"]]


def test_all_mistakes_of_the_table_are_listed_at_once(tmp_path: Path) -> None:
    head = (Path(checking.__file__).parent / "data" / "named_lines.csv").read_text("utf-8")
    path = tmp_path / "named_lines.csv"
    path.write_text(
        head.splitlines()[0] + "\n"
        "one,One,rail,A;B,operational,B999,,,,s,estimated,\n"
        "two,Two,rail,A;B,operational,B20,1,2,5,s,estimated,\n"
        "three,Three,rail,,operational,,1,2,5,s,estimated,\n",
        encoding="utf-8",
    )
    with pytest.raises(DataError) as refused:
        load_named_lines(BENCHMARKS, path)
    assert [problem.split(":")[0] for problem in refused.value.problems] == ["one", "two", "three"]


def test_measured_lines_name_their_links_also_those_they_use_a_part_of() -> None:
    layer = worlds.on_map(
        Mode.RAIL,
        [(0, 0, "AA"), (1, 0, "AA"), (2, 0, "AA"), (2, 1, "AA")],
        [(0, 1, 112), (1, 2, 112), (2, 3, 112)],
    )
    measurer = Measurer(layer, (), worlds.world([]))
    measured = measurer.measure([Spot("here", 0.0, 0.5), Spot("there", 0.0, 1.5)])
    assert measured.links == (0, 1)


@cache
def shipped() -> dict[str, Check]:
    return {check.check_id: check for check in check_network(Request())}


def test_every_check_is_made_of_the_shipped_network() -> None:
    assert set(shipped()) == set(CHECKS)
    assert all(check.looked_at for check in shipped().values())


@pytest.mark.parametrize("check_id", CHECKS)
def test_nothing_is_wrong_on_the_shipped_network(check_id: str) -> None:
    assert [finding.what for finding in shipped()[check_id].wrong] == []


def test_exceptions_have_reasons_and_sources() -> None:
    sources = Request().world.sources
    for row in load_exceptions():
        assert len(row.reason) > 20
        assert row.source_id in sources
        assert row.check_id in CHECKS
    assert {row.source_id for row in ROWS} <= set(sources)


# --- files -------------------------------------------------------------------------------------


def added(
    *points: tuple[float, float], km: float | None = None, by: Line | None = None
) -> list[Check]:
    """Return the checks of one line added to a drawn network that has a defect of its own.

    With a second line `by`, if given.
    """
    layer = worlds.on_map(
        Mode.RAIL,
        [(0, 0, "AA"), (1, 0, "AA"), (5, 5, "AA"), (6, 5, "AA")],
        [(0, 1, 112), (2, 3, 1)],  # the second is much shorter than drawn
    )
    line: Line = points
    link = NewLink(
        origin=Origin(file="mine.geojson", number=1, feature_id="mine"), mode=Mode.RAIL,
        country="AA", gauge_mm=1435, status=Status.OPERATIONAL, as_of="", opens=0, name="",
        length_m=round(1000 * (km or geodesic_length_km(line))),
        geometry_basis=GeometryBasis.SURVEYED, line=line, source="",
    )  # fmt: skip
    links = (link,)
    if by is not None:
        origin = replace(link.origin, number=2, feature_id="")
        metres = round(1000 * geodesic_length_km(by))
        links += (replace(link, origin=origin, line=by, length_m=metres),)
    places = [worlds.place("A"), worlds.place("B", "BB")]
    world = worlds.world(places, chokepoints=[worlds.chokepoint("canal")])
    attached = attach(worlds.whole([layer], []), world, Additions(digest="x", links=links))
    return added_checks(world, attached)


def test_a_good_file_has_nothing_wrong_whatever_the_network_has() -> None:
    checks = added((0.5, 0.0), (0.5, 0.5), (0.6, 0.9))
    assert [check.check_id for check in checks if check.findings] == []
    assert next(check for check in checks if check.check_id == "length-rail").looked_at == 1


def test_a_zigzag_and_a_wrong_length_in_a_file_are_found() -> None:
    zigzag = added((0.5, 0.0), (0.5, 0.5), (0.5, 0.3), (0.6, 0.9))
    assert {check.check_id for check in zigzag if check.wrong} == {"turn-rail"}
    turned = [finding for check in zigzag for finding in check.wrong]
    assert {finding.subject for finding in turned} == {"mine.geojson: feature 1 (mine)"}
    assert {finding.what.split(" turns")[0] for finding in turned} == {
        "mine.geojson: feature 1 (mine) (AA)"
    }
    short = added((0.5, 0.0), (0.5, 0.5), km=30)
    assert {check.check_id for check in short if check.wrong} == {"length-rail"}
    long = added((0.5, 0.0), (0.5, 0.5), km=80)
    assert {check.check_id for check in long if check.wrong} == {"length-rail"}


def test_a_piece_of_a_line_is_called_by_its_feature_and_the_networks_own_by_number() -> None:
    checks = added((0.5, 0.0), (0.5, 0.5), (0.5, 0.3), (0.6, 0.9), by=((0.55, 0.6), (0.9, 0.6)))
    turns = next(check for check in checks if check.check_id == "turn-rail")
    assert turns.looked_at == 3  # the first line in two pieces, and the second
    assert {finding.subject for finding in turns.wrong} == {"mine.geojson: feature 1 (mine)"}
    shape = shape_of(worlds.on_map(Mode.RAIL, [(0, 0, "AA"), (1, 0, "AA")], [(0, 1, 112)]))
    assert shape.label(0) == "link 0"


def wrong_gauge(file: Path, *, gauge_mm: int) -> Path:
    """Write a short line at Zahedan, where 1435 and 1676 mm lie and no others."""
    row = next(row for row in load_expected() if row.name == "Zahedan")
    rail = {"mode": "rail", "country": row.country, "gauge_mm": gauge_mm, "status": "operational"}
    spots = [[row.lon, row.lat], [row.lon + 0.05, row.lat + 0.05]]
    geometry = {"type": "LineString", "coordinates": spots}
    siding = {"type": "Feature", "id": "siding", "properties": rail, "geometry": geometry}
    file.write_text(json.dumps(siding))
    return file


@pytest.mark.parametrize("form", ["table", "json", "csv"])
def test_a_file_that_is_joined_but_wrong_ends_with_one_and_says_which_feature(
    form: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    good = wrong_gauge(tmp_path / "good.geojson", gauge_mm=1435)
    assert main(["network", "check", str(good), "--format", form]) == 0
    assert "checks find" not in "".join(capsys.readouterr())
    bad = wrong_gauge(tmp_path / "bad.geojson", gauge_mm=1520)
    assert main(["network", "check", str(bad), "--format", form]) == 1
    out, err = capsys.readouterr()
    told = " ".join(out.split())
    assert ("bad.geojson: feature 1 (siding))" in told) is (form != "csv")
    assert ("the checks find 1 wrong" in told + err) is (form != "json")


# --- the command -------------------------------------------------------------------------------


def made(*, wrong: bool) -> list[Check]:
    spots = [("wrong spot", ""), ("known spot", "a spiral")] if wrong else [("known", "a spiral")]
    findings = tuple(
        Finding(
            what=what, remedy="bend it", mode=Mode.RAIL, subject="link 1", lat=1.0, lon=2.0,
            measure=130.0, known=known,
        )
        for what, known in spots
    )  # fmt: skip
    return [
        Check(
            check_id="turn", name="no zigzag", looked_at=7, unit="degrees", limit="<= 120",
            worst=130.0, findings=findings,
        ),
        Check(check_id="quiet", name="nothing here", looked_at=3, findings=()),
    ]  # fmt: skip


@pytest.mark.parametrize("wrong", [True, False])
def test_the_command_ends_with_one_if_anything_is_wrong(
    wrong: bool, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(checking, "check_network", lambda *_: made(wrong=wrong))
    assert main(["network", "check"]) == int(wrong)
    out = capsys.readouterr().out
    assert ("wrong spot [1.0000,2.0000]; bend it" in out) is wrong
    assert f"{int(wrong)} wrong; 1 known" in out
    assert main(["network", "check", "--most", "0"]) == int(wrong)
    assert ("and 1 more" in capsys.readouterr().out) is wrong
    assert main(["network", "check", "--format", "json"]) == int(wrong)
    found = json.loads(capsys.readouterr().out)
    assert [row["verdict"] for row in found["checks"]] == ["WRONG" if wrong else "known", "ok"]
    assert len(found["findings"]) == 1 + wrong
    assert found["wrong"] == int(wrong)


def test_findings_that_are_wrong_come_first_and_every_one_is_a_row() -> None:
    checks = made(wrong=True)
    turned = [replace(checks[0], findings=checks[0].findings[::-1]), checks[1]]
    assert [row["verdict"] for row in finding_rows(turned)] == ["wrong", "known"]
    assert any_wrong(turned)
    assert checks_document(turned, "v")["data_version"] == "v"
