"""Files for GIS through the command line: itineraries, the network, and the way back in.

What is exported and not changed says nothing new: comparing with it gives the same bytes of JSON.
What is changed in it takes the place of what it was, and `network check` says so.
"""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path
from typing import Any

import geopandas
import pytest
from commands import Capture, run

from corridors.cli import main
from geodata.network import Network
from geodata.vocabulary import Mode

EAST = ("--corridor", "instc-east-sarakhs")
GIS = ["gpkg", "parquet", "fgb", "geojson"]


def told(capsys: Capture, *argv: object) -> str:
    code, out, err = run(capsys, *argv)
    assert code == 0, err
    return out


def said(cell: Any) -> Any:
    """Return a cell, None where it says nothing: tables have NaN there."""
    return cell if cell == cell else None


def read(path: Path) -> Any:
    """Return the legs of a file in travel order."""
    if path.suffix == ".parquet":
        return geopandas.read_parquet(path)
    if path.suffix != ".gpkg":
        frame = geopandas.read_file(path)
        return frame.sort_values(["rank", "leg"], ignore_index=True)
    both = [geopandas.read_file(path, layer=name) for name in ("legs", "operations")]
    return geopandas.pd.concat(both).sort_values(["rank", "leg"], ignore_index=True)


@pytest.mark.parametrize("ending", GIS)
@pytest.mark.parametrize("command", [
    ("compare", *EAST), ("explain", "instc-east-sarakhs"), ("route", "--by", "cost"),
    ("front", "--max", "2"),
])  # fmt: skip
def test_one_feature_per_leg(
    capsys: Capture, tmp_path: Path, command: tuple[str, ...], ending: str
) -> None:
    path = tmp_path / f"legs.{ending}"
    assert told(capsys, *command, "-o", path) == ""
    found = read(path)
    itineraries = json.loads(told(capsys, *command, "--format", "json"))["itineraries"]
    legs = [(rank, leg) for rank, one in enumerate(itineraries, 1) for leg in one["legs"]]
    assert len(found) == len(legs)
    assert found.crs == "EPSG:4326"
    for row, (rank, leg) in zip(found.to_dict("records"), legs, strict=True):
        assert row["rank"] == rank
        for name, value in leg.items():
            if name not in ("ledger", "chokepoints"):
                assert said(row[name]) == (value if value != "" else None), name
        assert (row["geometry"].geom_type == "Point") == (said(row["geometry_basis"]) is None)
        assert (said(row["chokepoints"]) or "") == " ".join(leg["chokepoints"])


def test_itineraries_in_a_geopackage_have_styles_and_notices(
    capsys: Capture, tmp_path: Path
) -> None:
    path = tmp_path / "legs.gpkg"
    told(capsys, "compare", *EAST, "-o", path)
    database = sqlite3.connect(path)
    styled = database.execute("select f_table_name from layer_styles where useAsDefault")
    assert sorted(name for (name,) in styled) == ["legs", "operations"]
    notices = " ".join(row[0] for row in database.execute("select metadata from gpkg_metadata"))
    assert "OpenStreetMap" in notices
    database.close()


def test_geojson_of_itineraries_is_drawn_and_attributed(capsys: Capture) -> None:
    found = json.loads(told(capsys, "compare", *EAST, "--format", "geojson"))
    assert "OpenStreetMap" in found["attribution"]
    assert len(found["bbox"]) == 4
    assert found["evidence"]
    for feature in found["features"]:
        colour = "stroke" if feature["geometry"]["type"] == "LineString" else "marker-color"
        assert feature["properties"][colour].startswith("#")
    legs = [feature["properties"]["leg"] for feature in found["features"]]
    assert legs == sorted(legs)


@pytest.mark.parametrize("ending", GIS)
def test_legs_say_nothing_to_the_importer(capsys: Capture, tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"legs.{ending}"
    told(capsys, "route", "-o", path)
    said = " ".join(told(capsys, "network", "check", path).split())
    assert "legs of an exported itinerary; nothing to add" in said


@pytest.mark.parametrize(("argv", "code"), [
    (("--format", "table", "-o", "x.gpkg"), 2),
    (("--format", "geojson", "-o", "x.gpkg"), 2),
    (("--format", "json", "-o", "x.geojson"), 2),
    (("--format", "geojson", "-o", "x.csv"), 2),
    (("--format", "csv", "-o", "x.json"), 2),
    (("--scenario", "open", "--scenario", "2030", "-o", "x.gpkg"), 2),
    (("--scenario", "open", "--scenario", "2030", "-o", "x.geojson"), 2),
    (("--format", "geojson", "-o", "x.json"), 0),
    (("--format", "markdown", "-o", "x.txt"), 0),
])  # fmt: skip
def test_format_and_ending_agree(
    capsys: Capture, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, argv: tuple[str, ...],
    code: int,
) -> None:  # fmt: skip
    monkeypatch.chdir(tmp_path)
    assert run(capsys, "compare", *EAST, *argv)[0] == code
    assert len(list(tmp_path.iterdir())) == (code == 0)


@pytest.mark.parametrize(("ending", "format_"), [
    ("json", "json"), ("csv", "csv"), ("md", "markdown"), ("geojson", "geojson"), ("txt", "table"),
])  # fmt: skip
def test_the_ending_decides(capsys: Capture, tmp_path: Path, ending: str, format_: str) -> None:
    path, other = tmp_path / f"x.{ending}", tmp_path / "stated"
    told(capsys, "compare", *EAST, "-o", path)
    told(capsys, "compare", *EAST, "--format", format_, "-o", other)
    assert path.read_bytes() == other.read_bytes()


@pytest.mark.parametrize("argv", [("places", "Sarakhs"), ("network", "info"), ("sources",)])
def test_text_is_not_written_into_binary_files(
    capsys: Capture, tmp_path: Path, argv: tuple[str, ...]
) -> None:
    code, _, err = run(capsys, *argv, "-o", tmp_path / "x.gpkg")
    assert code == 1
    assert "this result is text" in err
    assert list(tmp_path.iterdir()) == []


WHOLE = ("rail", "sea", "air", "places", "crossings")
PART = ("rail", "road", "places", "crossings", "--country", "IR", "--country", "TM")


@pytest.mark.parametrize(("ending", "what"), [
    ("gpkg", WHOLE), ("geojson", WHOLE), ("parquet", PART), ("fgb", PART), ("gpkg", PART),
])  # fmt: skip
def test_there_and_back_gives_the_same_bytes(
    capsys: Capture, tmp_path: Path, ending: str, what: tuple[str, ...]
) -> None:
    path = tmp_path / f"net.{ending}"
    told(capsys, "network", "export", *what, "-o", path)
    with_it = told(capsys, "compare", "--with", path, "--format", "json")
    assert with_it == told(capsys, "compare", "--format", "json")
    checked = json.loads(told(capsys, "network", "check", path, "--format", "json"))
    if what is WHOLE:
        facts = Network().facts["layers"]
        links = sum(facts[mode]["links"] for mode in ("rail", "sea", "air"))
        assert checked["unchanged"] > links
    assert (checked["joined"], checked["links_measured_anew"]) == ([], {})
    assert checked["data_version"] == Network().version
    said = " ".join(told(capsys, "network", "check", path).split())
    assert f"{checked['unchanged']} features are what the network has already." in said


def test_a_geopackage_holds_every_layer_if_none_is_named(capsys: Capture, tmp_path: Path) -> None:
    path = tmp_path / "net.gpkg"
    told(capsys, "network", "export", "-o", path, "--bbox", "44,24,64,40", "--country", "IR")
    layers = geopandas.list_layers(path)["name"].tolist()
    assert layers == ["rail", "road", "sea", "air", "places", "crossings", "layer_styles"]
    assert set(geopandas.read_file(path, layer="road")["country"]) == {"IR"}
    assert len(geopandas.read_file(path, layer="sea")) == 0


@pytest.mark.parametrize(("argv", "code", "reason"), [
    (("-o", "x.geojson"), 2, "name the layers"),
    (("tram", "-o", "x.gpkg"), 2, "no layer tram; there are rail"),
    (("rail",), 2, "name the file"),
    (("rail", "-o", "x.gpkg", "--bbox", "1,2,3"), 2, "W,S,E,N"),
    (("rail", "-o", "x.dwg"), 1, "unknown format '.dwg'"),
    (("rail", "-o", "x.gpkg", "--country", "XX"), 1, "XX: no place of the network"),
    (("sea", "-o", "x.gpkg", "--country", "IR"), 1, "sea and air lines belong to no country"),
])  # fmt: skip
def test_what_cannot_be_exported(
    capsys: Capture, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, argv: tuple[str, ...],
    code: int, reason: str,
) -> None:  # fmt: skip
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "200")
    status, _, err = run(capsys, "network", "export", *argv)
    assert status == code
    assert reason in " ".join(err.replace("│", " ").split())
    assert list(tmp_path.iterdir()) == []


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Return rail, sea lanes, places and crossings of the network as parsed GeoJSON."""
    path = tmp_path_factory.mktemp("net") / "net.geojson"
    assert main(["network", "export", "rail", "sea", "places", "crossings", "-o", str(path)]) == 0
    found: dict[str, Any] = json.loads(path.read_text("utf-8"))
    return found


def edited(exported: dict[str, Any], path: Path, **changes: dict[str, Any]) -> list[dict[str, Any]]:
    """Write the features with the ids given (``_`` for a blank), with changed properties."""
    features = []
    for feature in exported["features"]:
        change = changes.get(feature["id"].replace(" ", "_").replace("-", "_"))
        if change is not None:
            features.append({**feature, "properties": {**feature["properties"], **change}})
    assert len(features) == len(changes)
    path.write_text(json.dumps({**exported, "features": features}), encoding="utf-8")
    return features


def a_link_of(capsys: Capture, country: str) -> int:
    """Return a rail link that the eastern corridor runs over in a country."""
    from corridors.request import Request

    request = Request(corridor=("instc-east-sarakhs",))
    (itinerary,) = request.planner.compare(request.corridors).itineraries
    leg = max(
        (leg for leg in itinerary.legs if leg.country == country and leg.mode is Mode.RAIL),
        key=lambda leg: leg.length_m,
    )
    steps = [abs(link) for move in leg.moves for link, _ in request.paths.of(move.compiled)]
    lengths = Network().layer(Mode.RAIL).links["length_m"]
    return max(steps, key=lambda link: int(lengths[link]))


def test_an_edited_link_takes_the_place_of_what_it_was(
    capsys: Capture, tmp_path: Path, exported: dict[str, Any]
) -> None:
    link = a_link_of(capsys, "KZ")
    path = tmp_path / "closed.geojson"
    edited(exported, path, **{f"rail_{link}": {"status": "closed"}})
    checked = json.loads(told(capsys, "network", "check", path, "--format", "json"))
    assert [(row["what"], row["joined_to"]) for row in checked["joined"]] == [
        ("rail line, edited", f"link {link}")
    ]
    before = json.loads(told(capsys, "compare", *EAST, "--format", "json"))
    after = json.loads(told(capsys, "compare", *EAST, "--with", path, "--format", "json"))
    assert after["data_version"] != before["data_version"]
    (was,) = before["itineraries"]
    assert not after["itineraries"] or after["itineraries"][0]["length_km"] != was["length_km"]


def test_a_speed_given_to_a_link_counts(
    capsys: Capture, tmp_path: Path, exported: dict[str, Any]
) -> None:
    link = a_link_of(capsys, "KZ")
    path = tmp_path / "fast.geojson"
    edited(exported, path, **{f"rail_{link}": {"name": "Fast", "speed_km_per_day": 5000.0}})
    was = json.loads(told(capsys, "compare", *EAST, "--format", "json"))["itineraries"][0]
    (now,) = json.loads(told(capsys, "compare", *EAST, "--with", path, "--format", "json"))[
        "itineraries"
    ]
    parameters = {line["parameter"] for leg in now["legs"] for line in leg["ledger"]}
    assert "speed.line.Fast.*" in parameters
    assert now["time_h"] < was["time_h"]


def test_an_edited_lane_keeps_its_chokepoint_and_its_basin(
    tmp_path: Path, exported: dict[str, Any]
) -> None:
    from corridors.request import Request

    lanes = Network().layer(Mode.SEA).links
    suez = [at for at, name in enumerate(lanes["chokepoint"]) if name == "suez"]
    path = tmp_path / "suez.geojson"
    (feature,) = edited(exported, path, **{f"sea_{suez[0]}": {"status": "suspended"}})
    assert feature["properties"]["chokepoint"] == "suez"
    layer = Request(with_files=(path,)).network.layer(Mode.SEA)
    assert suez[0] in layer.retired
    said = {name: layer.links[name][-1] for name in ("status", "chokepoint", "basin", "length_m")}
    assert said == {
        "status": "suspended", "chokepoint": "suez", "basin": lanes["basin"][suez[0]],
        "length_m": lanes["length_m"][suez[0]],
    }  # fmt: skip


def test_a_reprojected_export_is_still_the_same(
    capsys: Capture, tmp_path: Path, exported: dict[str, Any]
) -> None:
    plain, there, back = (tmp_path / name for name in ("a.geojson", "b.gpkg", "c.gpkg"))
    told(capsys, "network", "export", "rail", "--country", "KZ", "-o", plain)
    frame = geopandas.read_file(plain)
    frame.to_crs("EPSG:3857").to_file(there, driver="GPKG")
    geopandas.read_file(there).to_crs("EPSG:4326").to_file(back, driver="GPKG")
    for path in (there, back):
        checked = json.loads(told(capsys, "network", "check", path, "--format", "json"))
        assert (checked["unchanged"], checked["joined"]) == (len(frame), [])


def test_a_link_cut_in_two_has_to_say_how_long_its_parts_are(
    capsys: Capture, tmp_path: Path, exported: dict[str, Any]
) -> None:
    link = next(f for f in exported["features"] if len(f["geometry"]["coordinates"]) == 5)
    spots, path = link["geometry"]["coordinates"], tmp_path / "cut.geojson"
    parts = [
        {**link, "id": f"part {n}", "geometry": {"type": "LineString", "coordinates": part}}
        for n, part in enumerate((spots[:3], spots[2:]))
    ]
    path.write_text(json.dumps({**exported, "features": parts}))
    code, _, err = run(capsys, "network", "check", path)
    assert code == 1
    number = link["properties"]["link_id"]
    assert f"link {number} stands in features 1, 2, which are" in err
    whole = link["properties"]["length_m"]
    for part, length_m in zip(parts, (whole // 3, whole - whole // 3), strict=True):
        part["properties"] = {**link["properties"], "length_m": length_m}
    path.write_text(json.dumps({**exported, "features": parts}))
    checked = json.loads(told(capsys, "network", "check", path, "--format", "json"))
    assert [row["what"] for row in checked["joined"]].count("rail line, edited") == 2


def test_changed_places_and_crossings_are_told_with_the_remedy(
    capsys: Capture, tmp_path: Path, exported: dict[str, Any]
) -> None:
    path = tmp_path / "moved.geojson"
    crossing = next(f for f in exported["features"] if f["properties"].get("crossing_id"))
    sarakhs, almaty = (
        next(f for f in exported["features"] if f["id"] == place) for place in ("IRSRP", "KZUKT")
    )
    lon, lat = sarakhs["geometry"]["coordinates"]
    moved = {**sarakhs, "geometry": {"type": "Point", "coordinates": [lon + 0.001, lat]}}
    renamed = {**almaty, "properties": {**almaty["properties"], "name": "Elsewhere"}}
    shut = {**crossing, "properties": {**crossing["properties"], "status": "closed"}}
    path.write_text(json.dumps({**exported, "features": [moved, renamed, shut]}))
    code, _, err = run(capsys, "network", "check", path)
    assert code == 1
    for part in (
        "3 problem(s)", "feature 1 (IRSRP): place IRSRP was changed (position (",
        "place KZUKT was changed (name 'Elsewhere', here ",
        f"border crossing {crossing['properties']['crossing_id']} was changed (status 'closed'",
        "places.csv of a folder for --data",
        "border_crossings.csv or places.csv of a folder for --data",
    ):  # fmt: skip
        assert part in err


def spur(path: Path, off_deg: float) -> Path:
    """Write a line that begins off the main line of Kazakhstan north of Almaty."""
    layer = Network().layer(Mode.RAIL)
    number = next(
        at
        for at, (country, length_m) in enumerate(
            zip(layer.links["country"], layer.links["length_m"], strict=True)
        )
        if country == "KZ" and length_m > 50_000
    )
    lon, lat = layer.lines([number])[number][0]
    spots = [[lon, lat + off_deg], [lon + 0.01, lat + off_deg + 0.2]]
    rail = {"mode": "rail", "country": "KZ", "gauge_mm": 1520, "status": "operational"}
    line = {"type": "LineString", "coordinates": spots}
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps({"type": "Feature", "geometry": line, "properties": rail}))
    return path


def test_how_far_ends_are_moved_is_an_option(capsys: Capture, tmp_path: Path) -> None:
    path = spur(tmp_path / "spur.geojson", 0.09)  # 10 km

    def joined(*more: str) -> dict[str, Any]:
        said = told(capsys, "network", "check", path, "--format", "json", *more)
        start: dict[str, Any] = json.loads(said)["joined"][0]
        return start

    assert joined("--join-km", "0.001")["joined_to"] == "nothing"
    near, far = joined("--join-km", "5"), joined("--join-km", "30")
    assert near["joined_to"] == "nothing" or near["snap_km"] <= 5
    assert far["joined_to"] != "nothing"
    assert far["snap_km"] <= 30


def test_lines_in_a_folder_of_tables_are_read(capsys: Capture, tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    path = spur(tmp_path / "mine" / "lines" / "spur.geojson", 0.001)
    by_folder, by_file = (
        json.loads(told(capsys, "compare", *EAST, *argv, "--format", "json"))
        for argv in (("--data", tmp_path / "mine"), ("--with", path))
    )
    assert "+" in by_file["data_version"].split("+", 1)[1]
    assert by_folder["itineraries"] == by_file["itineraries"]
    assert by_folder["data_version"].split("+")[:2] == by_file["data_version"].split("+")[:2]


def test_a_network_with_additions_is_exported_with_them(capsys: Capture, tmp_path: Path) -> None:
    drawn = Path(__file__).parents[1] / "data" / "import" / "rasht-astara.geojson"
    path = tmp_path / "wider.gpkg"
    told(capsys, "network", "export", "rail", "places", "--with", drawn, "-o", path)
    found = geopandas.read_file(path, layer="rail")
    assert "analyst-file" in set(found["source_id"])
    (version,) = set(found["data_version"])
    assert version.startswith(f"{Network().version}+")
    links = Network().layer(Mode.RAIL).link_count
    assert found["link_id"].max() >= links
    code, _, err = run(capsys, "network", "check", path)
    assert code == 1
    assert f"exported from data {version}, but {Network().version} is here" in err


FERRY_ROW = {
    "mode": "ferry", "status": "operational", "as_of": "2026-11", "name": "Anzali - Kuryk",
    "cargo_units": ["container_20", "truck"], "length_km": 700, "source": "my forwarder",
}  # fmt: skip


def ferry_file(path: Path) -> Path:
    """Write a ferry that no table has, from Bandar Anzali by sea to Kuryk."""
    line = {"type": "LineString", "coordinates": [[49.46, 37.48], [50.4, 40.5], [51.66, 43.18]]}
    path.write_text(json.dumps({"type": "Feature", "properties": FERRY_ROW, "geometry": line}))
    return path


@pytest.mark.parametrize("ending", ["parquet", "geojson"])
def test_an_own_ferry_goes_out_and_comes_back(capsys: Capture, tmp_path: Path, ending: str) -> None:
    way = ("route", "IRBAZ", "KZKUR", "--unit", "truck", "--by", "cost", "--format", "json")
    mine = ferry_file(tmp_path / "mine.geojson")
    path = tmp_path / f"back.{ending}"
    told(capsys, "network", "export", "ferry", "--with", mine, "-o", path)
    frame = geopandas.read_file(path) if ending != "parquet" else geopandas.read_parquet(path)
    assert frame["cargo_units"].tolist() == ["container_20 truck"]
    assert frame["source"].tolist() == ["my forwarder"]
    there = json.loads(told(capsys, *way, "--with", mine))
    back = json.loads(told(capsys, *way, "--with", path))
    assert back["itineraries"] == there["itineraries"]
    assert "ferry" in {leg["mode"] for leg in back["itineraries"][0]["legs"]}
    checked = json.loads(told(capsys, "network", "check", path, "--format", "json"))
    assert [row["joined_to"] for row in checked["joined"]] == ["IRBAZ", "KZKUR"]
    assert checked["remarks"] == []


def test_own_ferries_are_a_layer_only_where_there_are_some(capsys: Capture, tmp_path: Path) -> None:
    path = tmp_path / "net.gpkg"
    box = ("--bbox", "49,37,52,44")
    mine = ferry_file(tmp_path / "mine.geojson")
    told(capsys, "network", "export", "--with", mine, *box, "-o", path)
    assert "ferry" in geopandas.list_layers(path)["name"].tolist()
    path.unlink()
    told(capsys, "network", "export", *box, "-o", path)
    assert "ferry" not in geopandas.list_layers(path)["name"].tolist()
    code, _, err = run(capsys, "network", "export", "ferry", "-o", path)
    assert code == 1
    assert "no ferry has a line of its own here" in err
    code, _, err = run(capsys, "network", "export", "ferry", "-o", tmp_path / "x.graphml")
    assert code == 2
