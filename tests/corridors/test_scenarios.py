"""Scenario files: statuses of single lines, mistakes by their own line, what ships."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path

import pytest
import worlds
from drawn import Drawn, planned

from corridors.cli import main
from corridors.itinerary import Itinerary
from corridors.pricing import By
from corridors.request import Request
from corridors.scenario import SCENARIOS, Scenario, parse_scenario
from corridors.toml_lines import TomlLines
from geodata.errors import DataError
from geodata.parameters import Parameters
from geodata.sources import load_sources
from geodata.vocabulary import Status
from geodata.world import DATA

SHIPPED = sorted(path.stem for path in SCENARIOS.glob("*.toml"))
HEAD = 'id = "x"\nname = "X"\nas_of = 2026-01-01\ndescription = "d"\n'
WORLD = worlds.world(
    [worlds.place("PORT"), worlds.place("FAR", "BB")],
    border_crossings=[worlds.crossing("c-rail", "PORT", "FAR")],
    chokepoints=[worlds.chokepoint("canal")],
)


def names() -> frozenset[str]:
    return frozenset({"North - South", "west"})


def faults(text: str) -> list[str]:
    with pytest.raises(DataError) as found:
        parse_scenario(HEAD + text, WORLD, "x.toml", names)
    return list(found.value.problems)


def corridor(scenario: str, corridor_id: str) -> Itinerary | None:
    request = Request(scenario=scenario, corridor=(corridor_id,))
    found = request.planner.compare(request.corridors).itineraries
    return found[0] if found else None


def test_a_refined_row_that_is_set_is_multiplied_too() -> None:
    """So `Scenario.factor`, by which the values of ties are turned into --set, holds for it."""
    key = "speed.rail.BB.container_20"
    scenario = Scenario(
        scenario_id="x", name="X", as_of="", description="", values={key: 100.0},
        factors={"speed.rail.BB.*": 1.5},
    )  # fmt: skip
    found = scenario.parameters(WORLD)
    assert found.find("speed.rail", "BB", "container_20").value == 150 == 100 * scenario.factor(key)
    assert found.find("speed.rail", "BB", "bulk").value == 360 * 1.5


def test_patterns_that_match_one_key_multiply_with_each_other() -> None:
    def parameters(multiply: str) -> Parameters:
        text = f"{HEAD}[multiply]\n{multiply}"
        scenario = parse_scenario(text, WORLD, "x.toml")
        found = scenario.parameters(WORLD)
        assert scenario.factor("border_fee.*.*") == found.find("border_fee", "*", "*").value / fee
        return found

    fee, speed = (
        WORLD.parameters.find(*key).value
        for key in (("border_fee", "*", "*"), ("border_dwell", "*", "*"))
    )
    for text in ('"border_fee.*" = 2\n"border_*" = 3\n', '"border_*" = 3\n"border_fee.*" = 2\n'):
        found = parameters(text)
        assert found.find("border_fee", "*", "*").value == fee * 6
        assert found.find("border_dwell", "*", "*").value == speed * 3


def test_the_scenarios_of_the_issue_ship() -> None:
    assert set(SHIPPED) >= {
        "open", "situation-2026-11", "strict-sanctions", "no-iran", "no-russia", "suez-closed",
        "hormuz-shut", "ktz-tariff-x2", "chabahar-rail", "rasht-astara", "2030", "winter-caspian",
    }  # fmt: skip


@pytest.mark.parametrize("name", SHIPPED)
def test_shipped_scenarios_are_dated_described_and_sourced(name: str) -> None:
    entry = tomllib.loads((SCENARIOS / f"{name}.toml").read_text(encoding="utf-8"))
    assert len(entry["description"]) > 40
    assert set(entry["sources"]) <= load_sources(DATA / "sources").keys()
    assert entry["sources"] or name == "open"
    scenario = Request(scenario=name).resolved_scenario
    assert scenario.parameters(Request().world).rows


def test_a_status_opens_one_line_only() -> None:
    assert corridor("open", "chabahar-rail") is None
    found = corridor("chabahar-rail", "chabahar-rail")
    assert found is not None
    assert found.status == "operational"
    assert {leg.status for leg in found.legs} == {Status.OPERATIONAL}
    assert "Chabahar - Khash" in {leg.note for leg in found.legs}
    assert corridor("rasht-astara", "chabahar-rail") is None


def test_the_western_corridor_takes_the_new_railway_once_it_is_open() -> None:
    before, after = (corridor(name, "instc-west-astara") for name in ("open", "rasht-astara"))
    assert before is not None
    assert after is not None
    assert "road" in {leg.mode and leg.mode.value for leg in before.legs}
    assert "road" not in {leg.mode and leg.mode.value for leg in after.legs}
    assert after.criteria.cost_cents < before.criteria.cost_cents


def test_closures_of_shipped_scenarios_hold() -> None:
    for name, word in (("suez-closed", "suez"), ("hormuz-shut", "hormuz")):
        request = Request(scenario=name)
        for itinerary in request.planner.compare(request.corridors).itineraries:
            assert all(word not in leg.chokepoints for leg in itinerary.legs)
    request = Request(scenario="strict-sanctions")
    for itinerary in request.planner.compare(request.corridors).itineraries:
        assert not {"IR", "RU"} & {leg.country for leg in itinerary.legs}


def test_statuses_are_read() -> None:
    text = '[status]\n"North - South" = "operational"\nc-rail = "closed"\nPORT = "planned"\n'
    scenario = parse_scenario(HEAD + text, WORLD, "x.toml", names)
    assert scenario.status == {
        "North - South": Status.OPERATIONAL,
        "c-rail": Status.CLOSED,
        "PORT": Status.PLANNED,
    }
    assert scenario.shut_by_status(WORLD).places == {"PORT"}


def test_a_closed_crossing_or_place_is_not_used() -> None:
    drawn = Drawn(0)
    free = planned(drawn, By.COST)
    (before,) = free.route().itineraries
    used = next(leg for leg in before.legs if leg.crossing_id)
    for name in (used.crossing_id, used.from_place):
        shut = Scenario(
            scenario_id="x", name="X", as_of="", description="", status={name: Status.CLOSED}
        )
        planner = type(free)(
            drawn.world, free._compiled, shut, origin=free.origin, destination=free.destination,
            commodity="slag", mass_t=1000.0, unit=free.consignment.unit, by=By.COST,
        )  # fmt: skip
        for arc in planner.graph.arcs:
            ends = {planner.graph.vertices[at].place_id for at in (arc.tail, arc.head)}
            assert name not in {arc.crossing_id, *ends}


def test_a_closed_crossing_is_opened_by_its_status(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(HEAD + '[status]\nwagah-rail = "operational"\n')
    crossings = {arc.crossing_id for arc in Request().planner.graph.arcs}
    opened = {arc.crossing_id for arc in Request(scenario=str(path)).planner.graph.arcs}
    assert opened - crossings == {"wagah-rail"}


@pytest.mark.parametrize(("text", "problem"), [
    ('[status]\nc-rial = "open"\n', "line 6: [status] c-rial must be one of operational"),
    ('[status]\nc-rail = "operation"\n', "did you mean operational?"),
    ('[status]\nc-rial = "closed"\n', "line 6: [status] 'c-rial' is no line, border crossing"),
    ('[status]\n"North-South" = "closed"\n', "did you mean North - South?"),
    ("[status]\nc-rail = 3\n", "line 6: [status] c-rail must be one of"),
    ('status = "closed"\n', "line 5: status must be a table, not 'closed'"),
    # "countries" stands in the description and in a comment before its own line
    ('# countries\n[close]\ncountries = [\n  "BB",\n  "ZZ",\n]\n', "line 9: close countries: 'ZZ'"),
    ('[close]\nplaces = ["PORT"]\nchokepoints = ["PROT"]\n', "line 7: close chokepoints"),
    ('[multiply]\n"tariff.rail.*" = 2\n[set]\n"tariff.rail.*" = 2\n', "line 8: unknown parameter"),
    ('[set]\n"border_fee.*.*" = 1\n[multiply]\n"border_fee.x" = 2\n', "line 8: multiply: no"),
    ('[set]\n"border_fee.*.*" = 1\n"speed.rail.*.*" = 0\n', "line 7: speed.rail.*.* = 0"),
    ('[set.border_fee]\n"*" = "x"\n', "line 6: [set] border_fee.* must be a number"),
    ("sources = [1]\n", "line 5: sources must be a list of texts"),
    ("sources = [[1]]\n", "line 5: sources must be a list of texts"),
    (
        'sources = [\n  "assumption",\n  "qazba-2026-ktx",\n]\n',
        "line 7: sources: 'qazba-2026-ktx' is in no file of sources/; did you mean qazba-2026-ktz?",
    ),
    ('sources = ["nosuchsource"]\n', "line 5: sources: 'nosuchsource' is in no file of sources/"),
    ("[close]\nplaces = []\n[close]\nplaces = []\n", "line 7: not TOML: Cannot declare"),
    ("[set]\nx = \n", "line 6: not TOML: Invalid value (column 5)"),
    ("[set]\n\"border_fee.*.*\" = nan\n", "line 6: border_fee.*.* = nan: must be a finite"),
    ("year = 12\n", "line 5: year must be from 2000 to 2200, not 12"),
    ("year = true\n", "line 5: year must be a whole number, not True"),
    ("apply_restrictions = 1\n", "line 5: apply_restrictions must be true or false"),
])  # fmt: skip
def test_mistakes_are_named_with_their_own_line(text: str, problem: str) -> None:
    assert any(problem in fault for fault in faults(text)), faults(text)


def test_a_wrong_type_does_not_hide_what_does_not_exist() -> None:
    text = (
        'yaer = 2030\n[close]\nmodes = ["train", "rail"]\ncountries = ["ZZ", 3]\nplace = ["PORT"]\n'
    )
    found = faults(text)
    assert [fault.split(":")[0] for fault in found] == [
        "line 5", "line 8", "line 9", "line 7", "line 8",
    ]  # fmt: skip
    assert "close modes: 'train' does not exist" in found[3]
    assert "close countries: 'ZZ' does not exist" in found[4]
    assert faults("close = 3\n") == ["line 5: close must be a table, not 3"]


def test_lines_of_keys_and_items() -> None:
    lines = TomlLines(
        'a = """\nb = 1\n"""\nb = 2\n[t]\nb = [\n  ["x"], # [\n  "y",\n]\n"c.d" = 1\n[t.u]\nb = 3\n'
    )
    assert [lines.of("b"), lines.of("t", "b"), lines.of("t.c.d"), lines.of("t", "u", "b")] == [
        4, 6, 10, 12,
    ]  # fmt: skip
    assert lines.of_item("y", "t", "b") == 8
    assert lines.of("t", "nothing") == 5
    assert lines.of("nothing") == 1


def test_the_listing_has_date_and_sources(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["scenarios", "--format", "json"]) == 0
    rows = {row["scenario"]: row for row in json.loads(capsys.readouterr().out)}
    assert rows["chabahar-rail"]["changes"].startswith("Chabahar - Khash: operational")
    assert main(["scenarios"]) == 0
    text = capsys.readouterr().out
    assert all(f"{name}  {row['as_of']}" in text for name, row in rows.items())
    assert "sources: qazba-2026-ktz" in text


def test_a_scenario_of_ones_own_opens_a_line(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(HEAD + '[status]\n"Chabahar - Khas" = "operational"\n')
    assert main(["compare", "--scenario", str(path)]) == 1
    assert "line 6: [status] 'Chabahar - Khas'" in capsys.readouterr().err
    path.write_text(HEAD + '[status]\n"Chabahar - Khash" = "operational"\n')
    assert main(["compare", "--scenario", str(path), "--corridor", "chabahar-rail"]) == 0
