"""What a shell may complete: ids and names, read from columns of the small tables alone.

Neither the network nor a graph is loaded, no row is checked, and a table that cannot be read is
passed over: somebody is in the middle of a word and wants no complaint. The command that follows
complains.
"""

from __future__ import annotations

import csv
import tomllib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from corridors.finding import plain_text
from corridors.named import corridor_files
from corridors.scenario import SCENARIOS, scenario_ids
from geodata.world import DATA

Folders = Sequence[Path]


class Offer(NamedTuple):
    """A text that would do in place of what was typed, and a few words about it."""

    text: str
    about: str


def place_offers(typed: str, folders: Folders = ()) -> list[Offer]:
    """Return ids and, once something is typed, names; every one means exactly one place.

    A name that several places have is offered as their ids.
    """
    rows = _rows("places", "place_id", folders)
    wanted = plain_text(typed)
    by_id = [
        Offer(key, row["name"]) for key, row in rows.items() if plain_text(key).startswith(wanted)
    ]
    if not wanted:
        return by_id
    meant: dict[str, set[str]] = defaultdict(set)
    spelt: dict[str, str] = {}
    for key, row in rows.items():
        for name in filter(None, (row["name"], *row["aliases"].split(";"))):
            spelling = plain_text(name)
            meant[spelling].add(key)
            spelt.setdefault(spelling, name.strip())
    ids = {plain_text(row[column]) for row in rows.values() for column in ("place_id", "locode")}
    named: list[Offer] = []
    for spelling, keys in meant.items():
        if not spelling.startswith(wanted):
            continue
        if len(keys) == 1 and spelling not in ids:
            (key,) = keys
            named.append(Offer(spelt[spelling], f"{key} {rows[key]['name']}"))
        else:
            named += [Offer(key, rows[key]["name"]) for key in sorted(keys)]
    return list(dict.fromkeys([*by_id, *sorted(named)]))


def closable_offers(typed: str, folders: Folders = ()) -> list[Offer]:
    """Return what can be shut: border crossings, chokepoints and places."""
    found = [
        Offer(key, row["name"])
        for table, column in (("border_crossings", "crossing_id"), ("chokepoints", "chokepoint_id"))
        for key, row in _rows(table, column, folders).items()
    ]
    return [*_starting(typed, found), *place_offers(typed, folders)]


def country_offers(typed: str, folders: Folders = ()) -> list[Offer]:
    """Return the codes of the countries that have a place, by code or by name."""
    names = {
        row["id"]: row["name"]
        for row in _rows("names", "id", folders).values()
        if row["kind"] == "country"
    }
    codes = sorted({row["country"] for row in _rows("places", "place_id", folders).values()})
    found = [Offer(code, names.get(code, "")) for code in codes]
    wanted = plain_text(typed)
    by_name = [one for one in found if wanted and plain_text(one.about).startswith(wanted)]
    return list(dict.fromkeys([*_starting(typed, found), *by_name]))


def corridor_offers(typed: str, folders: Folders = ()) -> list[Offer]:
    """Return the ids of corridors."""
    rows = [row for path in corridor_files(*folders) for row in _toml(path).get("corridor", ())]
    found = {str(row.get("id", "")): str(row.get("name", "")) for row in rows}
    return _starting(typed, (Offer(*item) for item in found.items()))


def scenario_offers(typed: str, folders: Folders = ()) -> list[Offer]:
    """Return the names of scenarios."""
    files = scenario_ids((SCENARIOS, *(folder / "scenarios" for folder in folders)))
    fitting = _starting(typed, (Offer(name, "") for name in files))
    return [Offer(name, str(_toml(files[name]).get("name", ""))) for name, _ in fitting]


def value_offers(typed: str, folders: Folders = ()) -> list[Offer]:
    """Return ``KEY=VALUE`` for every parameter, with the value it has: change that."""
    rows = _rows("parameters", "key", folders)
    found = (Offer(f"{key}={row['value']}", row["unit"]) for key, row in rows.items())
    return _starting(typed, found)


def key_offers(typed: str, folders: Folders = ()) -> list[Offer]:
    """Return the keys of parameters."""
    rows = _rows("parameters", "key", folders)
    return _starting(
        typed, (Offer(key, f"{row['value']} {row['unit']}") for key, row in rows.items())
    )


def cargo_offers(typed: str, folders: Folders = ()) -> list[Offer]:
    """Return the commodities that have a value."""
    keys = (key.split(".") for key in _rows("parameters", "key", folders))
    found = sorted({parts[-1] for parts in keys if parts[0] == "value"})
    return _starting(typed, (Offer(name, "") for name in found))


def _starting(typed: str, offers: Iterable[Offer]) -> list[Offer]:
    wanted = typed.casefold()
    return [offer for offer in offers if offer.text.casefold().startswith(wanted)]


def _rows(table: str, key: str, folders: Folders) -> dict[str, dict[str, str]]:
    """Return the rows of a table by one column; those of a folder replace the shipped ones."""
    return {
        row[key]: row
        for folder in (DATA, *folders)
        for row in _read(folder / f"{table}.csv")
        if row.get(key)
    }


def _read(path: Path) -> Iterator[dict[str, str]]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            yield from csv.DictReader(stream, restkey="", restval="")
    except (OSError, UnicodeDecodeError, csv.Error):
        return


def _toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError):
        return {}
