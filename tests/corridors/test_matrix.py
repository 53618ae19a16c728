"""Matrices: every pair a row, each what `distance` and `route` say of it alone."""

from __future__ import annotations

import csv
import json
from itertools import product
from pathlib import Path

import geopandas
import pytest
import worlds
from drawn import Drawn, Transit

from corridors.cli import main
from corridors.distance import Measurer
from corridors.distances import find_spot, measurer_of
from corridors.errors import CorridorsError, NoItineraryError, SnapError
from corridors.graph import Spot
from corridors.matrix import check_size, distance_rows
from corridors.point_sets import NamedSpot, read_points
from corridors.request import Request
from geodata.errors import DataError
from geodata.vocabulary import Mode


def alone(measurer: Measurer, origin: Spot, destination: Spot) -> tuple[float | None, str]:
    """Return the length of one pair, or why there is none, as it is measured for it alone."""
    try:
        return measurer.measure([origin, destination]).length_km, ""
    except (NoItineraryError, SnapError) as error:
        return None, str(error)


def check(measurer: Measurer, spots: list[Spot], mode: Mode) -> list[float | None]:
    named = [NamedSpot(spot.name, spot) for spot in spots]
    rows = distance_rows(named, named, mode, lambda: measurer)
    for row, (a, b) in zip(rows, product(spots, spots), strict=True):
        length_km, reason = alone(measurer, a, b)
        assert row["length_km"] == length_km
        assert bool(row["reason"]) == bool(reason)
        assert all(part in reason for part in row["reason"].split("; ")) or a == b
    return [row["length_km"] for row in rows]


@pytest.mark.parametrize("seed", range(10))
@pytest.mark.parametrize("mode", [Mode.RAIL, Mode.ROAD])
def test_drawn_worlds(seed: int, mode: Mode) -> None:
    """Places over frontiers and changes of gauge, some of them out of reach of each other."""
    drawn = Drawn(seed) if seed % 2 else Transit(seed)
    measurer = Measurer(drawn.networks[mode], drawn.place_nodes, drawn.world)
    stand = {node.place_id for node in drawn.place_nodes if node.mode is mode}
    spots = [
        Spot(row.name, row.lat, row.lon, row.place_id)
        for row in drawn.places
        if row.place_id in stand
    ]
    lengths = check(measurer, spots, mode)
    assert sum(length is not None for length in lengths) > len(spots)


def test_points_on_a_map() -> None:
    """Two points on one link, one on a loop's other side, one on an island, one far away."""
    nodes = [(10, 10), (11, 10), (11, 11), (10, 11), (15, 10), (15.5, 10)]
    links = [(0, 1, 130), (1, 2, 120), (2, 3, 125), (3, 0, 128), (0, 2, 190), (4, 5, 60)]
    layer = worlds.on_map(Mode.ROAD, [(lon, lat, "AA") for lon, lat in nodes], links)
    measurer = Measurer(layer, [], worlds.world([]))
    spots = [
        Spot("a", 10.02, 10.2), Spot("b", 10.0, 10.7), Spot("c", 10.5, 10.99),
        Spot("island", 10.0, 15.2), Spot("far", 20.0, 20.0), Spot("corner", 10.0, 10.0),
    ]  # fmt: skip
    lengths = check(measurer, spots, Mode.ROAD)
    assert lengths[1] == pytest.approx(65, abs=0.01)  # half of the link that both lie on


@pytest.mark.parametrize("mode", [Mode.RAIL, Mode.ROAD, Mode.SEA])
def test_shipped_pairs(mode: Mode) -> None:
    request = Request()
    texts = {
        Mode.RAIL: ["INVTZ", "IRSRP", "Astana", "26.85,80.95", "0,-150"],
        Mode.ROAD: ["28.6,77.2", "19.1,72.9", "28.61,77.21", "Astana", "51.2,71.4"],
        Mode.SEA: ["INMUN", "Bandar Abbas", "15.0,65.0", "42.0,51.0", "28.6,77.2"],
    }[mode]
    spots = [find_spot(text, request.world) for text in texts]
    measurer = measurer_of(mode, request.world, request.network)
    lengths = check(measurer, spots, mode)
    assert any(length is None for length in lengths) or mode is Mode.ROAD
    assert sum(length not in (None, 0.0) for length in lengths) > 1


FILES = {
    "a.csv": "id,Longitude,lat\none,77.2,28.6\ntwo,72.9,19.1\n",
    "b.csv": "name,place\nthe plant,KZUKT\n,Astana\n",
    "c.txt": "KZUKT\n\n51.13, 71.43\n",
    "d.geojson": json.dumps(
        {
            "type": "FeatureCollection",
            "features": [
                {
                    "type": "Feature",
                    "properties": {"name": "yard"},
                    "geometry": {"type": "Point", "coordinates": [77.2, 28.6]},
                }
            ],
        }
    ),
}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name, text in FILES.items():
        (tmp_path / name).write_text(text, "utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_sets_from_files(folder: Path) -> None:
    world = Request().world
    found = read_points(["a.csv", "b.csv", "c.txt", "d.geojson", "IRSRP"], world, "--from")
    assert [one.name for one in found][:3] == ["one", "two", "the plant"]
    assert [one.name for one in found][-2] == "yard"
    assert found[0].spot == found[-2].spot  # one point under two names is two members
    assert found[2].spot.place_id == "KZUKT"
    assert (found[0].spot.lon, found[0].spot.lat) == (77.2, 28.6)
    assert read_points(["KZUKT", "c.txt"], world, "--from")[0] == found[4]


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        ("x.csv", "lon,lat\n77.2,28.6\nhere,28\n200,10\n,\n5,nan\n", ["line 3", "line 6"]),
        ("x.csv", "lon,lat\n77.2,28.6\n200,10\n10,100\n", ["line 3", "line 4"]),
        ("x.csv", "east,north\n1,2\n", ["lon"]),
        ("x.csv", "name,lon,lat\nA,1,2\nA,2,3\n", ["'A' names two"]),
        ("x.txt", "KZUKT\nAtlantis\n", ["line 2", "Atlantis"]),
        ("x.geojson", '{"type": "Point", "coordinates": [1]}', ["feature 1"]),
        ("x.geojson", '{"type": "LineString", "coordinates": [[1, 2], [3, 4]]}', ["no Point"]),
        ("x.csv", None, ["cannot be read"]),
    ],
)
def test_every_mistake_is_told(folder: Path, name: str, text: str | None, told: list[str]) -> None:
    if text is not None:
        (folder / name).write_text(text, "utf-8")
    with pytest.raises(DataError) as caught:
        read_points([name], Request().world, "--from")
    assert all(part in str(caught.value) for part in told)


SETS = ["matrix", "--from", "a.csv", "--from", "0,-30", "--to", "KZUKT", "--to", "a.csv"]


@pytest.mark.parametrize("mode", [[], ["--mode", "road"]])
def test_every_pair_is_a_row_in_every_format(
    folder: Path, capsys: pytest.CaptureFixture[str], mode: list[str]
) -> None:
    assert main([*SETS, *mode, "-o", "m.json"]) == 0
    pairs = json.loads(Path("m.json").read_text("utf-8"))["pairs"]
    assert len(pairs) == 9
    value = "length_km" if mode else "cost_usd"
    assert all((row[value] is None) == bool(row["reason"]) for row in pairs)
    assert {row["origin"] for row in pairs if row["reason"]} >= {"0,-30"}
    assert main([*SETS, *mode, "-o", "m.csv"]) == 0
    table = list(csv.DictReader(Path("m.csv").read_text("utf-8").splitlines()))
    assert [row["reason"] for row in table] == [row["reason"] for row in pairs]
    for ending in [".parquet"] if mode else [".parquet", ".gpkg", ".geojson", ".fgb"]:
        assert main([*SETS, *mode, "-o", f"m{ending}"]) == 0
        read = geopandas.read_parquet if ending == ".parquet" else geopandas.read_file
        frame = read(f"m{ending}")
        assert len(frame) == 9
        assert frame.crs == "EPSG:4326"
        assert sorted(frame[value].dropna()) == pytest.approx(
            sorted(row[value] for row in pairs if row[value] is not None)
        )
    capsys.readouterr()
    assert main([*SETS, *mode]) == 0
    told = capsys.readouterr()
    assert "two" in told.out
    assert "reason" in told.err


def test_the_command_says_what_route_and_distance_say(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["matrix", "--from", "19.1,72.9", "--to", "KZUKT", "--format", "json"]) == 0
    (pair,) = json.loads(capsys.readouterr().out)["pairs"]
    assert main(["route", "19.1,72.9", "KZUKT", "--format", "json"]) == 0
    (best,) = json.loads(capsys.readouterr().out)["itineraries"]
    for name in ("cost_usd", "time_h", "co2e_kg", "length_km"):
        assert pair[name] == best[name]


@pytest.mark.parametrize(
    ("argv", "code"),
    [
        (["--from", "KZUKT", "--planned"], 2),
        (["--from", "KZUKT", "--mode", "ferry"], 1),
        (["--from", "KZUKT", "--mode", "sea", "--close", "nothing"], 1),
        (["--from", "KZUKT", "--mode", "sea", "--limit-km", "-1"], 1),
        ([], 2),
    ],
)
def test_what_cannot_be_asked(argv: list[str], code: int) -> None:
    assert main(["matrix", *argv]) == code


def test_too_many_pairs_are_refused(folder: Path) -> None:
    lines = "\n".join(f"{lat / 100},{10}" for lat in range(1100))
    (folder / "many.txt").write_text(lines, "utf-8")
    assert main(["matrix", "--from", "many.txt"]) == 1
    many = read_points(["many.txt"], Request().world, "--from")
    with pytest.raises(CorridorsError, match="1210000 pairs"):
        check_size(many, many)
