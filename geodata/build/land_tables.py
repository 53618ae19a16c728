"""The curated tables that the land build reads, together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from geodata.checks.findings import ExceptionRow, load_exceptions, with_exceptions
from geodata.checks.patches import check_waypoints
from geodata.errors import DataError
from geodata.gauges import GaugeRow, read_gauges
from geodata.parameters import Parameters
from geodata.patches import Patch, Waypoint, read_patches, read_waypoints
from geodata.rows import BorderCrossing, GaugeInterchange, Parameter, Place
from geodata.tables import read_table
from geodata.vocabulary import LAND_MODES, Mode


@dataclass(frozen=True, slots=True, kw_only=True)
class Tables:
    """The curated tables that the land build reads.

    Parameters
    ----------
    patches, waypoints, gauges
        What mends the lines.
    places, crossings, interchanges
        What the lines have to be joined to.
    detour_factor
        Of connectors, by mode.
    """

    patches: tuple[Patch, ...]
    waypoints: tuple[Waypoint, ...]
    gauges: tuple[GaugeRow, ...]
    places: tuple[Place, ...]
    crossings: tuple[BorderCrossing, ...]
    interchanges: tuple[GaugeInterchange, ...]
    detour_factor: dict[Mode, float]


def refuse_backward(rows: Sequence[Waypoint], known: Sequence[ExceptionRow]) -> None:
    """Refuse stations that lead backwards along their chord, but for those that are known to.

    Raises
    ------
    DataError
        Listing every such station.
    """
    check, _ = with_exceptions([check_waypoints(rows)], known)
    if check.wrong:
        problems = [
            f"{finding.what}; {finding.remedy}, or say why it does in check_exceptions.csv"
            for finding in check.wrong
        ]
        raise DataError("waypoints.csv", problems)


def read_tables(data: Path) -> Tables:
    """Read the curated tables of the land build from the data directory.

    Raises
    ------
    DataError
        For the first table that cannot be used, with all its problems.
    """
    waypoints = read_waypoints(data / "waypoints.csv")
    refuse_backward(waypoints, load_exceptions(data / "check_exceptions.csv"))
    parameters = Parameters(read_table(data / "parameters.csv", Parameter, ["key"]))
    return Tables(
        patches=read_patches(data / "patches.csv"),
        waypoints=waypoints,
        gauges=read_gauges(data / "gauges.csv"),
        places=read_table(data / "places.csv", Place, ["place_id"]),
        crossings=read_table(data / "border_crossings.csv", BorderCrossing, ["crossing_id"]),
        interchanges=read_table(
            data / "gauge_interchanges.csv",
            GaugeInterchange,
            ["place_id", "gauge_a_mm", "gauge_b_mm", "cargo_unit"],
        ),
        detour_factor={mode: parameters.find("detour_factor", mode).value for mode in LAND_MODES},
    )
