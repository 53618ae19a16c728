"""Checks of the sea: lanes stay on the water, and every chokepoint is passed by one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from geodata.checks.findings import Check, Finding
from geodata.checks.shapes import Shape
from geodata.network import ModeNetwork
from geodata.rows import Chokepoint
from geodata.units import METRES_PER_KM
from geodata.vocabulary import GeometryBasis, Mode

if TYPE_CHECKING:
    from numpy.typing import NDArray

MOST_LAND_KM: Final = 5.0
"""Most land of the 1:10m map that a lane or a port's connector may cross."""
CANAL: Final = "canal"
"""Chokepoints of this kind lie on land."""
_UNKNOWN: Final = -1


def metres_on_land(layer: ModeNetwork) -> NDArray[np.int64] | None:
    """Return how much of every link lies on land outside rivers, as the build measured it.

    Links that came after the build have -1. None if the files do not say it.
    """
    import pyarrow.parquet as pq

    metres = np.full(layer.link_count, _UNKNOWN, dtype=np.int64)
    path = layer.directory / f"{layer.mode}.parquet"
    filed = [link for link in range(layer.link_count) if link not in layer.drawn]
    if filed:
        if "land_m" not in pq.read_schema(path).names:
            return None
        table: Any = pq.read_table(path, columns=["land_m"])
        column = np.asarray(table["land_m"].to_numpy(), dtype=np.int64)
        known = np.array([link for link in filed if link < len(column)], dtype=np.int64)
        metres[known] = column[known]
    return metres


def check_afloat(
    layer: ModeNetwork,
    shape: Shape,
    land_m: NDArray[np.int64] | None,
    chokepoints: Mapping[str, Chokepoint],
) -> Check:
    """Find lanes and connectors that cross land, canals aside.

    Parameters
    ----------
    layer, shape
        The sea and its drawn lines.
    land_m
        As :func:`metres_on_land` returns it: rivers do not count.
    chokepoints
        Those of kind canal may cross land.
    """
    name = "no sea lane or port connector crosses land, but for rivers and canals"
    if land_m is None:
        lacking = Finding(
            what="sea.parquet does not say how much of its lanes lies on land",
            remedy="run `python -m geodata.build`",
            mode=layer.mode,
            subject="sea.parquet",
        )
        return Check(check_id="land-sea", name=name, looked_at=0, findings=(lacking,))
    passed = layer.links["chokepoint"].astype(str)
    canals = [key for key, row in chokepoints.items() if row.kind == CANAL]
    open_sea = shape.mask & ~np.isin(passed, canals)
    km = land_m / METRES_PER_KM
    measured = open_sea & (land_m != _UNKNOWN)
    found: list[Finding] = []
    for link in np.flatnonzero(open_sea & ((km > MOST_LAND_KM) | (land_m == _UNKNOWN))).tolist():
        lon, lat = shape.middle(link)
        connector = str(layer.links["geometry_basis"][link]) == GeometryBasis.CONNECTOR
        unknown = int(land_m[link]) == _UNKNOWN
        found.append(
            Finding(
                what=f"{shape.label(link)}: how much of it lies on land is not known"
                if unknown
                else f"{shape.label(link)} crosses {km[link]:.1f} km of land",
                remedy="mend the approach in approaches.csv"
                if connector
                else "bend or remove the lane in sea_lanes.csv",
                mode=layer.mode,
                subject=shape.label(link),
                lat=lat,
                lon=lon,
                measure=None if unknown else float(km[link]),
                known="added after the build, which alone has a map of the land" if unknown else "",
            )
        )
    return Check(
        check_id="land-sea",
        name=name,
        looked_at=int(open_sea.sum()),
        unit="km on land",
        limit=f"<= {MOST_LAND_KM:g}, on the 1:10m map",
        worst=float(km[measured].max()) if measured.any() else None,
        findings=tuple(found),
    )


def check_chokepoints(layer: ModeNetwork, chokepoints: Mapping[str, Chokepoint]) -> Check:
    """Find straits and canals that no lane passes."""
    passed = set(layer.links["chokepoint"][layer.live].astype(str).tolist())
    found = tuple(
        Finding(
            what=f"no lane passes {row.name}",
            remedy="a gate in sea_areas.csv that a lane crosses, or a lane in sea_lanes.csv",
            mode=Mode.SEA,
            subject=key,
            lat=row.lat,
            lon=row.lon,
        )
        for key, row in sorted(chokepoints.items())
        if key not in passed
    )
    return Check(
        check_id="chokepoint",
        name="every strait and canal is passed by a lane",
        looked_at=len(chokepoints),
        findings=found,
    )
