"""Check of track gauges where they are not the country's, against a table with sources."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from geodata.checks.findings import Check, Finding
from geodata.checks.shapes import Shape
from geodata.network import ModeNetwork
from geodata.tables import read_table
from geodata.vocabulary import Grade, Mode
from geodata.world import DATA

EXPECTED: Final = DATA / "expected_gauges.csv"
"""Where which gauges lie."""


@dataclass(frozen=True, slots=True)
class ExpectedGauge:
    """The gauges of all lines of a country within some km of a point: these and no others."""

    name: str
    country: str
    lat: float
    lon: float
    within_km: float
    gauges_mm: tuple[int, ...]
    source_id: str
    grade: Grade
    note: str


def load_expected(path: Path = EXPECTED) -> tuple[ExpectedGauge, ...]:
    """Read where which gauges lie."""
    return read_table(path, ExpectedGauge, ("name", "country"))


def check_gauges(layer: ModeNetwork, shape: Shape, rows: Sequence[ExpectedGauge]) -> Check:
    """Find places where other gauges lie than should."""
    country = layer.links["country"].astype(str)
    gauge = layer.links["gauge_mm"].astype(np.int64)
    there: list[dict[int, int]] = [{} for _ in rows]
    """By row the gauges near it, and the nearest link of each."""
    for code in sorted({row.country for row in rows}):
        asked = [at for at, row in enumerate(rows) if row.country == code]
        here = shape.mask & (country == code)
        for gauge_mm in np.unique(gauge[here]).tolist():
            links = np.flatnonzero(here & (gauge == gauge_mm))
            near = shape.index(links).nearest(
                [(rows[at].lon, rows[at].lat) for at in asked],
                max(rows[at].within_km for at in asked),
            )
            for at, spot in zip(asked, near, strict=True):
                if spot is not None and spot.km <= rows[at].within_km:
                    there[at][gauge_mm] = int(links[spot.line])
    found = tuple(
        Finding(
            what=f"within {row.within_km:g} km of {row.name} ({row.country}) there is "
            f"{_words(links)}, and should be {_words(row.gauges_mm)}{_features(shape, row, links)}",
            remedy="correct gauge_mm, or join the two gauges by a gauge interchange"
            if shape.called
            else "a box of gauges.csv, a patch with a gauge, or a gauge interchange",
            mode=Mode.RAIL,
            subject=row.name,
            lat=row.lat,
            lon=row.lon,
        )
        for row, links in zip(rows, there, strict=True)
        if links.keys() != set(row.gauges_mm)
    )
    return Check(
        check_id="gauge",
        name="lines at frontiers, and where a country has several gauges, have the gauges of the "
        "table of expected ones",
        looked_at=len(rows),
        findings=found,
    )


def rows_near(shape: Shape, rows: Sequence[ExpectedGauge]) -> list[ExpectedGauge]:
    """Return the rows near whose points one of the drawn lines runs."""
    index = shape.index(shape.links)
    return [row for row in rows if index.nearest([(row.lon, row.lat)], row.within_km) != [None]]


def _features(shape: Shape, row: ExpectedGauge, links: Mapping[int, int]) -> str:
    """Return which features of files have a gauge that should not be there."""
    strange = [link for gauge_mm, link in links.items() if gauge_mm not in row.gauges_mm]
    labels = [shape.called[link] for link in strange if link in shape.called]
    return f" (wrong: {', '.join(labels)})" if labels else ""


def _words(gauges: Iterable[int]) -> str:
    several = " and ".join(f"{gauge} mm" for gauge in sorted(gauges))
    return f"track of {several}" if several else "no track"
