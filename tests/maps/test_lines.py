"""Shared lines: nothing lost, nothing twice, nothing where it was not."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import shapely

from maps.data import LonLat, MapData, MapRoute
from maps.lines import TOLERANCES_DEG, UNITS_PER_DEGREE, SharedLines, share_lines


@pytest.fixture
def east(page: MapData) -> MapRoute:
    """The corridor over Sarakhs."""
    return page.routes[0]


def decode(shared: SharedLines, ref: int) -> list[LonLat]:
    steps = np.array(shared.arcs[ref if ref >= 0 else ~ref]).reshape(-1, 2)
    points = [tuple(point) for point in np.cumsum(steps, axis=0) / UNITS_PER_DEGREE]
    return points[::-1] if ref < 0 else points


def test_every_leg_runs_where_it_ran(page: MapData) -> None:
    shared = share_lines(page.routes)
    for route, refs in zip(page.routes, shared.refs, strict=True):
        for leg, arcs in zip(route.legs, refs, strict=True):
            given = [point for line in leg.lines for point in line]
            if not given:
                assert arcs == ()
                continue
            drawn = [point for arc in arcs for point in decode(shared, arc)]
            away = shapely.hausdorff_distance(shapely.LineString(given), shapely.LineString(drawn))
            assert away <= shared.tolerance_deg + 1 / UNITS_PER_DEGREE
            assert np.allclose((drawn[0], drawn[-1]), (given[0], given[-1]), atol=1e-4)


def test_a_stretch_shared_by_three_corridors_is_stored_once(page: MapData) -> None:
    shared = share_lines(page.routes)
    from_the_plant = [refs[1] for refs in shared.refs]
    assert from_the_plant == [from_the_plant[0]] * 3
    into_the_plant = [refs[leg][-1] for refs, leg in zip(shared.refs, (12, 6, 8), strict=True)]
    assert into_the_plant[0] == into_the_plant[1] == ~into_the_plant[2]  # the third runs backwards


def test_leg_order_and_direction_of_the_input_do_not_change_the_arcs(east: MapRoute) -> None:
    legs = tuple(replace(leg, lines=leg.lines[::-1]) for leg in east.legs)
    legs = tuple(replace(leg, lines=tuple(line[::-1] for line in leg.lines)) for leg in legs)
    there, back = share_lines([east]), share_lines([replace(east, legs=legs)])
    assert set(there.arcs) == set(back.arcs)


def test_lines_that_do_not_touch_are_not_joined(east: MapRoute) -> None:
    lines = (((0.0, 0.0), (1.0, 0.0)), ((5.0, 5.0), (6.0, 5.0)))
    leg = replace(east.legs[1], lines=lines)
    shared = share_lines([replace(east, legs=(leg,))])
    assert [decode(shared, ref) for ref in shared.refs[0][0]] == [list(line) for line in lines]


def test_a_line_over_the_antimeridian_does_not_cross_the_map(east: MapRoute) -> None:
    leg = replace(east.legs[1], lines=(((179.0, 50.0), (-179.0, 51.0), (-178.0, 50.0)),))
    shared = share_lines([replace(east, legs=(leg,))])
    assert [lon for lon, _ in decode(shared, shared.refs[0][0][0])] in (
        [179.0, 181.0, 182.0],
        [-181.0, -179.0, -178.0],
        [182.0, 181.0, 179.0],
    )


def test_lines_are_thinned_further_when_they_would_not_fit(
    page: MapData, monkeypatch: pytest.MonkeyPatch
) -> None:
    fine = share_lines(page.routes[:2])
    monkeypatch.setattr("maps.lines.LINE_BUDGET_BYTES", 2_000)
    coarse = share_lines(page.routes[:2])
    assert fine.tolerance_deg == TOLERANCES_DEG[0]
    assert coarse.tolerance_deg > fine.tolerance_deg
    assert sum(map(len, coarse.arcs)) < sum(map(len, fine.arcs))


def test_badges_lie_on_lines_the_corridor_does_not_share(page: MapData) -> None:
    shared = share_lines(page.routes)
    for number, (route, badge) in enumerate(zip(page.routes, shared.badges, strict=True)):
        assert badge is not None
        own = shapely.MultiLineString([line for leg in route.legs for line in leg.lines])
        assert own.distance(shapely.Point(badge)) < 1e-3, number
        assert (
            shapely.LineString(page.routes[0].legs[1].lines[0]).distance(shapely.Point(badge)) > 1
        )


def test_a_corridor_without_lines_has_no_badge(east: MapRoute) -> None:
    shared = share_lines([replace(east, legs=east.legs[:1])])
    assert shared.badges == (None,)
    assert shared.arcs == ()
