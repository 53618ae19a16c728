"""Named corridors and scenarios: how rows are read, and how mistakes are named."""

from __future__ import annotations

from pathlib import Path

import pytest
import worlds
from worlds import place

from corridors.closures import Closures
from corridors.named import Gate, Stage, pick, read_corridors, reverse
from corridors.scenario import parse_scenario
from geodata.errors import DataError
from geodata.rows import Restriction
from geodata.vocabulary import Grade, Mode

WORLD = worlds.world([place("PORT"), place("GATE"), place("YARD", "BB")])
ROW = """
[[corridor]]
id = "{id}"
name = "A corridor"
family = "Drawn"
via = {via}
status = "operational"
as_of = 2026-01-01
sources = []
"""


def read(tmp_path: Path, text: str) -> object:
    path = tmp_path / "corridors.toml"
    path.write_text(text)
    return read_corridors(path, WORLD)


def test_stages_are_read_as_written(tmp_path: Path) -> None:
    text = ROW.format(id="a", via='["PORT@sea", "rail > GATE", ["YARD", "GATE@road"]]')
    (corridor,) = read(tmp_path, text)  # type: ignore[misc]
    assert corridor.via == (
        Stage((Gate("PORT", Mode.SEA),)),
        Stage((Gate("GATE"),), Mode.RAIL),
        Stage((Gate("YARD"), Gate("GATE", Mode.ROAD))),
    )


def test_the_way_back_runs_each_stretch_by_its_own_mode() -> None:
    a, b, c = Stage((Gate("A"),)), Stage((Gate("B"),), Mode.RAIL), Stage((Gate("C"),), Mode.ROAD)
    back = reverse([a, b, c])
    assert [(stage.gates[0].place_id, stage.by) for stage in back] == [
        ("C", None),
        ("B", Mode.ROAD),
        ("A", Mode.RAIL),
    ]
    assert reverse(back) == (a, b, c)


@pytest.mark.parametrize(("via", "message"), [
    ('["NOWHERE"]', "via 'NOWHERE' is no place of places.csv"),
    ('["PORT@boat"]', "'boat' is no mode"),
    ('["tram > PORT"]', "'tram' is no mode"),
    ('[["rail > PORT", "GATE"]]', "alternatives must be reached by the same mode"),
    ('"PORT"', "via must be a list"),
])  # fmt: skip
def test_bad_stages(tmp_path: Path, via: str, message: str) -> None:
    with pytest.raises(DataError, match=message):
        read(tmp_path, ROW.format(id="a", via=via))


def test_all_mistakes_of_a_file_come_at_once(tmp_path: Path) -> None:
    text = ROW.format(id="a", via='["X"]') + ROW.format(id="a", via="[]") + 'nmae = "y"\n'
    with pytest.raises(DataError) as caught:
        read(tmp_path, text)
    text = str(caught.value)
    assert "line 11: corridor id 'a' is already used on line 2" in text
    assert "via 'X' is no place" in text
    assert "unknown key 'nmae'; did you mean name?" in text


def test_unknown_corridors_are_named_with_the_nearest(tmp_path: Path) -> None:
    corridors = read(tmp_path, ROW.format(id="north-south", via="[]"))
    with pytest.raises(DataError, match="did you mean north-south"):
        pick(corridors, ["nroth-south"])  # type: ignore[arg-type]


HEAD = 'id = "s"\nname = "S"\nas_of = 2026-01-01\ndescription = "d"\n'


def test_a_scenario_sets_multiplies_and_closes() -> None:
    text = HEAD + (
        '[close]\ncountries = ["BB"]\n'
        '[set]\n"border_dwell.*.*" = 5\n'
        '[multiply]\n"tariff.rail.*" = 2\n'
    )
    scenario = parse_scenario(text, WORLD, "s.toml")
    prices = scenario.parameters(WORLD)
    assert scenario.closures.countries == {"BB"}
    assert prices.find("border_dwell", "x", "bulk").value == 5
    assert prices.find("tariff.rail", "AA", "bulk").value == 1.0
    assert prices.find("tariff.rail", "BB", "bulk").value == 0.5
    assert WORLD.parameters.find("tariff.rail", "AA", "bulk").value == 0.5


@pytest.mark.parametrize(("text", "message"), [
    ("nmae = 3\n" + HEAD, "line 1: unknown key 'nmae'; did you mean name?"),
    (HEAD.replace("as_of = 2026-01-01", 'as_of = "soon"'), "line 3: as_of must be a date"),
    (HEAD.replace('id = "s"\n', ""), "key 'id' is missing"),
    (HEAD + '[close]\ncountry = ["BB"]\n', r"line 6: \[close\] has no key 'country'"),
    (HEAD + '[close]\nplaces = ["NOWHERE"]\n', "line 6: close places: 'NOWHERE' does not exist"),
    (HEAD + '[set]\n"border_dwel.*.*" = 5\n', "unknown parameter border_dwel"),
    (HEAD + '[set]\n"border_dwell.*.*" = "x"\n', "must be a number"),
    (HEAD + '[multiply]\n"nothing.*" = 5\n', "no parameter matches 'nothing"),
    ("id = ", "not TOML"),
])  # fmt: skip
def test_bad_scenarios(text: str, message: str) -> None:
    with pytest.raises(DataError, match=message):
        parse_scenario(text, WORLD, "s.toml")


def test_restrictions_close_only_where_they_apply() -> None:
    rows = [
        Restriction("r1", "country", "BB", "AA", "closed", "ban", "", "", "drawn", Grade.ASSUMED),
        Restriction("r2", "place", "PORT", "", "flag", "slow", "", "", "drawn", Grade.ASSUMED),
    ]
    dated = parse_scenario(HEAD + "apply_restrictions = true\n", WORLD, "s.toml")
    assert dated.closed(rows, "AA") == Closures(countries=frozenset({"BB"}))
    assert dated.closed(rows, "CC") == Closures()
    assert worlds.OPEN.closed(rows, "AA") == Closures()
