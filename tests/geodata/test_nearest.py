"""Points looked up in lines, and lines cut: beside shapely in a plane."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geodata.nearest import LineIndex, cut
from geodata.units import geodesic_length_km

degrees = st.integers(-2000, 2000).map(lambda n: n / 1000)
spots = st.tuples(degrees, degrees)
lines = st.lists(spots, min_size=2, max_size=6, unique=True).map(tuple)


@settings(deadline=None)
@given(st.lists(lines, min_size=1, max_size=5), st.lists(spots, min_size=1, max_size=4))
def test_the_nearest_line_is_the_one_a_search_of_all_finds(drawn: list, points: list) -> None:
    found = LineIndex.of_lines(drawn).nearest(points, 150.0)
    for point, near in zip(points, found, strict=True):
        away = [shapely.LineString(line).distance(shapely.Point(point)) for line in drawn]
        if near is None:
            assert min(away) * 112 > 149
            continue
        # within two degrees of the equator the plane is true to a thousandth
        assert away[near.line] == pytest.approx(min(away), rel=0.002, abs=1e-5)
        assert near.km == pytest.approx(geodesic_length_km([point, near.spot]))


def test_masks_and_exceptions_hold() -> None:
    index = LineIndex.of_lines([((0, 0), (1, 0)), ((0, 0.1), (1, 0.1))])
    (first,) = index.nearest([(0.5, 0)], 50)
    (other,) = index.nearest([(0.5, 0)], 50, but=[0])
    (masked,) = index.nearest([(0.5, 0)], 50, usable=np.array([False, True]))
    (none,) = index.nearest([(0.5, 0)], 5, but=[0])
    assert first is not None
    assert first.line == 0
    assert other == masked
    assert other is not None
    assert other.line == 1
    assert none is None


@settings(deadline=None)
@given(lines, st.lists(st.floats(0.01, 0.99), min_size=1, max_size=3, unique=True))
def test_pieces_of_a_cut_are_the_line(line: tuple, shares: list[float]) -> None:
    whole = shapely.LineString(line)
    asked = [whole.interpolate(share, normalized=True).coords[0] for share in shares]
    found, order, pieces = cut(line, asked)
    assert found == sorted(found)
    assert sorted(order) == list(range(len(shares)))
    assert pieces[0][0] == line[0]
    assert pieces[-1][-1] == line[-1]
    for before, after, number in zip(pieces[:-1], pieces[1:], order, strict=True):
        assert before[-1] == after[0] == asked[number]
    total = sum(shapely.LineString(piece).length for piece in pieces)
    assert total == pytest.approx(whole.length, rel=1e-6, abs=1e-9)
