"""Finding places: by id, by name in any usual spelling, or by coordinates."""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Iterable
from typing import Final

from corridors.errors import CorridorsError, UnknownPlaceError
from geodata.rows import Place
from geodata.world import World

_COORDINATES: Final = re.compile(r"\s*([+-]?\d+(?:\.\d+)?)\s*,\s*([+-]?\d+(?:\.\d+)?)\s*")
_MAX_LAT: Final = 90.0
_MAX_LON: Final = 180.0
_MOST_MATCHES: Final = 6


def parse_coordinates(text: str) -> tuple[float, float] | None:
    """Return (lat, lon) if a text is a pair of decimal degrees, else None.

    Raises
    ------
    CorridorsError
        If the numbers are no place on Earth; says so when they look swapped.
    """
    match = _COORDINATES.fullmatch(text)
    if match is None:
        return None
    lat, lon = float(match[1]), float(match[2])
    if abs(lat) > _MAX_LAT or abs(lon) > _MAX_LON:
        swapped = abs(lon) <= _MAX_LAT and abs(lat) <= _MAX_LON
        hint = swapped_hint(lat, lon) if swapped else ""
        raise CorridorsError(f"{text.strip()} is not lat,lon in decimal degrees{hint}")
    return lat, lon


def swapped_hint(lat: float, lon: float) -> str:
    """Return the question whether somebody meant a point the other way round."""
    return f"; did you mean {lon:g},{lat:g}?"


def find_place(text: str, world: World) -> Place:
    """Return the one place that an id, UN/LOCODE or name means.

    Raises
    ------
    UnknownPlaceError
        If none or several are meant, with the nearest matches.
    """
    wanted = plain_text(text)
    if not wanted:
        raise CorridorsError("an empty text names no place")
    places = list(world.places.values())
    by_id = [place for place in places if wanted == plain_text(place.place_id)]
    by_locode = [place for place in places if wanted == plain_text(place.locode)]
    exact = [place for place in places if wanted in map(plain_text, (place.name, *place.aliases))]
    within = [place for place in places if any(wanted in name for name in _names(place))]
    for matches in (by_id, by_locode, exact, within):
        if len(matches) == 1:
            return matches[0]
        if matches:
            raise UnknownPlaceError(text, _listed(matches), ambiguous=True)
    names = {
        name: place for place in places for name in (*_names(place), plain_text(place.place_id))
    }
    near = difflib.get_close_matches(wanted, names, n=_MOST_MATCHES, cutoff=0.6)
    raise UnknownPlaceError(text, _listed(dict.fromkeys(names[name] for name in near)))


def matching_places(text: str, world: World) -> list[Place]:
    """Return every place whose id, name, alias or country has a text in it."""
    wanted = plain_text(text)
    return [
        place
        for place in world.places.values()
        if wanted in plain_text(place.place_id)
        or wanted == place.country.lower()
        or any(wanted in name for name in _names(place))
    ]


def _names(place: Place) -> list[str]:
    return [plain_text(name) for name in (place.name, *place.aliases)]


def plain_text(text: str) -> str:
    """Return a text for comparing: no case, no diacritics, single spaces."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    bare = "".join(letter for letter in decomposed if not unicodedata.combining(letter))
    return " ".join(bare.split())


def _listed(places: Iterable[Place]) -> list[str]:
    found = [f"{place.place_id} {place.name}" for place in places]
    more = len(found) - _MOST_MATCHES
    return found[:_MOST_MATCHES] + ([f"and {more} more"] if more > 0 else [])
