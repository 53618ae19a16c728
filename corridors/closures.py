"""What must not be used: as sets of ids, from what people write, and checked against the tables."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass, fields
from typing import Final

from corridors.errors import UnknownPlaceError, did_you_mean
from corridors.finding import find_place, plain_text
from geodata.vocabulary import Mode
from geodata.world import World

FIELD_OF: Final[Mapping[str, str]] = {
    "place": "places",
    "crossing": "crossings",
    "country": "countries",
    "chokepoint": "chokepoints",
    "mode": "modes",
    "corridor": "corridors",
}
"""The field of `Closures` that each kind of thing belongs to."""
CLOSABLE: Final = tuple(name for name in FIELD_OF.values() if name != "corridors")
"""What one may ask to close; a corridor is only shut by a restriction or a status."""
_CODE_LETTERS: Final = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Closures:
    """What must not be used, each a set of ids."""

    places: frozenset[str] = frozenset()
    crossings: frozenset[str] = frozenset()
    countries: frozenset[str] = frozenset()
    chokepoints: frozenset[str] = frozenset()
    modes: frozenset[str] = frozenset()
    corridors: frozenset[str] = frozenset()

    def __or__(self, other: Closures) -> Closures:
        names = [field.name for field in fields(self)]
        return Closures(**{name: getattr(self, name) | getattr(other, name) for name in names})


def closure_of(kind: str, subject_id: str) -> Closures:
    """Return the closure of one thing alone, by its kind as in `FIELD_OF`."""
    return Closures(**{FIELD_OF[kind]: frozenset({subject_id})})


def closures_of(
    close: Iterable[str], countries: Iterable[str], world: World
) -> tuple[Closures, list[str]]:
    """Return closures by the kind of thing that each text names, and what is wrong with them.

    A country is a code or a name. A text of `close` is the id of a border crossing, that of a
    chokepoint in any case, or any spelling of a place.
    """
    closures = Closures(countries=frozenset(_country(country, world) for country in countries))
    problems: list[str] = []
    for name in close:
        if name in world.border_crossings:
            closures |= closure_of("crossing", name)
        elif name.lower() in world.chokepoints:
            closures |= closure_of("chokepoint", name.lower())
        else:
            try:
                closures |= closure_of("place", find_place(name, world).place_id)
            except UnknownPlaceError as error:
                known = [*world.border_crossings, *world.chokepoints]
                near = [*difflib.get_close_matches(name, known, n=3), *error.matches]
                hint = f"; did you mean {', '.join(near)}?" if near else ""
                problems.append(f"--close {name}: no one place, crossing or chokepoint{hint}")
    return closures, problems + closure_problems(closures, world)


def _country(text: str, world: World) -> str:
    """Return the code of a country that a code or a name means; a text of neither as a code."""
    wanted = plain_text(text)
    names = world.selector_names["country"]
    spoken = {plain_text(name).removeprefix("the "): code for code, name in names.items()}
    return spoken.get(wanted, text.upper())


def closure_problems(closures: Closures, world: World) -> list[str]:
    """Return every closed id that does not exist, with what there is."""
    known: dict[str, Set[str]] = {
        "places": world.places.keys(),
        "crossings": world.border_crossings.keys(),
        "countries": world.words["country"],
        "chokepoints": world.chokepoints.keys(),
        "modes": {mode.value for mode in Mode},
    }
    problems = []
    for kind, words in known.items():
        for name in sorted(getattr(closures, kind)):
            if name not in words:
                hint = did_you_mean(name, words, most=3, cutoff=0.4)
                if kind == "countries" and len(name) != _CODE_LETTERS:
                    hint += " (write the name, or the ISO code of two letters, as in IR or KZ; "
                    hint += "several: one --exclude-country for each)"
                problems.append(f"close {kind}: {name!r} does not exist{hint}")
    return problems
