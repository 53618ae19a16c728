"""The command line on the shipped case: the contract's names, exit codes and plain refusals."""

from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path

import pytest
from commands import Capture, result, run

UNITS = ("container_20", "bulk", "truck")


def test_every_corridor_is_ranked_or_refused_with_a_reason(capsys: Capture) -> None:
    found = result(capsys, "compare")
    ranked = [item["corridor"] for item in found["itineraries"]]
    refused = {item["corridor"]: item["reason"] for item in found["not_possible"]}
    assert len({*ranked, *refused}) == len(ranked) + len(refused) >= 15
    assert all(len(reason) > 20 for reason in refused.values())
    costs = [item["generalised_cost_usd"] for item in found["itineraries"]]
    assert costs == sorted(costs)


@pytest.mark.parametrize("unit", UNITS)
@pytest.mark.parametrize("scenario", ["open", "situation-2026-11", "no-iran", "no-russia"])
def test_ledgers_add_up_exactly(capsys: Capture, unit: str, scenario: str) -> None:
    origin = "IRSRP" if unit == "truck" else "INOSC"  # a lorry cannot leave India by sea
    code, out, _ = run(
        capsys,
        "compare",
        origin,
        "KZUKT",
        "--unit",
        unit,
        "--scenario",
        scenario,
        "--format",
        "json",
    )
    found = json.loads(out)
    assert code == (0 if found["itineraries"] else 3)
    for itinerary in found["itineraries"]:
        for criterion, total in (("cost", "cost_cents"), ("time", "time_min"), ("co2e", "co2e_g")):
            for leg in itinerary["legs"]:
                lines = [line for line in leg["ledger"] if line["criterion"] == criterion]
                assert sum(line["amount_exact"] for line in lines) == leg[total]
            assert sum(leg[total] for leg in itinerary["legs"]) == itinerary[total]
        for before, after in pairwise(itinerary["legs"]):
            assert before["to"] == after["from"]


def test_the_graph_gives_the_same_total_as_the_route(capsys: Capture) -> None:
    import networkx as nx

    found = result(capsys, "network", "graph")
    graph: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    for arc in found["arcs"]:
        graph.add_edge(arc["from"], arc["to"], **arc)
    (origin,), (destination,) = found["origin"], found["destination"]
    for by, key in (("cost", "cost_cents"), ("time", "time_min"), ("co2e", "co2e_g")):
        (best,) = result(capsys, "route", "--by", by)["itineraries"]
        assert nx.dijkstra_path_length(graph, origin, destination, weight=key) == best[key]


def test_same_input_same_bytes(capsys: Capture) -> None:
    assert run(capsys, "compare", "--format", "json") == run(capsys, "compare", "--format", "json")


def test_closures_hold(capsys: Capture) -> None:
    for itinerary in result(capsys, "compare", "--exclude-country", "IR")["itineraries"]:
        assert all(leg["country"] != "IR" for leg in itinerary["legs"])
    for itinerary in result(capsys, "compare", "--close", "suez")["itineraries"]:
        assert all("suez" not in leg["chokepoints"] for leg in itinerary["legs"])


def test_a_higher_tariff_costs_more_and_is_marked_assumed(capsys: Capture) -> None:
    key = "tariff.rail.KZ.container_20"
    before = result(capsys, "explain", "china-lianyungang-dostyk")["itineraries"][0]
    after = result(capsys, "explain", "china-lianyungang-dostyk", "--set", f"{key}=1.5")
    changed = after["itineraries"][0]
    assert changed["cost_usd"] > before["cost_usd"]
    grades = {
        line["grade"]
        for leg in changed["legs"]
        for line in leg["ledger"]
        if line["parameter"] == key
    }
    assert grades == {"assumed"}


def test_geojson_has_one_feature_per_leg(capsys: Capture) -> None:
    code, out, _ = run(capsys, "compare", "--corridor", "instc-east-sarakhs", "--format", "geojson")
    features = json.loads(out)["features"]
    legs = result(capsys, "compare", "--corridor", "instc-east-sarakhs")["itineraries"][0]["legs"]
    assert (code, len(features)) == (0, len(legs))
    lines = [f for f in features if f["geometry"]["type"] == "LineString"]
    assert all(len(f["geometry"]["coordinates"]) > 1 for f in lines)
    assert all(f["properties"]["geometry_basis"] for f in lines)
    for before, after in pairwise(lines):
        a, b = before["geometry"]["coordinates"][-1], after["geometry"]["coordinates"][0]
        assert abs(a[0] - b[0]) + abs(a[1] - b[1]) < 1.0


@pytest.mark.parametrize("width", ["80", "140"])
def test_tables_fit_the_terminal(
    capsys: Capture, monkeypatch: pytest.MonkeyPatch, width: str
) -> None:
    monkeypatch.setenv("COLUMNS", width)
    _, out, _ = run(capsys, "compare")
    assert max(len(line) for line in out.splitlines()) <= int(width)
    assert "\x1b" not in out


def test_a_point_is_an_origin(capsys: Capture) -> None:
    (best,) = result(capsys, "route", "20.27,85.84", "KZUKT")["itineraries"]
    assert best["legs"][0]["from"] == "20.27,85.84"
    assert best["length_km"] > 5000


def test_distance_has_the_fields_of_the_contract(capsys: Capture) -> None:
    found = result(capsys, "distance", "KZAKT", "KZDYK", "--mode", "rail")
    assert found["length_km"] == pytest.approx(304, rel=0.05)  # kk.wikipedia, fact B31
    assert set(found) >= {"mode", "length_km", "from", "to", "geometry_basis", "coordinates"}
    assert set(found["from"]) >= {"lat", "lon", "snap_km"}


@pytest.mark.parametrize("command", [
    ["places", "Sarakhs"],
    ["parameters", "tariff.rail"],
    ["sources", "cpmm"],
    ["scenarios"],
    ["network", "info"],
])  # fmt: skip
@pytest.mark.parametrize("form", ["table", "json", "csv", "markdown"])
def test_listings(capsys: Capture, command: list[str], form: str) -> None:
    code, out, err = run(capsys, *command, "--format", form)
    assert (code, err) == (0, "")
    assert out.strip()


def test_parameters_are_found_by_their_grade(capsys: Capture) -> None:
    rows = json.loads(run(capsys, "parameters", "--format", "json")[1])
    assumed = json.loads(run(capsys, "parameters", "assumed", "--format", "json")[1])
    assert assumed
    assert assumed == [row for row in rows if "assumed" in row.values()]


def test_a_chokepoint_is_known_in_any_case(capsys: Capture) -> None:
    way = ("explain", "suez-novorossiysk", "--format", "json", "--close")
    assert run(capsys, *way, "Suez") == run(capsys, *way, "suez")


def test_a_corridor_that_lies_elsewhere_is_listed_with_its_reason(capsys: Capture) -> None:
    way = ("compare", "Semey", "Pavlodar", "--corridor", "suez-novorossiysk")
    code, out, _ = run(capsys, *way, "--format", "json")
    refused = json.loads(out)["not_possible"]
    assert code == 3
    assert [row["corridor"] for row in refused] == ["suez-novorossiysk"]
    assert refused[0]["reason"].endswith("it does not fit this journey")
    told = " ".join(run(capsys, *way)[1].split())
    assert "`corridors route` finds the best way of all" in told


REFUSALS = {
    "unknown place": (["compare", "Atlantis"], 1, "'Atlantis' is no known place"),
    "ambiguous place": (["compare", "Sarakh"], 1, "could be several places: IRS"),
    "swapped coordinates": (["compare", "82.7,95.1"], 1, "km from the nearest road"),
    "impossible coordinates": (["route", "120.5,31.2", "KZUKT"], 1, "did you mean 31.2,120.5?"),
    "sea for rail": (["distance", "15,65", "IRSRP", "--mode", "rail"], 1, "km from the nearest"),
    "no way": (["distance", "LKCMB", "INVTZ", "--mode", "rail"], 3, "no rail line leads from"),
    "unreachable": (["route", "--exclude-country", "KZ"], 3, "no itinerary from"),
    "negative mass": (["compare", "--mass-t", "-5"], 2, "must be more than zero"),
    "unknown parameter": (["compare", "--set", "tarif.rail.KZ.bulk=1"], 1, "did you mean"),
    "parameter without number": (["compare", "--set", "x.y"], 1, "write PARAMETER=NUMBER"),
    "unknown corridor": (["compare", "--corridor", "instc-est"], 1, "did you mean"),
    "unknown scenario": (["compare", "--scenario", "opne"], 1, "did you mean open?"),
    "unknown closure": (["compare", "--close", "suex"], 1, "did you mean suez"),
    "both ends unknown": (["compare", "Atlantis", "Lemuria"], 1, "- 'Lemuria' is no known place"),
    "unknown country": (["compare", "--exclude-country", "Irann"], 1, "as in IR or KZ"),
    "countries in one": (["compare", "--exclude-country", "RU,IR"], 1, "one --exclude-country for"),
    "corridor for a place": (["sensitivity", "air-bom-ala"], 1, "as --corridor air-bom-ala"),
    "corridor on a route": (["route", "air-bom-ala"], 1, "is a corridor, no place: leave it out"),
    "page": (["compare", "-o", "x.html"], 1, "`corridors map -o x.html`"),
    "too far by a mode": (["distance", "38.5,58", "KZUKT", "--mode", "road"], 1, "raise --limit"),
    "no way by a mode": (["distance", "LKCMB", "INVTZ", "--mode", "rail"], 3, "route LKCMB INVTZ`"),
    "planned corridor": (["explain", "chabahar-rail"], 3, "--year YYYY counts lines that open"),
    "spreadsheet": (["compare", "-o", "answer.xlsx"], 1, ".xlsx is not written; give"),
    "no such folder": (["map", "Atlantis", "-o", "no-such/x.html"], 1, "does not exist; make"),
    "unknown cargo": (["compare", "--cargo", "gold"], 1, "commodity 'gold' is unknown"),
    "unknown unit": (["compare", "--unit", "pallet"], 2, "pallet"),
    "same ends": (["route", "KZUKT", "KZUKT"], 1, "origin and destination are both"),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSALS)
def test_refusals_name_what_where_and_what_to_do(capsys: Capture, case: str) -> None:
    argv, expected, message = REFUSALS[case]
    code, out, err = run(capsys, *argv)
    assert (code, out) == (expected, "")
    assert message in " ".join(err.replace("│", " ").split())


def test_a_misspelt_scenario_key_is_named_with_its_line(capsys: Capture, tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(
        'id = "mine"\nname = "Mine"\nas_of = 2026-01-01\ndescription = "x"\n[close]\n'
        'country = ["IR"]\n[sett]\n"holding_rate.*" = 3\n'
    )
    code, out, err = run(capsys, "compare", "--scenario", str(path))
    assert (code, out) == (1, "")
    assert "line 6: [close] has no key 'country'; did you mean countries?" in err
    assert "line 7: unknown key 'sett'; did you mean set?" in err


def test_two_corridors_with_one_id(capsys: Capture, tmp_path: Path) -> None:
    row = (
        '[[corridor]]\nid = "x"\nname = "X"\nfamily = "X"\nvia = ["IRSRP"]\n'
        'status = "operational"\nas_of = 2026-01-01\nsources = []\n'
    )
    (tmp_path / "corridors.toml").write_text(row + row)
    code, _, err = run(capsys, "compare", "--data", str(tmp_path))
    assert code == 1
    assert "line 9: corridor id 'x' is already used on line 1" in err


def test_a_table_with_a_wrong_unit(capsys: Capture, tmp_path: Path) -> None:
    (tmp_path / "parameters.csv").write_text(
        "key,value,low,high,unit,price_year,source_id,locator,grade,as_of,note\n"
        "border_dwell.sarakhs-rail.*,60,24,168,days,,assumption,,assumed,2026,\n"
    )
    code, _, err = run(capsys, "compare", "--data", str(tmp_path))
    assert code == 1
    assert "border_dwell.sarakhs-rail.*: unit 'days' is wrong; this family is in h" in err


def test_a_failing_command_leaves_no_file(capsys: Capture, tmp_path: Path) -> None:
    target = tmp_path / "page.html"
    code, _, _ = run(capsys, "map", "-o", str(target), "--exclude-country", "KZ")
    assert code == 3
    assert list(tmp_path.iterdir()) == []


def test_a_row_is_enough_for_a_new_tariff(capsys: Capture, tmp_path: Path) -> None:
    (tmp_path / "parameters.csv").write_text(
        "key,value,low,high,unit,price_year,source_id,locator,grade,as_of,note\n"
        "tariff.rail.KZ.container_20,0.1,0.1,0.1,usd_per_teu_km,2026,assumption,,assumed,2026,\n"
    )
    plain = result(capsys, "explain", "china-lianyungang-dostyk")["itineraries"][0]["cost_usd"]
    mine = result(capsys, "explain", "china-lianyungang-dostyk", "--data", str(tmp_path))
    assert mine["itineraries"][0]["cost_usd"] < plain


@pytest.mark.parametrize("argv", [
    ["compare"], ["route"], ["explain", "air-bom-ala"], ["front"], ["risk"], ["sensitivity"],
    ["breakeven", "a", "b"], ["resilience"], ["matrix", "--from", "INMUN"], ["validate"],
    ["places"], ["parameters"], ["scenarios"], ["sources"], ["tables"], ["doctor"],
    ["distance", "INMUN", "KZUKT", "--mode", "road"], ["network", "graph"], ["network", "info"],
    ["network", "check"], ["network", "export", "rail"], ["chart", "front"], ["map"],
], ids=" ".join)  # fmt: skip
def test_a_file_that_cannot_be_written_is_refused_before_anything_is_read(
    capsys: Capture, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, argv: list[str]
) -> None:
    def never(*_: object, **__: object) -> None:
        raise AssertionError("read before the file was looked at")

    monkeypatch.setattr("corridors.request.load_world", never)
    monkeypatch.setattr("geodata.world.load_world", never)
    ending = {"map": "html", "chart": "png"}.get(argv[0], "gpkg" if "export" in argv else "json")
    code, out, err = run(capsys, *argv, "-o", str(tmp_path / "no-such" / f"x.{ending}"))
    assert (code, out) == (1, "")
    assert "does not exist; make it first" in err


@pytest.mark.parametrize("by", ["cost", "time", "co2e", "generalised"])
def test_the_best_of_all_ways_is_the_route_and_no_corridor_beats_it(
    capsys: Capture, by: str
) -> None:
    measure = {"cost": "cost_usd", "time": "time_h", "co2e": "co2e_kg"}.get(
        by, "generalised_cost_usd"
    )
    found = result(capsys, "compare", "--by", by)
    (route,) = result(capsys, "route", "--by", by)["itineraries"]
    best = found["best_of_all"]
    assert {key: route[key] for key in best if key in route} == {
        key: best[key] for key in best if key in route
    }
    assert all(best[measure] <= one[measure] for one in found["itineraries"])
    above = found["itineraries"][0][measure] - best[measure]
    assert best["best_corridor_above"] == pytest.approx(above, abs=1e-6)
    assert best["share"] == pytest.approx(above / best[measure], abs=1e-9)


def test_without_a_corridor_the_best_of_all_ways_is_told(capsys: Capture) -> None:
    way = ("compare", "--corridor", "chabahar-rail")
    code, out, _ = run(capsys, *way, "--format", "json")
    best = json.loads(out)["best_of_all"]
    assert (code, best["best_corridor_above"], best["share"]) == (3, None, None)
    told = run(capsys, *way)[1]
    assert best["way"] in " ".join(told.split())
    code, out, _ = run(capsys, "compare", "--exclude-country", "KZ", "--format", "json")
    assert (code, "best_of_all" in json.loads(out)) == (3, False)


def test_python_answers_what_the_command_line_writes(capsys: Capture) -> None:
    import corridors

    assert corridors.compare().to_dict() == result(capsys, "compare")
    assert corridors.route().to_dict() == result(capsys, "route")


def test_semicolons_and_decimal_commas_hold_the_same_values(capsys: Capture) -> None:
    import csv

    plain = run(capsys, "compare", "--format", "csv")[1]
    text = run(capsys, "compare", "--format", "csv-semicolon")[1].removeprefix("\ufeff")
    expected = list(csv.DictReader(plain.splitlines()))
    found = list(csv.DictReader(text.splitlines(), delimiter=";"))
    assert [list(row) for row in found] == [list(row) for row in expected]
    for row, other in zip(found, expected, strict=True):
        assert row["cost_usd_per_t"].replace(",", ".") == other["cost_usd_per_t"]
        assert "," in row["cost_usd_per_t"]
        assert row["name"] == other["name"]
        assert row["rank"] == other["rank"]


@pytest.mark.parametrize("criterion", ["cost", "time"])
def test_what_an_itinerary_is_made_of_adds_up(criterion: str) -> None:
    import corridors
    from corridors.itinerary import Criterion
    from corridors.ledger_text import made_of

    (itinerary,) = corridors.compare(corridor="instc-east-sarakhs").comparison.itineraries
    parts = dict(made_of(itinerary, Criterion(criterion)))
    assert sum(parts.values()) == pytest.approx(1)
    what = {"cost": ("border fee", "border_fee."), "time": ("border time", "border_dwell.")}
    words, prefix = what[criterion]
    lines = [line for line in itinerary.ledger if line.criterion.value == criterion]
    total = sum(line.amount for line in lines)
    own = sum(line.amount for line in lines if line.parameter.startswith(prefix))
    assert own > 0
    assert parts[words] == pytest.approx(own / total)


def test_a_table_goes_in_as_it_came_out(capsys: Capture, tmp_path: Path) -> None:
    """With semicolons and decimal commas too, to a matrix and to a sweep."""
    points = tmp_path / "points.csv"
    assert run(capsys, "places", "Bandar", "--format", "csv-semicolon", "-o", points)[0] == 0
    code, out, _ = run(capsys, "matrix", "--from", points, "--to", "KZUKT", "--format", "csv")
    assert code == 0
    assert len(out.splitlines()) > 1
    sweep = tmp_path / "cases.toml"
    sweep.write_text('destinations = ["KZUKT"]\n[origins]\nfile = "points.csv"\n', "utf-8")
    assert run(capsys, "sweep", sweep, "--dry-run")[0] == 0


def test_a_dash_is_stdout(capsys: Capture, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    code, out, _ = run(capsys, "scenarios", "--format", "csv", "-o", "-")
    assert code == 0
    assert out.count("\n") > 10
    assert list(tmp_path.iterdir()) == []


def test_of_nothing_there_are_no_per_cent(capsys: Capture) -> None:
    nothing = [f"co2e.{family}.*=x0" for family in ("rail", "sea", "road", "handling")]
    asked = [part for each in nothing for part in ("--set", each)]
    code, out, _ = run(capsys, "compare", "--by", "co2e", "--corridor", "air-bom-ala", *asked)
    assert code == 0
    assert "of CO2e" in out
    assert " %)" not in out


def test_a_suspended_corridor_waits_for_no_line(capsys: Capture) -> None:
    argv = ("explain", "karachi-overland", "--scenario", "situation-2026-11")
    code, _, err = run(capsys, *argv)
    assert code == 3
    assert "--year" not in err
