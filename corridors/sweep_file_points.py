"""The origins and destinations of a sweep's file, with every mistake in them."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any, Final

from corridors.request import Request
from corridors.sweep_points import (
    MOST_POINTS,
    Grid,
    SweepPoint,
    box_fault,
    grid_points,
    grid_size,
    named_points,
    points_of_file,
)
from corridors.toml_faults import Faults

POINT_KEYS: Final = ("places", "file", "name", "grid")
_GRID_KEYS: Final = ("box", "country", "step_deg")
_WIDEST_STEP_DEG: Final = 45.0


class PointsReader:
    """Reads points; names of places and countries are looked up.

    Parameters
    ----------
    faults
        Gathers mistakes.
    folder
        In which files are looked for.
    request
        Holds the tables and the network.
    """

    def __init__(self, faults: Faults, folder: Path, request: Request) -> None:
        self._faults, self._folder, self._request = faults, folder, request

    def read(self, key: str, value: Any) -> tuple[SweepPoint, ...]:
        """Return the points under a key, and note what is wrong with the others."""
        if value is None:
            return ()
        at = (key,) if isinstance(value, list) else (key, "places")
        if isinstance(value, list):
            value = {"places": value}
        if not isinstance(value, dict):
            self._faults.say(
                f"{key} must be a list of places, or a table with places, file or grid", key
            )
            return ()
        self._faults.unknown(value, POINT_KEYS, key)
        if not value.keys() & {"places", "file", "grid"}:
            self._faults.say(f"{key}: name places, a file or a grid", key)
        faults = len(self._faults)
        found = self._places(value["places"], at) if "places" in value else []
        found += self._file_points(key, value)
        found += self._grid_points(key, value)
        if not found and value.keys() & {"file", "grid"} and len(self._faults) == faults:
            self._faults.say(f"{key}: there is no point in it", key)
        if len(found) > MOST_POINTS:
            self._faults.say(f"{key}: {len(found)} points; at most {MOST_POINTS}", key)
        counts = Counter(point.name for point in found)
        for name in sorted(each for each, count in counts.items() if count > 1):
            self._faults.say(
                f"{key}: two points are called {name!r}; give them names of their own", key
            )
        return tuple(found)

    def _places(self, value: Any, at: tuple[str, ...]) -> list[SweepPoint]:
        found: list[SweepPoint] = []
        texts = self._faults.items(
            value, *at, good=lambda each: isinstance(each, str), must='an id, name or "lat,lon"'
        )
        for index, text in texts:
            points, problems = named_points([text], self._request.world)
            found += points
            for problem in problems:
                self._faults.say(f"{'.'.join(at)}: {problem}", *at, index=index)
        return found

    def _file_points(self, key: str, value: dict[str, Any]) -> list[SweepPoint]:
        name, column = value.get("file"), value.get("name", "name")
        if "name" in value and ("file" not in value or not isinstance(column, str)):
            self._faults.say(f"{key}.name is the column of names of a file: a text", key, "name")
            return []
        if name is None:
            return []
        if not isinstance(name, str):
            self._faults.say(f"{key}.file must be the name of a file, not {name!r}", key, "file")
            return []
        points, problems = points_of_file(self._folder / name, column, self._request.world)
        for problem in problems:
            self._faults.say(f"{key}.file: {problem}", key, "file")
        return points

    def _grid_points(self, key: str, value: dict[str, Any]) -> list[SweepPoint]:
        request = self._request
        table = value.get("grid")
        if table is None:
            return []
        at = f"{key}.grid"
        if not isinstance(table, dict):
            self._faults.say(f"{at} must be a table with step_deg, and box or country", key, "grid")
            return []
        faults = len(self._faults)
        self._faults.unknown(table, _GRID_KEYS, at)
        step, box, country = (table.get(each) for each in ("step_deg", "box", "country"))
        if not isinstance(step, int | float) or not 0 < step <= _WIDEST_STEP_DEG:
            text = f"{at}.step_deg must be above 0 and at most {_WIDEST_STEP_DEG:g}, not {step!r}"
            self._faults.say(text, key, "grid", "step_deg")
        if (box is None) == (country is None):
            self._faults.say(f"{at}: name a box or a country, and not both", key, "grid")
        if box is not None and (fault := box_fault(box)):
            self._faults.say(f"{at}.box {fault}", key, "grid", "box")
        if country is not None:
            known = sorted(request.world.words["country"])
            if country not in known:
                text = f"{at}.country must be one of {', '.join(known)}, not {country!r}"
                self._faults.say(text, key, "grid", "country")
        if len(self._faults) > faults:
            return []
        grid = Grid(float(step), tuple(map(float, box)) if box else None, country or "")  # type: ignore[arg-type]
        if grid_size(grid) > MOST_POINTS:
            self._faults.say(
                f"{at} has {grid_size(grid)} points; at most {MOST_POINTS}: widen step_deg",
                key, "grid", "step_deg",
            )  # fmt: skip
            return []
        return grid_points(grid, request.network, request.snap_km)
