"""Drawn networks with one defect each: the check that is for it finds exactly that.

Degrees are small and near the equator, where 0.01 degrees are 1.11 km; lengths are in whole metres.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import worlds

from geodata.checks.findings import Check, ExceptionRow, Finding, Verdict, with_exceptions
from geodata.checks.frontiers import (
    check_countries,
    check_crossings,
    check_islands,
    check_standing,
)
from geodata.checks.gauges import ExpectedGauge, check_gauges, load_expected, rows_near
from geodata.checks.lines import check_connectors, check_lengths, check_turns, thinned
from geodata.checks.patches import backward, check_patches, check_waypoints
from geodata.checks.sea import check_afloat, check_chokepoints, metres_on_land
from geodata.checks.shapes import shape_of, turns_deg
from geodata.network import Line, ModeNetwork, PlaceNode
from geodata.patches import Patch, Waypoint
from geodata.rows import Place
from geodata.units import geodesic_length_km, geodesic_lengths_km
from geodata.vocabulary import Grade, Mode, Status

EAST: Line = ((0.0, 0.0), (0.1, 0.0))


def drawn(*lines: Line, mode: Mode = Mode.RAIL, **columns: Sequence[Any]) -> ModeNetwork:
    """Return one link per line, of true length but for what `columns` say of each link."""
    spots = sorted({end for line in lines for end in (line[0], line[-1])})
    rows: list[Any] = []
    for at, line in enumerate(lines):
        own = {name: values[at] for name, values in columns.items()}
        metres = round(geodesic_length_km(line) * 1000)
        rows.append((spots.index(line[0]), spots.index(line[-1]), 0, {"length_m": metres} | own))
    plain = worlds.on_map(mode, [(*spot, "AA") for spot in spots], rows)
    return replace(plain, drawn=dict(enumerate(lines)))


def stand(place_id: str, node: int, mode: Mode = Mode.RAIL, gauge_mm: int = 1435) -> PlaceNode:
    return PlaceNode(place_id, mode, gauge_mm, node, 0)


def on(place_id: str, country: str = "AA", *modes: Mode) -> Place:
    return replace(worlds.place(place_id, country), modes=modes or (Mode.RAIL,))


def subjects(check: Check) -> list[str]:
    return [finding.subject for finding in check.wrong]


# --- lines -------------------------------------------------------------------------------------


def test_a_line_longer_than_its_true_length_is_found() -> None:
    layer = drawn(EAST, ((0.0, 1.0), (0.1, 1.0)), length_m=[11_132, 11_000])
    check = check_lengths(layer, shape_of(layer))
    assert subjects(check) == ["link 1"]
    assert (check.looked_at, check.verdict) == (2, Verdict.WRONG)
    assert check.findings[0].measure == pytest.approx(11.132 / 11, abs=0.001)
    assert check.worst == check.findings[0].measure
    assert (check.findings[0].lat, check.findings[0].lon) == (1.0, 0.1)


@pytest.mark.parametrize(("metres", "found"), [(11_088, []), (11_086, ["link 0"])])
def test_the_limit_on_length_is_four_in_a_thousand(metres: int, found: list[str]) -> None:
    layer = drawn(EAST, length_m=[metres])  # 11 132 m are drawn
    assert subjects(check_lengths(layer, shape_of(layer))) == found


@pytest.mark.parametrize(("metres", "found"), [(5, []), (6, ["link 0"])])
def test_whole_metres_make_no_short_line_too_short(metres: int, found: list[str]) -> None:
    layer = drawn(((0.0, 0.0), (0.00004, 0.0)), length_m=[metres])  # 4.45 m are drawn
    check = check_lengths(layer, shape_of(layer), least_share=0.93)
    assert subjects(check) == found


def test_whole_metres_are_no_fault_of_a_short_line() -> None:
    layer = drawn(((0.0, 0.0), (0.0005, 0.0)), length_m=[55])  # 55.66 m are drawn
    assert not check_lengths(layer, shape_of(layer)).findings


def test_a_line_drawn_much_too_short_is_found_where_that_is_asked_but_no_connector() -> None:
    layer = drawn(
        EAST,
        ((0.0, 1.0), (0.1, 1.0)),
        length_m=[14_000, 14_000],
        geometry_basis=["bent", "connector"],
    )
    assert not check_lengths(layer, shape_of(layer)).findings
    assert subjects(check_lengths(layer, shape_of(layer), 0.93)) == ["link 0"]


def test_links_that_are_not_live_or_not_asked_for_are_not_looked_at() -> None:
    layer = drawn(EAST, ((0.0, 1.0), (0.1, 1.0)), length_m=[1000, 1000])
    gone = replace(layer, retired=frozenset({0}))
    assert subjects(check_lengths(gone, shape_of(gone))) == ["link 1"]
    assert subjects(check_lengths(layer, shape_of(layer, [0]))) == ["link 0"]


ZIGZAG: Line = ((0.0, 0.0), (0.1, 0.0), (0.05, 0.01), (0.2, 0.0))


def test_a_zigzag_is_found_where_it_turns() -> None:
    layer = drawn(ZIGZAG)
    check = check_turns(layer, shape_of(layer))
    assert [(f.lon, f.lat) for f in check.wrong] == [(0.1, 0.0), (0.05, 0.01)]
    assert check.findings[0].measure == pytest.approx(180 - 11.3, abs=0.1)  # atan(0.01 / 0.05)


def test_a_turn_of_upstreams_own_is_known_and_one_at_our_stations_is_not() -> None:
    layer = drawn(ZIGZAG, source_id=["openstreetmap"])
    assert check_turns(layer, shape_of(layer)).verdict is Verdict.KNOWN
    ours = check_turns(layer, shape_of(layer), [(0.1, 0.001)])
    assert [(f.lon, f.lat) for f in ours.wrong] == [(0.1, 0.0)]
    assert len(ours.findings) == 2


def test_a_turn_that_joining_an_end_made_is_known() -> None:
    layer = drawn(((0.02, 0.0), (0.0, 0.0), (0.5, 0.01)))  # 2.2 km back to the network
    assert check_turns(layer, shape_of(layer), joined_within_km=5).verdict is Verdict.KNOWN
    assert check_turns(layer, shape_of(layer), joined_within_km=2).verdict is Verdict.WRONG
    assert check_turns(layer, shape_of(layer)).verdict is Verdict.WRONG


def test_a_right_angle_and_a_spike_within_the_grid_are_no_zigzag() -> None:
    corner: Line = ((0.0, 0.0), (0.1, 0.0), (0.1, 0.1))
    spike: Line = ((0.0, 0.0), (0.1, 0.0), (0.0985, 0.001), (0.2, 0.0))
    layer = drawn(corner, tuple((lon, lat + 1) for lon, lat in spike))
    assert not check_turns(layer, shape_of(layer)).findings


def test_a_turn_made_of_vertices_close_together_is_found() -> None:
    back: Line = ((0.0, 0.0), (0.1, 0.0), (0.1005, 0.0005), (0.1, 0.001), (0.0, 0.005))
    layer = drawn(back)
    (found,) = check_turns(layer, shape_of(layer)).wrong
    assert found.measure == pytest.approx(177, abs=3)


@pytest.mark.parametrize("seed", range(20))
def test_thinning_keeps_the_ends_and_leaves_no_close_vertices(seed: int) -> None:
    chance = random.Random(seed)
    points = np.cumsum([[chance.uniform(0, 0.004), 0.0] for _ in range(30)], axis=0)
    line = thinned(points, geodesic_lengths_km(points[:-1], points[1:]).tolist())
    assert line[0].tolist() == points[0].tolist()
    assert line[-1].tolist() == points[-1].tolist()
    steps = np.diff(line[:, 0]) * 111.32
    assert (steps >= 0.299).all() or len(line) == 2


def test_turns_are_measured_on_the_ground_not_in_degrees() -> None:
    # at 60 N a degree of longitude is half one of latitude: 45 degrees to each side of north
    line = np.array([[0.0, 60.0], [0.2, 60.1], [0.0, 60.2]])
    assert turns_deg(line)[0] == pytest.approx(90, abs=0.5)


def test_a_long_connector_is_found_with_its_place() -> None:
    far, near = ((0.0, 0.0), (0.05, 0.0)), ((1.0, 0.0), (1.03, 0.0))
    layer = drawn(
        far, near, ((2.0, 0.0), (2.1, 0.0)), geometry_basis=["connector", "connector", "bent"]
    )
    check = check_connectors(layer, shape_of(layer), [stand("PORT", 1)])
    assert subjects(check) == ["PORT"]
    assert check.looked_at == 2
    assert check.findings[0].measure == pytest.approx(5.57, abs=0.01)


# --- tables ------------------------------------------------------------------------------------


def waypoint(path: str) -> Waypoint:
    return Waypoint(Mode.RAIL, 0.0, 0.0, 0.0, 10.0, path, "test", Grade.ESTIMATED, "")


def test_stations_out_of_order_are_found() -> None:
    good = waypoint("1.0 2.0 First;-1.0 5.0 Second;0.5 9.0 Third")
    bad = waypoint("1.0 5.0 First;-1.0 2.0 Second;0.5 4.0 Third;0.5 10.5 Fourth")
    check = check_waypoints([good, bad])
    assert [finding.what.split(" lies")[0] for finding in check.findings] == [
        "Second",
        "Third",
        "Fourth",
    ]
    assert (check.looked_at, check.findings[0].lat, check.findings[0].lon) == (2, -1.0, 2.0)


@pytest.mark.parametrize("seed", range(30))
def test_order_along_a_chord_does_not_depend_on_how_far_off_it_points_lie(seed: int) -> None:
    chance = random.Random(seed)
    start, end = (chance.uniform(0, 90), 0.2), (chance.uniform(91, 99), -0.2)
    shares = sorted(chance.uniform(0.01, 0.99) for _ in range(6))
    way, across = np.subtract(end, start), np.array([0.0, 1.0])
    across = across - way * (across @ way) / (way @ way)
    via = [
        tuple((np.array(start) + share * way + chance.uniform(-3, 3) * across).tolist())
        for share in shares
    ]
    assert backward(start, end, via) == []
    at = chance.randrange(5)
    via[at], via[at + 1] = via[at + 1], via[at]
    assert backward(start, end, via) == [at + 1]


def test_a_patch_needs_a_name_and_a_source_that_is_there() -> None:
    good = Patch(
        "p1", Mode.RAIL, "new", Status.OPERATIONAL, "", None, "AA", 1435, "0 0;0 1", 112.0, "Line",
        "atlas", Grade.ESTIMATED, "",
    )  # fmt: skip
    rows = [good, replace(good, patch_id="p2", name=""), replace(good, patch_id="p3", source_id="")]
    check = check_patches(rows, {"atlas"})
    assert [finding.what for finding in check.findings] == ["p2 has no name", "p3 has no source"]


# --- frontiers ---------------------------------------------------------------------------------


def frontier() -> ModeNetwork:
    """Return AA's line and BB's line, whose ends are 1.1 km apart."""
    spots = [(0.0, 0.0, "AA"), (0.1, 0.0, "AA"), (0.11, 0.0, "BB"), (0.2, 0.0, "BB")]
    return worlds.on_map(Mode.RAIL, spots, [(0, 1, 12), (2, 3, 12)])


def test_a_link_into_another_country_is_found_and_a_node_of_two() -> None:
    good = frontier()
    assert not check_countries(good).findings
    across = worlds.on_map(
        Mode.RAIL,
        [(0.0, 0.0, "AA"), (0.1, 0.0, "BB"), (0.2, 0.0, "BB")],
        [(0, 1, 12), (1, 2, 12)],
    )
    check = check_countries(across)
    assert subjects(check) == ["link 0", "node 1"]
    assert check.findings[0].what == "link 0 of AA ends in AA and BB"
    assert check.findings[1].what == "rail lines of AA and BB meet at node 1"
    assert not check_countries(across, [1]).findings


@pytest.mark.parametrize(
    ("node_b", "gauge_b", "found"),
    [
        (2, 1435, ""),
        (3, 1435, "its two sides stand 11.1 km apart"),
        (0, 1435, "stands on a line of AA"),
        (2, 1520, "BFRO stands on no rail line of 1435 mm"),
    ],
)
def test_a_crossing_stands_on_both_countries_lines_close_together(
    node_b: int, gauge_b: int, found: str
) -> None:
    layer = frontier()
    if node_b == 0:
        layer = replace(layer, node_lon=np.array([0.1, 0.1, 0.11, 0.2]))
    world = worlds.world(
        [on("AFRO"), on("BFRO", "BB")], border_crossings=[worlds.crossing("x", "AFRO", "BFRO")]
    )
    stands = [stand("AFRO", 1), stand("BFRO", node_b, gauge_mm=gauge_b)]
    check = check_crossings(layer, stands, world)
    assert check.looked_at == 1
    assert subjects(check) == (["x"] if found else [])
    assert all(found in finding.what for finding in check.findings)
    assert not check_crossings(layer, stands, world, {"x"}).looked_at


def test_a_crossing_on_a_line_of_another_gauge_is_found() -> None:
    layer = frontier()
    layer.links["gauge_mm"][1] = 1520
    world = worlds.world(
        [on("AFRO"), on("BFRO", "BB")], border_crossings=[worlds.crossing("x", "AFRO", "BFRO")]
    )
    (found,) = check_crossings(layer, [stand("AFRO", 1), stand("BFRO", 2)], world).findings
    assert found.what == "x: the line at BFRO is not of 1435 mm"


def test_a_place_that_does_not_stand_on_its_mode_or_gauge_is_found() -> None:
    world = worlds.world(
        [on("GOOD"), on("GONE"), on("YARD"), on("ROAD", "AA", Mode.ROAD)],
        gauge_interchanges=[worlds.interchange("YARD", 1435, 1520)],
    )
    check = check_standing(frontier(), [stand("GOOD", 0), stand("YARD", 1)], world)
    assert [finding.what for finding in check.findings] == [
        "GONE (Gone) does not stand on the rail network",
        "YARD (Yard) has no 1520 mm line",
    ]
    assert check.looked_at == 3


def test_a_place_cut_off_from_the_rest_of_its_country_is_found() -> None:
    layer = drawn(EAST, ((1.0, 0.0), (1.1, 0.0)))
    world = worlds.world([on("ONE"), on("TWO"), on("ALONE"), on("ONLY", "BB")])
    stands = [stand("ONE", 0), stand("TWO", 1), stand("ALONE", 2)]
    check = check_islands(layer, stands, world)
    assert subjects(check) == ["ALONE"]
    assert "11 km of rail" in check.findings[0].what
    joined = replace(stands[2], node_id=1)
    assert not check_islands(layer, [*stands[:2], joined], world).findings


def test_the_only_place_of_a_country_is_no_island() -> None:
    layer = replace(drawn(EAST), node_country=np.array(["BB", "BB"], dtype=object))
    world = worlds.world([on("ONLY", "BB")])
    assert not check_islands(layer, [stand("ONLY", 0)], world).findings


# --- gauges ------------------------------------------------------------------------------------


def expected(*gauges_mm: int, lon: float = 0.05, within_km: float = 3.0) -> ExpectedGauge:
    return ExpectedGauge("Spot", "AA", 0.01, lon, within_km, gauges_mm, "test", Grade.ESTIMATED, "")


@pytest.mark.parametrize(
    ("gauges_mm", "there"),
    [((1435, 1520), ""), ((1520,), "1435 mm and 1520 mm"), ((1676,), "1435 mm and 1520 mm")],
)
def test_a_wrong_gauge_near_a_point_is_found(gauges_mm: tuple[int, ...], there: str) -> None:
    layer = drawn(EAST, ((0.0, 0.02), (0.1, 0.02)), gauge_mm=[1435, 1520])
    found = check_gauges(layer, shape_of(layer), [expected(*gauges_mm)]).findings
    assert [there in finding.what for finding in found] == ([True] if there else [])


def test_no_line_near_the_point_is_found_and_lines_elsewhere_do_not_count() -> None:
    layer = drawn(EAST)
    check = check_gauges(layer, shape_of(layer), [expected(1435, lon=0.5), expected(1435)])
    assert [finding.lon for finding in check.findings] == [0.5]
    assert "within 3 km of Spot (AA) there is no track" in check.findings[0].what
    rows = [expected(1435, lon=0.5), expected(1435)]
    assert rows_near(shape_of(layer), rows) == rows[1:]


def test_the_exceptions_of_the_facts_are_all_expected() -> None:
    rows = {row.name: row.gauges_mm for row in load_expected()}
    assert rows["Mirjaveh"] == (1676,)
    assert rows["Rozanak"] == (1435,)
    assert {rows[name] for name in ("Torghundi", "Hairatan", "Aqina", "Astara terminal")} == {
        (1520,)
    }
    assert {rows[name] for name in ("Incheh Borun", "Sarakhs", "Dostyk", "Altynkol")} == {
        (1435, 1520)
    }
    assert rows["Akhalkalaki - Kartsakhi"] == rows["Kars"] == (1435,)
    assert rows["Ulaanbaatar"] == (1520,)


# --- sea ---------------------------------------------------------------------------------------


def lanes(**columns: Sequence[Any]) -> ModeNetwork:
    courses: list[Line] = [((lon, 0.0), (lon + 0.5, 0.0)) for lon in (0.0, 1.0, 2.0, 3.0)]
    return drawn(*courses, mode=Mode.SEA, **columns)


def test_a_lane_over_land_is_found_unless_it_is_a_canal() -> None:
    points = {
        "canal": replace(worlds.chokepoint("canal"), kind="canal"),
        "strait": worlds.chokepoint("strait"),
    }
    layer = lanes(
        chokepoint=["", "canal", "strait", ""],
        geometry_basis=["generalised", "generalised", "generalised", "connector"],
    )
    check = check_afloat(layer, shape_of(layer), np.array([5000, 9000, 5001, 6000]), points)
    assert subjects(check) == ["link 2", "link 3"]
    assert [finding.measure for finding in check.findings] == [5.001, 6.0]
    assert "approaches.csv" in check.findings[1].remedy
    assert (check.looked_at, check.worst) == (3, 6.0)


def test_what_the_build_has_not_measured_is_said_and_no_fault_of_a_users_lane() -> None:
    layer = lanes()
    check = check_afloat(layer, shape_of(layer), np.array([0, 0, 0, -1]), {})
    assert check.verdict is Verdict.KNOWN
    assert check.findings[0].subject == "link 3"
    assert check.worst == 0
    nothing_measured = check_afloat(layer, shape_of(layer), np.full(4, -1), {})
    assert nothing_measured.worst is None
    assert check_afloat(layer, shape_of(layer), None, {}).verdict is Verdict.WRONG


def test_metres_on_land_are_read_from_the_built_file(tmp_path: Path) -> None:
    layer = replace(lanes(), directory=tmp_path)
    layer = replace(layer, drawn={3: layer.drawn[3]})  # the others are in the file
    pq.write_table(pa.table({"link_id": [0, 1, 2]}), tmp_path / "sea.parquet")
    assert metres_on_land(layer) is None
    pq.write_table(pa.table({"land_m": [7, 0, 9]}), tmp_path / "sea.parquet")
    found = metres_on_land(layer)
    assert found is not None
    assert found.tolist() == [7, 0, 9, -1]


def test_a_chokepoint_that_no_live_lane_passes_is_found() -> None:
    points = {name: worlds.chokepoint(name) for name in ("canal", "strait")}
    layer = lanes(chokepoint=["canal", "strait", "", ""])
    assert not check_chokepoints(layer, points).findings
    shut = replace(layer, retired=frozenset({1}))
    assert subjects(check_chokepoints(shut, points)) == ["strait"]


# --- what is known -----------------------------------------------------------------------------


def exception(**of: Any) -> ExceptionRow:
    row = ExceptionRow("turn", "", "", None, None, "a spiral", "test", Grade.ESTIMATED)
    return replace(row, **of)


def found(**of: Any) -> Check:
    finding = Finding(what="turns", remedy="none", mode=Mode.RAIL, lat=10.0, lon=20.0, **of)
    return Check(check_id="turn", name="", looked_at=1, findings=(finding,))


@pytest.mark.parametrize(
    ("row", "known"),
    [
        (exception(lat=10.005, lon=20.0), True),
        (exception(lat=10.02, lon=20.0), False),
        (exception(subject="link 3"), True),
        (exception(subject="link 4"), False),
        (exception(subject="link 3", mode="road"), False),
        (exception(subject="link 3", check_id="length"), False),
    ],
)
def test_an_exception_means_its_subject_or_its_spot_and_is_found_when_idle(
    row: ExceptionRow, known: bool
) -> None:
    check, own = with_exceptions([found(subject="link 3")], [row])
    assert check.verdict is (Verdict.KNOWN if known else Verdict.WRONG)
    assert [finding.known for finding in check.findings] == (["a spiral"] if known else [""])
    assert own.verdict is (Verdict.OK if known else Verdict.WRONG)


def test_a_shape_has_every_vertex_of_every_live_link_in_order() -> None:
    layer = replace(drawn(EAST, ZIGZAG), retired=frozenset({0}))
    shape = shape_of(layer)
    assert shape.points.tolist() == [list(spot) for spot in ZIGZAG]
    assert shape.link.tolist() == [1, 1, 1, 1]
    assert shape.drawn_km[1] == pytest.approx(geodesic_length_km(ZIGZAG))
    assert (shape.drawn_km[0], shape.middle(1)) == (0.0, (0.05, 0.01))
