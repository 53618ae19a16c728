"""Additions joined to small drawn networks: where ends go, what becomes of links, what is refused.

The drawn world, 1 degree = 111 km; rail 1435 in AA, 1520 in BB, a road in AA::

      lat 1          P        (a place on no line)
      lat 0   A----------C | E----------F
      lon     0    1     2   2.01       4
"""

from __future__ import annotations

from dataclasses import replace

import pytest
import worlds

from geodata.errors import DataError
from geodata.importing.attach import Attached, attach
from geodata.importing.model import (
    Additions,
    ClosedSpot,
    NewCrossing,
    NewLink,
    NewPlace,
    Origin,
    Replacement,
)
from geodata.network import Line, Network, PlaceNode
from geodata.units import geodesic_length_km
from geodata.vocabulary import CargoUnit, GeometryBasis, Mode, PlaceKind, Status
from geodata.world import World

ORIGIN = Origin(file="mine.geojson", number=1, feature_id="mine")
PLACES = [
    worlds.place("AAA", lon=0, lat=0),
    worlds.place("CCC", lon=2, lat=0),
    worlds.place("EEE", "BB", lon=2.01, lat=0),
    worlds.place("PORT", lon=0.0, lat=-1.0, region="R"),
    worlds.place("FAR", "BB", lon=4.0, lat=-1.0, region="R"),
]


def network() -> Network:
    rail = worlds.on_map(
        Mode.RAIL,
        [(0, 0, "AA"), (2, 0, "AA"), (2.01, 0, "BB"), (4, 0, "BB")],
        [(0, 1, 240), (2, 3, 230, {"gauge_mm": 1520})],
    )
    road = worlds.on_map(Mode.ROAD, [(0, 0.1, "AA"), (2, 0.1, "AA")], [(0, 1, 230)])
    sea = worlds.on_map(Mode.SEA, [(0, -1, ""), (4, -1, "")], [(0, 1, 450)])
    stands = [
        PlaceNode("AAA", Mode.RAIL, 1435, 0, 0),
        PlaceNode("CCC", Mode.RAIL, 1435, 1, 0),
        PlaceNode("EEE", Mode.RAIL, 1520, 2, 0),
        PlaceNode("PORT", Mode.SEA, 0, 0, 0),
        PlaceNode("FAR", Mode.SEA, 0, 1, 0),
    ]
    return worlds.whole([rail, road, sea], stands)


def world() -> World:
    return worlds.world(PLACES, chokepoints=[worlds.chokepoint("canal")])


def line(*points: tuple[float, float], **other: object) -> NewLink:
    drawn: Line = points
    made = NewLink(
        origin=ORIGIN, mode=Mode.RAIL, country="AA", gauge_mm=1435, status=Status.OPERATIONAL,
        as_of="", opens=0, name="", length_m=round(geodesic_length_km(drawn) * 1000),
        geometry_basis=GeometryBasis.BENT, line=drawn, source="",
    )  # fmt: skip
    return replace(made, **other)  # type: ignore[arg-type]


def spot(lon: float, lat: float, **other: object) -> NewPlace:
    made = NewPlace(
        origin=ORIGIN, place_id="NEW", name="New", kind=PlaceKind.DRY_PORT, country="AA",
        position=(lon, lat), modes=(Mode.RAIL,), gauges_mm=(1435,),
        cargo_units=(CargoUnit.CONTAINER_20,), loading=(Mode.RAIL,),
    )  # fmt: skip
    return replace(made, **other)  # type: ignore[arg-type]


def attached(**additions: object) -> Attached:
    return attach(network(), world(), Additions(digest="x", **additions))  # type: ignore[arg-type]


def links(found: Attached, mode: Mode = Mode.RAIL) -> set[tuple[int, int, int]]:
    """Return (from, to, metres) of the links that are in the network."""
    layer = found.network.layer(mode)
    columns = [layer.links[name][layer.live].tolist() for name in worlds_columns]
    return set(zip(*columns, strict=True))


worlds_columns = ("from_node_id", "to_node_id", "length_m")


def test_an_end_near_a_line_splits_it() -> None:
    found = attached(links=(line((1, 0.02), (1, 0.9)),))
    assert {(0, 4, 120_000), (4, 1, 120_000)} <= links(found)
    layer = found.network.layer(Mode.RAIL)
    assert layer.retired == {0}
    assert (layer.node_lon[4], layer.node_lat[4], layer.node_country[4]) == (1, 0, "AA")
    (end,) = (joined for joined in found.joined if joined.to.startswith("rail line"))
    assert end.snap_km == pytest.approx(2.21, abs=0.01)
    assert "joins nothing" in found.remarks[0]
    drawn = layer.lines([link for link in range(layer.link_count) if layer.live[link]])
    assert ((1, 0), (1, 0.02), (1, 0.9)) in drawn.values()


@pytest.mark.parametrize(("end", "track", "remedy"), [
    ((3.0, 0.01), line((2, 0), (3, 0)), "rail line of BB, 1520 mm is there, which it cannot join: "
     "cut it at the frontier and add a border crossing"),
    ((1.0, 0.01), line((2, 0), (3, 0), gauge_mm=1000),
     "rail line of AA, 1435 mm is there, which it cannot join: a gauge interchange"),
    ((1.0, 0.9), line((2, 0), (3, 0)), "within 5 km"),
])  # fmt: skip
def test_an_end_on_a_line_that_it_cannot_join_is_told_what_is_there(
    end: tuple[float, float], track: NewLink, remedy: str
) -> None:
    drawn = replace(track, line=((1.0, 0.5), end))
    assert attached(links=(drawn,)).remarks[-1].endswith(remedy)


def test_what_was_surveyed_is_not_moved_far() -> None:
    found = attached(links=(line((1, 0.02), (1, 0.9), geometry_basis=GeometryBasis.SURVEYED),))
    assert {joined.to for joined in found.joined} == {"nothing"}
    assert "within 0.2 km" in found.remarks[0]
    near = attached(links=(line((1, 0.001), (1, 0.9), geometry_basis=GeometryBasis.SURVEYED),))
    assert near.network.layer(Mode.RAIL).retired == {0}


def test_the_length_of_what_was_added_counts() -> None:
    found = attached(links=(line((1, 0.02), (1, 0.9), length_m=100_000),))
    assert any(metres == 100_000 + 2211 for *_, metres in links(found))


def test_an_end_near_a_node_is_that_node() -> None:
    found = attached(links=(line((0.001, 0.001), (0, 1)),))
    assert found.network.layer(Mode.RAIL).retired == set()
    assert any(0 in ends[:2] for ends in links(found) - {(0, 1, 240_000)})


def test_lines_of_one_file_join_each_other() -> None:
    trunk, branch = line((1, 0), (1, 1.5)), line((1.01, 1.0), (1.5, 1.0))
    onward = line((1, 1.5), (1, 1.9))
    found = attached(links=(trunk, branch, onward))
    layer = found.network.layer(Mode.RAIL)
    ends: dict[int, int] = {}
    for a, b, _ in links(found):
        ends[a], ends[b] = ends.get(a, 0) + 1, ends.get(b, 0) + 1
    at = {(float(layer.node_lon[node]), float(layer.node_lat[node])): n for node, n in ends.items()}
    assert at[1, 0] == 3  # the old line in two, and the trunk
    assert at[1, 1] == 3  # the trunk in two, and the branch
    assert at[1, 1.5] == 2  # the trunk, and what goes on


@pytest.mark.parametrize(
    "other", [{"country": "BB"}, {"gauge_mm": 1520}, {"mode": Mode.ROAD, "gauge_mm": 0}]
)
def test_only_like_joins_like(other: dict[str, object]) -> None:
    found = attached(links=(line((1, 0.001), (1, 0.05), **other),))
    if other.get("mode") is Mode.ROAD:
        assert {joined.to for joined in found.joined} == {"nothing"}
    assert not found.network.layer(Mode.RAIL).retired


def test_what_serves_is_not_joined_to_what_does_not() -> None:
    planned = line((0, 0), (0, 1.9), status=Status.PLANNED, opens=2030, name="dream")
    first = attached(links=(planned,))
    again = attach(
        first.network, first.world, Additions(links=(line((0.01, 1), (1, 1)),), digest="y")
    )
    assert {joined.to for joined in again.joined} == {"nothing"}


def test_a_place_far_from_the_line_gets_a_connector() -> None:
    found = attached(places=(spot(1, 0.1),))
    (row,) = (row for row in found.network.place_nodes if row.place_id == "NEW")
    assert row.snap_m == pytest.approx(11_057, abs=5)
    factor = worlds.parameters().find("detour_factor", "rail").value
    assert any(
        row.node_id in ends[:2] and ends[2] == pytest.approx(11_057 * factor, abs=10)
        for ends in links(found)
    )
    assert found.world.places["NEW"].name == "New"
    assert [(r.place_id, r.mode) for r in found.world.loading] == [("NEW", Mode.RAIL)]


def test_parts_are_numbered_and_a_gap_between_them_is_told() -> None:
    parts = (
        line((1, 0.3), (1, 0.0), origin=replace(ORIGIN, part=4)),
        line((1, 0.6), (1, 0.3), origin=replace(ORIGIN, part=5)),
    )
    # what part 4 ends beside is joined, so it is no other side of a gap
    assert attached(links=parts).remarks == (
        "mine.geojson: feature 1 (mine), part 5: its start (1, 0.6) joins nothing: no rail line of "
        "AA, 1435 mm within 5 km",
    )
    parts = (
        line((1, 0.0), (1, 0.5), origin=replace(ORIGIN, part=1)),
        line((1, 0.9), (1, 0.7), origin=replace(ORIGIN, part=2)),
        line((1, 0.9), (1, 1.4), origin=replace(ORIGIN, part=3)),
    )
    found = attached(links=parts)
    # one part ends 0.2 degrees, 22.1 km, before the end of the next, which lies the other way round
    gap = geodesic_length_km([(1, 0.5), (1, 0.7)])
    told = [remark.split(": ", 1)[1] for remark in found.remarks]
    assert told[0].startswith("feature 1 (mine), part 1: its end (1, 0.5) joins nothing")
    assert told[0].endswith(f"; part 2 ends {gap:.1f} km away")
    assert told[1].endswith(f"; part 1 ends {gap:.1f} km away")
    assert told[2].endswith("within 5 km")  # the outer end faces nothing
    assert [(row.what, row.to) for row in found.joined][2:5] == [
        ("rail line, part 2, start", "feature 1, part 3"),
        ("rail line, part 2, end", "nothing"),
        ("rail line, part 3, start", "feature 1, part 2"),
    ]


def test_everything_wrong_is_said_at_once() -> None:
    with pytest.raises(DataError) as error:
        attached(
            places=(spot(1, 1), spot(1, 0, place_id="AAA")),
            links=(line((0, 60), (0, 61)), line((0.1, 2.2), (0.1, 3.1), country="BB")),
            closed=(ClosedSpot(origin=ORIGIN, mode=Mode.RAIL, position=(1, 1), name=""),),
        )
    text = str(error.value)
    for part in (
        "no rail line of AA, 1435 mm within 25 km of New",
        "place AAA is there already",
        "km from the nearest line or place of AA",
        "no rail line within 1 km to close",
    ):
        assert part in text


def test_swapped_coordinates_are_caught() -> None:
    turned = worlds.on_map(Mode.RAIL, [(50, 30, "AA"), (52, 30, "AA")], [(0, 1, 200)])
    there = worlds.whole([turned], [])
    new = line((30, 51), (31, 51))
    with pytest.raises(DataError, match="longitude and latitude look swapped"):
        attach(there, world(), Additions(links=(new,), digest="x"))


def test_a_line_that_runs_into_another_country_is_refused() -> None:
    with pytest.raises(DataError, match=r"position \(4\.05, 0\.05\) lies in BB, 22\d km from"):
        attached(links=(line((1, 0.05), (3, 0.05), (4.05, 0.05)),))
    assert attached(links=(line((1, 0.05), (2.05, 0.05)),)).touched  # beside the frontier


def test_a_crossing_stands_on_both_sides() -> None:
    crossing = NewCrossing(
        origin=ORIGIN, crossing_id="new-rail", name="New", countries=("AA", "BB"),
        position=(2, 0.01), mode=Mode.RAIL, gauge_mm=1520, status=Status.OPERATIONAL, as_of="",
        opens=0, source="",
    )  # fmt: skip
    yard = line((1.99, 0.01), (2, 0.01), gauge_mm=1520)
    found = attached(links=(yard,), crossings=(crossing,))
    row = found.world.border_crossings["new-rail"]
    assert (row.place_a, row.place_b) == ("new-rail-AA", "new-rail-BB")
    stands = {row.place_id: row for row in found.network.place_nodes}
    country = found.network.layer(Mode.RAIL).node_country
    assert [country[stands[side].node_id] for side in (row.place_a, row.place_b)] == ["AA", "BB"]


def test_a_closed_bridge_takes_out_the_piece_it_is_on() -> None:
    bridge = ClosedSpot(origin=ORIGIN, mode=Mode.RAIL, position=(1.5, 0.001), name="bridge")
    found = attached(links=(line((1, 0), (1, 1)),), closed=(bridge,))
    lengths = sorted(metres for *_, metres in links(found))
    assert lengths == [110_574, 120_000, 230_000]


def test_an_export_that_was_not_edited_changes_nothing() -> None:
    before = network()
    layer = before.layer(Mode.RAIL)
    same = [
        line(*layer.drawn[at], gauge_mm=gauge, length_m=metres, country=country, link_id=at,
             data_version="drawn", geometry_basis=GeometryBasis.GENERALISED)
        for at, gauge, metres, country in ((0, 1435, 240_000, "AA"), (1, 1520, 230_000, "BB"))
    ]  # fmt: skip
    tables = world()
    found = attach(before, tables, Additions(links=tuple(same), digest="x"))
    assert found.network is before
    assert found.world is tables
    assert found.unchanged == 2


def test_an_edited_export_takes_the_place_of_what_it_was() -> None:
    edited = line(
        (0, 0), (2, 0), length_m=240_000, status=Status.CLOSED, link_id=0, data_version="drawn",
        geometry_basis=GeometryBasis.GENERALISED,
    )  # fmt: skip
    found = attached(links=(edited,))
    layer = found.network.layer(Mode.RAIL)
    assert layer.retired == {0}
    assert [layer.links["status"][at] for at in np_live(layer)] == ["operational", "closed"]
    assert {(0, 1, 240_000), (2, 3, 230_000)} == links(found)


def np_live(layer: object) -> list[int]:
    return [at for at, alive in enumerate(layer.live) if alive]  # type: ignore[attr-defined]


def test_an_export_of_other_data_is_refused() -> None:
    old = line((0, 0), (2, 0), link_id=0, data_version="older")
    with pytest.raises(DataError, match="exported from data older, but drawn is here"):
        attached(links=(old,))


def test_replaced_lines_give_way_and_places_are_joined_to_the_new_ones() -> None:
    finer = line((0.01, 0.01), (1, 0.05), (2, 0.01))
    found = attached(
        links=(finer,), replacements=(Replacement(origin=ORIGIN, mode=Mode.RAIL, country="AA"),)
    )
    layer = found.network.layer(Mode.RAIL)
    assert 0 in layer.retired
    reach = {0}
    for _ in range(layer.link_count):
        for a, b, _ in links(found):
            if {a, b} & reach:
                reach |= {a, b}
    assert 1 in reach  # from AAA to CCC over the new line


def test_a_ferry_joins_two_ports_and_is_no_lane() -> None:
    ferry = line(
        (0.01, -1), (2, -1.5), (4.01, -1), mode=Mode.FERRY, gauge_mm=0, country="",
        cargo_units=(CargoUnit.CONTAINER_20,),
    )  # fmt: skip
    found = attached(links=(ferry,))
    (row,) = found.world.ferries
    assert {row.place_a, row.place_b} == {"PORT", "FAR"}
    (own,) = found.ferry_lines
    assert own.link_id in found.network.layer(Mode.SEA).retired


def test_own_parameters_become_rows_named_after_the_line() -> None:
    own = line((1, 0), (1, 1), name="mine", parameters={"speed.line": (720.0, "km_per_day")})
    found = attached(links=(own,))
    row = found.world.parameters.find("speed.line", "mine", "container_20")
    assert (row.value, row.low, row.high, row.source_id) == (720, 720, 720, "analyst-file")
    assert found.world.parameters.own_lines == {"mine"}
