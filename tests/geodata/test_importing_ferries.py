"""What a ferry carries: required of ferries, forbidden to other lines."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from additions import read_additions

from geodata.errors import DataError
from geodata.vocabulary import CargoUnit


def write(path: Path, **properties: Any) -> Path:
    feature = {
        "type": "Feature",
        "properties": {"status": "operational", **properties},
        "geometry": {"type": "LineString", "coordinates": [[49.4, 40.0], [51.6, 43.2]]},
    }
    path.write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}))
    return path


@pytest.mark.parametrize("units", [["truck", "bulk"], "truck bulk"])
def test_a_ferry_says_what_it_carries(units: Any, tmp_path: Path) -> None:
    file = write(tmp_path / "a.geojson", mode="ferry", cargo_units=units)
    (link,) = read_additions([file]).links
    assert link.cargo_units == (CargoUnit.TRUCK, CargoUnit.BULK)


def test_a_ferry_without_cargo_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="cargo_units is missing"):
        read_additions([write(tmp_path / "a.geojson", mode="ferry")])


def test_other_lines_carry_what_their_terminals_handle(tmp_path: Path) -> None:
    file = write(tmp_path / "a.geojson", mode="road", country="AZ", cargo_units=["truck"])
    with pytest.raises(DataError, match="cargo_units is for ferries"):
        read_additions([file])
