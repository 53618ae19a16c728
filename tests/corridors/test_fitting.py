"""Tables that fit: no line too wide, no letter lost, no word broken that need not be."""

from __future__ import annotations

import io
import json
import random
import re

import pytest
from rich.cells import cell_len
from rich.console import Console

from corridors.cli import main
from corridors.fitting import Fitted, fit, parts, wrap

WORDS = (
    "tariff.rail.KZ.container_20", "gauge_change_dwell.KZALT.*", "-3.5", "14 193.5", "2026-11-22",
    "Altynkol - Horgos (CN side)", "argendata-grid", "", "a", "Öskemen", "0.0 + 2.3", "..", "x_",
)  # fmt: skip


def cases(count: int = 60) -> list[list[list[str]]]:
    chance = random.Random(7)
    return [
        [[chance.choice(WORDS) for _ in range(columns)] for _ in range(chance.randint(1, 6))]
        for columns in (chance.randint(1, 6) for _ in range(count))
    ]


def bare(text: str) -> str:
    return re.sub(r"\s", "", text)


def shown(columns: list[str], cells: list[list[str]], width: int) -> str:
    out = io.StringIO()
    Console(file=out, width=width, no_color=True).print(Fitted(columns, cells))
    return out.getvalue()


@pytest.mark.parametrize("text", WORDS)
def test_parts_joined_are_the_text_and_never_cut_a_number(text: str) -> None:
    assert "".join(parts(text)) == text
    numbers = re.findall(r"\d[\d.-]*", text)
    assert re.findall(r"\d[\d.-]*", "\n".join(parts(text))) == numbers


@pytest.mark.parametrize("width", [1, 2, 5, 11, 30])
@pytest.mark.parametrize("text", WORDS)
def test_wrapped_lines_fit_and_hold_every_letter(text: str, width: int) -> None:
    lines = wrap(text, width)
    assert all(cell_len(line) <= width for line in lines)
    assert bare("".join(lines)) == bare(text)
    longest = max((cell_len(part.strip()) for part in parts(text)), default=0)
    if width >= longest:  # then no part is broken
        broken = [part.strip() for part in parts(text) if not any(part.strip() in x for x in lines)]
        assert not broken


def test_columns_have_room_for_their_parts_and_no_more_than_there_is() -> None:
    fitting = 0
    for cells in cases():
        for width in (20, 40, 80, 140):
            widths = fit(cells, width)
            least = [
                max(cell_len(part.strip()) for cell in column for part in parts(cell) or [""])
                for column in zip(*cells, strict=True)
            ]
            assert (widths is None) is (sum(least) + 3 * len(least) - 1 > width)
            if widths is not None:
                fitting += 1
                assert sum(widths) + 3 * len(widths) - 1 <= width
                assert all(a >= b for a, b in zip(widths, least, strict=True))
    assert fitting


def test_a_shown_table_is_no_wider_than_its_place_and_loses_nothing() -> None:
    for cells in cases():
        columns = [f"column_{number}" for number in range(len(cells[0]))]
        for width in (30, 80, 140):
            text = shown(columns, cells, width)
            assert all(cell_len(line) <= width for line in text.splitlines())
            letters = sorted(bare(text).replace("─", ""))
            if fit([columns, *cells], width) is not None:
                assert letters == sorted(
                    bare("".join([*columns, *(value for row in cells for value in row)]))
                )


@pytest.mark.parametrize("columns", [80, 140])
@pytest.mark.parametrize("corridor", ["instc-east-sarakhs", "middle-corridor-poti"])
def test_a_ledger_on_a_terminal_names_every_parameter_whole(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, corridor: str, columns: int
) -> None:
    assert main(["explain", corridor, "--format", "json"]) == 0
    legs = json.loads(capsys.readouterr().out)["itineraries"][0]["legs"]
    keys = {line["parameter"] for leg in legs for line in leg["ledger"]}
    monkeypatch.setenv("COLUMNS", str(columns))
    assert main(["explain", corridor]) == 0
    told = capsys.readouterr().out
    assert all(len(line) <= columns for line in told.splitlines())
    pieces = {part for key in keys for part in parts(key)}
    assert [part for part in pieces if not any(part in line for line in told.splitlines())] == []
