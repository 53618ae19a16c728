"""The land build on small drawn worlds: what it joins, cuts, copies and keeps."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
import shapely

from geodata.build.adjacency import Adjacency, read_adjacency
from geodata.build.countries import Countries
from geodata.build.graph import Lines, great_circle_km, lines_from
from geodata.build.land import Built, build_land
from geodata.build.land_tables import Tables, refuse_backward
from geodata.build.repair import bridge_aligned, bridge_dead_ends
from geodata.build.simplify import chains_of, merge_clusters
from geodata.build.write import write_layer, write_manifest, write_place_nodes
from geodata.checks.findings import ExceptionRow
from geodata.errors import DataError
from geodata.gauges import GaugeRow
from geodata.patches import Patch, Waypoint
from geodata.rows import BorderCrossing, GaugeInterchange, Place
from geodata.units import geodesic_length_km
from geodata.vocabulary import GeometryBasis, Grade, Mode, PlaceKind, Status

BOX = (0.0, 0.0, 20.0, 10.0)

# Two countries, AA west of 5 E and BB east of it.
COUNTRIES = Countries.from_tiles(
    [shapely.box(0, 0, 5, 10), shapely.box(5, 0, 20, 10)], ["AA", "BB"]
)


def world(*lines: list[tuple[float, float]], factor: float = 1.0) -> Adjacency:
    """Return a graph of lines given as (lon, lat) points; equal points are one node."""
    nodes = sorted({point for line in lines for point in line})
    number = {point: index for index, point in enumerate(nodes)}
    pairs = sorted(
        {tuple(sorted((number[a], number[b]))) for line in lines for a, b in pairwise(line)}
    )
    lon, lat = np.array(nodes).T
    start, end = np.array(pairs).T
    km = great_circle_km(lon[start], lat[start], lon[end], lat[end]) * factor
    return Adjacency(lon=lon, lat=lat, start=start, end=end, length_km=km)


def known(upstream: Adjacency) -> Lines:
    lines = lines_from(upstream, BOX)
    return replace(lines, country=COUNTRIES.of(lines.lon, lines.lat))


def place(place_id: str, country: str, lon: float, lat: float, kind: PlaceKind) -> Place:
    return Place(
        place_id, place_id, kind, country, lat, lon, "", "", (Mode.RAIL,), (), "test",
        Grade.ESTIMATED, "",
    )  # fmt: skip


def gauge(country: str, gauge_mm: int) -> GaugeRow:
    return GaugeRow(country, None, None, None, None, gauge_mm, "test", Grade.ESTIMATED, "")


FRONTIER = (
    place("AAFRO", "AA", 5.0, 1.0, PlaceKind.BORDER_CROSSING_POINT),
    place("BBFRO", "BB", 5.0, 1.0, PlaceKind.BORDER_CROSSING_POINT),
)
YARD = place("AAYRD", "AA", 4.8, 1.0, PlaceKind.GAUGE_INTERCHANGE)


def tables(*, places: tuple[Place, ...] = (), crossing_gauge: int | None = None) -> Tables:
    crossings: tuple[BorderCrossing, ...] = ()
    if crossing_gauge is not None:
        places = (*places, *FRONTIER)
        crossings = (
            BorderCrossing(
                "test-rail", "Test", "AAFRO", "BBFRO", Mode.RAIL, crossing_gauge,
                Status.OPERATIONAL, "2026", None, "test", Grade.ESTIMATED, "",
            ),
        )  # fmt: skip
    interchanges = tuple(
        GaugeInterchange(
            item.place_id, 1435, 1520, "bulk", "transshipment", Status.OPERATIONAL, "2026",  # type: ignore[arg-type]
            "test", Grade.ESTIMATED, "",
        )
        for item in places
        if item.kind is PlaceKind.GAUGE_INTERCHANGE
    )  # fmt: skip
    return Tables(
        patches=(),
        waypoints=(),
        gauges=(gauge("AA", 1435), gauge("BB", 1520)),
        places=places,
        crossings=crossings,
        interchanges=interchanges,
        detour_factor={Mode.RAIL: 1.2, Mode.ROAD: 1.3},
    )


def built(upstream: Adjacency, rows: Tables) -> Built:
    return build_land(Mode.RAIL, upstream, COUNTRIES, rows, BOX)


THROUGH = world([(3.0, 1.0), (4.0, 1.0), (4.9, 1.0), (5.1, 1.0), (6.0, 1.0), (7.0, 1.0)])


def test_dead_end_is_joined_to_a_line_it_stops_short_of() -> None:
    # o-----o-----o     and below it a line that ends 1.1 km south of the middle
    lines = known(world([(1.0, 1.0), (2.0, 1.0), (3.0, 1.0)], [(2.0, 0.5), (2.0, 0.99)]))
    assert len(set(lines.components().tolist())) == 2
    assert len(set(bridge_dead_ends(lines, 2.5).components().tolist())) == 1
    assert len(set(bridge_dead_ends(lines, 1.0).components().tolist())) == 2


def test_dead_ends_of_two_countries_are_never_joined() -> None:
    lines = known(world([(4.0, 1.0), (4.995, 1.0)], [(5.005, 1.0), (6.0, 1.0)]))
    assert len(set(bridge_aligned(bridge_dead_ends(lines, 2.5), 8.0).components().tolist())) == 2


def test_only_dead_ends_that_point_at_each_other_are_joined_across_a_wide_gap() -> None:
    ahead = known(world([(1.0, 1.0), (1.5, 1.0)], [(1.55, 1.0), (2.0, 1.0)]))
    aside = known(world([(1.0, 1.0), (1.5, 1.0)], [(1.55, 1.0), (1.55, 2.0)]))
    assert len(set(bridge_aligned(ahead, 8.0).components().tolist())) == 1
    assert len(set(bridge_aligned(aside, 8.0).components().tolist())) == 2


def test_contraction_keeps_the_total_length() -> None:
    lines = known(world([(1.0, 1.0), (1.5, 1.2), (2.0, 1.0), (3.0, 1.0)], factor=1.1))
    chains = chains_of(lines, np.full(len(lines.start), 1435), spur_km=1.0)
    assert len(chains) == 1
    assert chains[0].length_km == pytest.approx(lines.length_km.sum())
    assert len(chains[0].nodes) == 4


def test_a_branch_of_two_tracks_is_not_lost() -> None:
    # junction at (2, 1); two tracks leave it and meet again at the far end (2, 2)
    lines = known(
        world(
            [(1.0, 1.0), (2.0, 1.0), (3.0, 1.0)],
            [(2.0, 1.0), (1.99, 1.5), (2.0, 2.0), (2.01, 1.5), (2.0, 1.0)],
        )
    )
    chains = chains_of(lines, np.full(len(lines.start), 1435), spur_km=1.0)
    reached = {(lines.lon[node], lines.lat[node]) for chain in chains for node in chain.nodes}
    assert (2.0, 2.0) in reached


def test_close_nodes_become_one_and_kept_ones_stay() -> None:
    lines = known(world([(1.0, 1.0), (2.0, 1.0)], [(2.0, 1.001), (3.0, 1.0)]))
    assert len(set(merge_clusters(lines, 0.15).used_nodes_only().lon.tolist())) == 3
    kept = replace(lines, keep=np.ones(len(lines.lon), dtype=np.bool_))
    assert len(merge_clusters(kept, 0.15).used_nodes_only().lon) == 4


def test_a_line_is_cut_at_the_frontier_and_a_row_gets_both_ends() -> None:
    rows = replace(tables(crossing_gauge=1520), gauges=(gauge("AA", 1520), gauge("BB", 1520)))
    result = built(THROUGH, rows)
    assert not result.problems
    layer = result.layer
    assert {link.country for link in layer.links} == {"AA", "BB"}
    ends = {row.place_id: layer.nodes[row.node_id] for row in layer.place_nodes}
    assert (ends["AAFRO"].lon, ends["AAFRO"].lat) == (ends["BBFRO"].lon, ends["BBFRO"].lat)
    assert (ends["AAFRO"].country, ends["BBFRO"].country) == ("AA", "BB")
    assert ends["AAFRO"].lon == pytest.approx(5.0, abs=0.01)
    for link in layer.links:
        assert layer.nodes[link.from_node_id].country == layer.nodes[link.to_node_id].country
    whole = sum(link.length_m for link in layer.links)
    assert whole == pytest.approx(THROUGH.length_km.sum() * 1000, abs=5)


def test_a_crossing_without_a_line_is_reported() -> None:
    result = built(world([(1.0, 1.0), (3.0, 1.0)]), tables(crossing_gauge=1435))
    assert any("test-rail" in problem for problem in result.problems)


def test_a_line_that_only_clips_the_neighbour_is_not_cut() -> None:
    dip = world([(4.0, 1.0), (4.95, 1.0), (5.02, 1.2), (4.95, 1.4), (4.0, 1.4)])
    assert {link.country for link in built(dip, tables()).layer.links} == {"AA"}


def test_the_crossing_gauge_is_carried_to_the_interchange() -> None:
    result = built(THROUGH, tables(places=(YARD,), crossing_gauge=1520))
    assert not result.problems
    layer = result.layer
    stands = {(row.place_id, row.gauge_mm): row.node_id for row in layer.place_nodes}
    assert {("AAYRD", 1435), ("AAYRD", 1520), ("AAFRO", 1520), ("BBFRO", 1520)} == set(stands)
    copies = [link for link in layer.links if link.country == "AA" and link.gauge_mm == 1520]
    assert {copies[0].from_node_id, copies[0].to_node_id} == {
        stands["AAYRD", 1520],
        stands["AAFRO", 1520],
    }
    gauges_at: dict[int, set[int]] = {}
    for link in layer.links:
        for node in (link.from_node_id, link.to_node_id):
            gauges_at.setdefault(node, set()).add(link.gauge_mm)
    assert all(len(gauges) == 1 for gauges in gauges_at.values())


def test_a_place_off_the_line_gets_a_connector_and_one_too_far_is_reported() -> None:
    near = place("AANEA", "AA", 3.5, 1.02, PlaceKind.CITY)
    far = place("AAFAR", "AA", 3.5, 1.2, PlaceKind.CITY)
    result = built(THROUGH, tables(places=(near, far)))
    (connector,) = [
        link for link in result.layer.links if link.geometry_basis is GeometryBasis.CONNECTOR
    ]
    assert connector.length_m == pytest.approx(0.02 * 111195 * 1.2, rel=0.01)
    (problem,) = result.problems
    assert problem.startswith("AAFAR")


def test_a_long_chord_is_bent_and_keeps_its_length() -> None:
    long = world([(1.0, 1.0), (2.0, 1.0)], factor=1.1)
    row = Waypoint(Mode.RAIL, 1.0, 1.0, 1.0, 2.0, "1.1 1.5 Town", "test", Grade.ESTIMATED, "")
    rows = replace(tables(), waypoints=(row,))
    (link,) = built(long, rows).layer.links
    assert link.geometry_basis is GeometryBasis.BENT
    assert list(link.geometry.coords)[1] == (1.5, 1.1)
    assert link.length_m == pytest.approx(long.length_km.sum() * 1000, abs=1)
    detour = replace(row, path="2.0 1.5 Elsewhere")
    with pytest.raises(DataError, match="true length"):
        built(long, replace(rows, waypoints=(detour,)))


def test_patches_add_and_remove_lines() -> None:
    new = Patch(
        "new", Mode.RAIL, "new", Status.PLANNED, "2026", 2030, "AA", 1520, "1 3;1.5 3", 60.0,
        "Branch", "test", Grade.ESTIMATED, "",
    )  # fmt: skip
    fast = Patch(
        "fast", Mode.RAIL, "remove", Status.OPERATIONAL, "", None, "BB", 0, "1 6.5", 0.3,
        "Fast line", "test", Grade.ESTIMATED, "",
    )  # fmt: skip
    layer = built(THROUGH, replace(tables(), patches=(new, fast))).layer
    (branch,) = [link for link in layer.links if link.name == "Branch"]
    assert (branch.status, branch.opens, branch.gauge_mm) == (Status.PLANNED, 2030, 1520)
    assert branch.length_m == 60_000
    assert all(link.geometry.bounds[2] <= 6.0 for link in layer.links)
    with pytest.raises(DataError, match="no edge within"):
        built(THROUGH, replace(tables(), patches=(replace(fast, path="9 9"),)))


def test_upstream_literals_are_read_without_running_them() -> None:
    source = b"import os\ngraph=[{1: 2.5, 0: 0.0}, {0: 2.5}]\nnodes=[[1.0, 2.0], [3.0, 4.0]]\n"
    graph = read_adjacency(source, "test")
    assert (graph.lon.tolist(), graph.lat.tolist()) == ([2.0, 4.0], [1.0, 3.0])
    assert (graph.start.tolist(), graph.end.tolist(), graph.length_km.tolist()) == ([0], [1], [2.5])
    with pytest.raises(DataError, match="literals"):
        read_adjacency(b"graph = make()\nnodes = []\n", "test")


def test_files_come_out_the_same_whatever_the_order_of_rows(tmp_path: Path) -> None:
    rows = tables(places=(YARD,), crossing_gauge=1520)
    other = replace(rows, places=rows.places[::-1], gauges=rows.gauges[::-1])
    found = []
    for name, variant in (("one", rows), ("two", other)):
        directory = tmp_path / name
        directory.mkdir()
        layer = built(THROUGH, variant).layer
        paths = write_layer(layer, directory)
        paths.append(write_place_nodes(layer.place_nodes, directory))
        paths.append(write_manifest([layer], layer.place_nodes, directory))
        found.append([path.read_bytes() for path in paths])
    assert found[0] == found[1]


def test_a_chord_split_for_a_place_is_nowhere_drawn_longer_than_it_is() -> None:
    # a degree of longitude shrinks along the chord: half of its degrees is not half of its km
    chord = world([(1.0, 0.0), (9.0, 9.5)])
    stop = place("AAMID", "AA", 4.9, 4.63125, PlaceKind.RAIL_TERMINAL)
    one_country = Countries.from_tiles([shapely.box(0, 0, 20, 10)], ["AA"])
    layer = build_land(Mode.RAIL, chord, one_country, tables(places=(stop,)), BOX).layer
    assert len(layer.links) == 2
    for link in layer.links:
        assert geodesic_length_km(list(link.geometry.coords)) <= link.length_m / 1000 * 1.004
    total_m = sum(link.length_m for link in layer.links)
    assert total_m == pytest.approx(chord.length_km.sum() * 1000, abs=2)


def test_stations_that_lead_backwards_are_refused_all_at_once_unless_that_is_known() -> None:
    way = "1.1 1.5 Town;1.05 1.4 Before;1.0 2.01 Beyond"
    row = Waypoint(Mode.RAIL, 1.0, 1.0, 1.0, 2.0, way, "test", Grade.ESTIMATED, "")
    with pytest.raises(DataError, match="Before lies behind") as refused:
        refuse_backward([row], ())
    assert len(refused.value.problems) == 2
    known = [
        ExceptionRow("waypoint", "", "", lat, lon, "it does", "test", Grade.ESTIMATED)
        for lat, lon in ((1.05, 1.4), (1.0, 2.01))
    ]
    refuse_backward([row], known)
