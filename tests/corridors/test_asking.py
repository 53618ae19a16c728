"""Asking from Python: the same answers as on the command line, and safe to show in a notebook."""

from __future__ import annotations

import csv
import html
import io
from dataclasses import fields, replace
from html.parser import HTMLParser
from pathlib import Path

import pytest

import corridors
from corridors.asking import Answer, Options, Page
from corridors.cli import main

UNSAFE = '<img src=x onerror="alert(1)"> & {{ 7 * 7 }}'


class Reader(HTMLParser):
    """Notes every tag, every piece of text and the attributes of frames."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.texts: list[str] = []
        self.frame: dict[str, str | None] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        if tag == "iframe":
            self.frame = dict(attrs)

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


def read(text: str) -> Reader:
    reader = Reader()
    reader.feed(text)
    reader.close()
    return reader


@pytest.fixture(scope="module")
def answer() -> Answer:
    return corridors.compare(scenario="no-iran", mass_t=500)


def test_every_field_of_a_request_may_be_asked_for() -> None:
    names = {field.name for field in fields(corridors.Request)}
    assert Options.__annotations__.keys() | {"origin", "destination"} == names


def test_an_answer_is_what_the_command_line_says(
    answer: Answer, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["compare", "--scenario", "no-iran", "--mass-t", "500", "--format", "csv"]) == 0
    told = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    frame = answer.to_frame()
    assert list(frame.columns) == list(told[0])
    assert frame["corridor"].tolist() == [row["corridor"] for row in told]
    assert frame["cost_usd"].tolist() == pytest.approx([float(row["cost_usd"]) for row in told])


def test_ledger_and_legs_add_up_to_the_itinerary(answer: Answer) -> None:
    chosen = "suez-novorossiysk"
    ledger = answer.ledger(chosen)
    for criterion, column in (("cost", "cost_usd"), ("time", "time_h"), ("co2e", "co2e_kg")):
        total = ledger.loc[ledger["criterion"] == criterion, "amount"].sum()
        assert total == pytest.approx(answer.legs(chosen)[column].sum())
    cents = answer.itinerary(chosen).criteria.cost_cents
    assert answer.legs(chosen)["cost_usd"].sum() == pytest.approx(cents / 100)
    assert answer.best is answer.comparison.itineraries[0]


def test_one_text_and_one_path_mean_themselves(tmp_path: Path) -> None:
    one = corridors.compare(corridor="suez-novorossiysk", data=tmp_path, with_files=[])
    assert one.request.corridor == ("suez-novorossiysk",)
    assert one.request.data == (tmp_path,)
    assert len(one.comparison.itineraries) == 1


def test_a_value_that_is_set_counts() -> None:
    key = "tariff.rail.CN.container_20"
    chosen = "china-lianyungang-dostyk"
    plain = corridors.compare(corridor=chosen)
    dear = corridors.compare(corridor=chosen, set_value={key: 0.76})
    rail = plain.ledger().query("parameter == @key")["amount"].sum()
    assert dear.ledger().query("parameter == @key")["amount"].sum() == pytest.approx(2 * rail)


def test_names_are_text_in_the_table(answer: Answer) -> None:
    itinerary = replace(answer.best, name=UNSAFE)
    refused = replace(answer.comparison.not_possible[0], name=UNSAFE, reason=UNSAFE)
    changed = replace(answer.comparison, itineraries=(itinerary,), not_possible=(refused,))
    found = read(Answer(answer.request, changed)._repr_html_())
    assert "img" not in found.tags
    assert found.tags.count("tr") == 2
    assert "".join(found.texts).count(UNSAFE) == 3


def test_the_page_stands_in_a_frame_that_reaches_nothing_around_it() -> None:
    shown = Page(f'<!DOCTYPE html><p title="a\'b">{html.escape(UNSAFE)}</p>')
    found = read(shown._repr_html_())
    assert found.tags == ["iframe"]
    assert found.frame["srcdoc"] == shown.html
    assert "allow-same-origin" not in (found.frame["sandbox"] or "")


def test_the_page_is_the_one_that_the_command_writes(answer: Answer, tmp_path: Path) -> None:
    command, method = tmp_path / "command.html", tmp_path / "method.html"
    assert main(["map", "-o", str(command), "--scenario", "no-iran", "--mass-t", "500"]) == 0
    answer.page().write(method)
    assert method.read_bytes() == command.read_bytes()


def test_what_there_is_none_of_is_told(answer: Answer) -> None:
    with pytest.raises(corridors.CorridorsError, match="no itinerary of nowhere; there are: "):
        answer.legs("nowhere")
    refused = answer.comparison.not_possible[0]
    with pytest.raises(corridors.CorridorsError, match=refused.corridor_id):
        answer.ledger(refused.corridor_id)
    with pytest.raises(corridors.CorridorsError, match="no named corridor"):
        corridors.route("INVTZ", "KZALM").page()
