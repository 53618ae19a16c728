"""Forms of a property's value: how it is read, what JSON Schema says of it, what is wrong with it.

A form reads one value of a foreign file, which is whatever JSON or GDAL made of it, and returns it
typed, or raises `ValueError` with reason and remedy. Numbers may come as exact text and lists as
words between blanks, commas or semicolons, since Shapefile and KML have neither.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from geodata.importing.hints import in_unit, near_word

LONGEST_TEXT: Final = 500
"""Characters that a name or a source may have."""

_SHOWN: Final = 60
_NUMBER: Final = r"[+-]?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]+)?"
_WHOLE: Final = r"(0|[1-9][0-9]{0,8})(\.0+)?"
_DATE: Final = r"[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?"
_COUNTRY: Final = "[A-Z]{2}"
_ID: Final = "[A-Za-z0-9][A-Za-z0-9_-]{1,59}"
_BETWEEN: Final = re.compile(r"[\s,;]+")
_YEARS: Final = (1000, 9999)
_PAIR: Final = 2
_TRUE: Final = (True, 1, "true", "True", "TRUE", "1")
FALSE: Final = (False, 0, "false", "False", "FALSE", "0")


@dataclass(frozen=True, slots=True)
class Form:
    """How values of one form are read, and the JSON Schema that accepts at least those."""

    read: Callable[[Any], Any]
    schema: Mapping[str, Any]


def shown(value: Any) -> str:
    """Return a value as messages show it: one short line without control codes."""
    if isinstance(value, str):
        cut = value if len(value) <= _SHOWN else value[: _SHOWN - 3] + "..."
        return repr(cut)
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    if isinstance(value, int | float):
        return str(value) if abs(value) < 10.0**_SHOWN else "a huge number"
    return "a list" if isinstance(value, list | tuple) else "an object"


def safe(text: str) -> str:
    """Return a text with every character escaped that a terminal or a file could not show."""
    if text.isprintable():
        return text
    return "".join(char if char.isprintable() else ascii(char)[1:-1] for char in text)


def ranges(numbers: Sequence[int]) -> str:
    """Return ascending numbers as short text: 1-3, 7."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][1] + 1:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    return ", ".join(str(a) if a == b else f"{a}-{b}" for a, b in runs)


def text_fault(value: str) -> str:
    """Return why a text cannot be a name or a source, or an empty text."""
    if len(value) > LONGEST_TEXT:
        return f"has {len(value)} characters, more than {LONGEST_TEXT}; shorten it"
    if not value.isprintable():
        return f"{shown(value)} has control characters or line breaks; write it in one line"
    return ""


def text() -> Form:
    """Any text of one line."""

    def read(value: Any) -> str:
        if not isinstance(value, str):
            raise ValueError(f"{shown(value)} is not text; put it in quotation marks")
        if fault := text_fault(value):
            raise ValueError(fault)
        return value.strip()

    return Form(read, {"type": "string", "maxLength": LONGEST_TEXT})


def pattern(expression: str, says: str) -> Form:
    """Text that a regular expression describes; `says` is the same in words."""
    compiled = re.compile(expression)

    def read(value: Any) -> str:
        if not isinstance(value, str) or not compiled.fullmatch(value):
            raise ValueError(f"{shown(value)} is not {says}")
        return value

    return Form(read, {"type": "string", "pattern": f"^{expression}$"})


def identifier() -> Form:
    """Return an id that can stand in parameter keys and file names."""
    return pattern(_ID, "an id; use 2 to 60 letters, digits, - and _, without accents or blanks")


def country() -> Form:
    """Return a country by its ISO 3166-1 alpha-2 code."""
    return pattern(_COUNTRY, "an ISO 3166-1 alpha-2 code; use two capitals, as in IR or KZ")


def countries() -> Form:
    """Return two different countries."""
    one = country()
    several = _listed(one.read, one.schema)

    def read(value: Any) -> tuple[str, ...]:
        found: tuple[str, ...] = several.read(value)
        if len(found) != _PAIR:
            raise ValueError(f"{shown(value)} names {len(found)}; name the two countries that meet")
        return found

    return Form(read, _list_schema(one.schema, at_least=_PAIR, at_most=_PAIR))


def word(words: Iterable[str]) -> Form:
    """One word of a closed list."""
    known = tuple(str(each) for each in words)

    def read(value: Any) -> str:
        if not isinstance(value, str) or value not in known:
            near = f"; did you mean {meant}?" if (meant := near_word(value, known)) else ""
            raise ValueError(f"{shown(value)} is not one of {', '.join(known)}{near}")
        return value

    return Form(read, {"enum": list(known)})


def listed(words: Iterable[str]) -> Form:
    """Several words of a closed list, each once."""
    one = word(words)
    return _listed(one.read, one.schema)


def pairs(words: Iterable[str]) -> Form:
    """Several pairs of words of a closed list, each joined by a hyphen."""
    known = tuple(str(each) for each in words)

    def read_one(value: Any) -> tuple[str, str]:
        parts = value.split("-") if isinstance(value, str) else []
        if len(parts) != _PAIR or any(part not in known for part in parts):
            words = re.split(r"[^A-Za-z]+", value) if isinstance(value, str) else []
            meant = [near_word(word, known) for word in words if word]
            near = (
                f"; did you mean {'-'.join(meant)}?" if len(meant) == _PAIR and all(meant) else ""
            )
            raise ValueError(
                f"{shown(value)} is no pair of modes; join two of {', '.join(known)} by a hyphen, "
                f"as in rail-road{near}"
            )
        return (min(parts, key=known.index), max(parts, key=known.index))

    either = "|".join(known)
    return _listed(read_one, {"type": "string", "pattern": f"^({either})-({either})$"})


def number(*, above: float | None = None, least: float | None = None, unit: str = "") -> Form:
    """Return a finite number, more than `above` or at least `least`; messages know its unit."""

    def read(value: Any) -> float:
        try:
            found = _number(value)
        except ValueError as error:
            meant = in_unit(value, unit) if isinstance(value, str) and unit else ""
            raise ValueError(f"{error}: {meant}" if meant else str(error)) from None
        if above is not None and not found > above:
            raise ValueError(f"{shown(value)} must be more than {above:g}")
        if least is not None and not found >= least:
            raise ValueError(f"{shown(value)} must not be less than {least:g}")
        return found

    schema: dict[str, Any] = {"type": "number"}
    if above is not None:
        schema["exclusiveMinimum"] = above
    if least is not None:
        schema["minimum"] = least
    return Form(read, {"anyOf": [schema, {"type": "string", "pattern": f"^{_NUMBER}$"}]})


def whole(*, least: int, most: int) -> Form:
    """Return a whole number between two bounds."""

    def read(value: Any) -> int:
        found = _whole(value)
        if not least <= found <= most:
            raise ValueError(f"{shown(value)} is not between {least} and {most}")
        return found

    bounds = {"type": "integer", "minimum": least, "maximum": most}
    return Form(read, {"anyOf": [bounds, {"type": "string", "pattern": f"^{_WHOLE}$"}]})


def year() -> Form:
    """Return a year of four digits."""
    return whole(least=_YEARS[0], most=_YEARS[1])


def choice(
    numbers: Iterable[int], unit: str = "", called: Mapping[str, Sequence[int]] | None = None
) -> Form:
    """One whole number of a closed list.

    Parameters
    ----------
    numbers
        The list.
    unit
        Theirs, for messages.
    called
        Words that others write for some of the numbers, for messages.
    """
    known = tuple(numbers)

    def meant(value: Any) -> str:
        if not isinstance(value, str):
            return ""
        word = next((w for w in re.split(r"[^a-z]+", value.lower()) if w in (called or {})), "")
        if word:
            return ": " + " or ".join(str(each) for each in (called or {})[word])
        digits = in_unit(value, unit)
        return f": {digits if digits else 'one of ' + ', '.join(map(str, known))}"

    def read(value: Any) -> int:
        try:
            found = _whole(value)
        except ValueError as error:
            raise ValueError(f"{error}{meant(value)}") from None
        if found not in known:
            raise ValueError(
                f"{shown(value)} is not one of {', '.join(str(each) for each in known)}"
            )
        return found

    as_text = "|".join(str(each) for each in known)
    return Form(
        read,
        {"anyOf": [{"enum": list(known)}, {"type": "string", "pattern": rf"^({as_text})(\.0+)?$"}]},
    )


def choices(
    numbers: Iterable[int], unit: str = "", called: Mapping[str, Sequence[int]] | None = None
) -> Form:
    """Several whole numbers of a closed list, each once; one may stand alone."""
    one = choice(numbers, unit, called)
    several = _listed(one.read, one.schema)

    def read(value: Any) -> tuple[int, ...]:
        found: tuple[int, ...] = several.read([value] if _is_number(value) else value)
        return found

    return Form(read, {"anyOf": [one.schema, several.schema]})


def day() -> Form:
    """Return a date of ISO 8601: a day, a month or a year."""
    expression = re.compile(_DATE)

    def read(value: Any) -> str:
        as_text = value
        if _is_number(value) and _is_whole(value):
            as_text = str(int(value))
        fault = f"{shown(value)} is not a date; use YYYY-MM-DD, YYYY-MM or YYYY"
        if not isinstance(as_text, str) or not expression.fullmatch(as_text):
            raise ValueError(fault)
        parts = [int(part) for part in as_text.split("-")]
        try:
            date(parts[0], *[*parts[1:], 1, 1][:2])
        except ValueError:
            raise ValueError(fault) from None
        return as_text

    bounds = {"type": "integer", "minimum": _YEARS[0], "maximum": _YEARS[1]}
    return Form(read, {"anyOf": [{"type": "string", "pattern": f"^{_DATE}$"}, bounds]})


def flag() -> Form:
    """Yes or no."""

    def read(value: Any) -> bool:
        if isinstance(value, str | int | float) and (value in _TRUE or value in FALSE):
            return value in _TRUE
        raise ValueError(f"{shown(value)} is neither true nor false")

    texts = [each for each in (*_TRUE, *FALSE) if isinstance(each, str)]
    return Form(read, {"enum": [True, False, 1, 0, *texts]})


def float_of(value: float) -> float:
    """Return a number of JSON as a float: infinite if it is too big for one."""
    try:
        return float(value)
    except OverflowError:
        return math.inf


def _is_number(value: Any) -> bool:
    """Tell whether a value is a number; Python takes true and false for whole numbers too."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def _number(value: Any) -> float:
    if _is_number(value):
        found = float_of(value)
    elif isinstance(value, str) and re.fullmatch(_NUMBER, value):
        found = float(value)
    else:
        raise ValueError(f"{shown(value)} is not a number; use a decimal point and no unit")
    if not math.isfinite(found):
        raise ValueError(f"{shown(value)} is not a finite number")
    return found


def _is_whole(value: float) -> bool:
    return isinstance(value, int) or value.is_integer()


def _whole(value: Any) -> int:
    exact = isinstance(value, str) and re.fullmatch(_WHOLE, value)
    if exact or _is_number(value):
        found = _number(value)
        if found.is_integer():
            return int(found)
    raise ValueError(f"{shown(value)} is not a whole number; write digits without a unit")


def _listed(read_one: Callable[[Any], Any], schema: Mapping[str, Any]) -> Form:
    def read(value: Any) -> tuple[Any, ...]:
        items = _items(value)
        found = tuple(read_one(item) for item in items)
        twice = next((item for at, item in enumerate(found) if item in found[:at]), None)
        if twice is not None:
            raise ValueError(f"{shown(value)} names one of its entries twice; remove the second")
        return found

    return Form(read, _list_schema(schema))


def _items(value: Any) -> list[Any]:
    """Return the entries of a list, which may be written as text."""
    if isinstance(value, str):
        if value.lstrip().startswith("["):  # an array that a table without arrays holds as text
            try:
                value = json.loads(value)
            except (ValueError, RecursionError):
                raise ValueError(f"{shown(value)} is neither a JSON array nor words") from None
        else:
            value = [part for part in _BETWEEN.split(value) if part]
    if not isinstance(value, list | tuple):
        raise ValueError(f"{shown(value)} is no list; use an array, or words between blanks")
    if len(value) > _SHOWN:
        raise ValueError(f"a list of {len(value)} entries is too long; name each once")
    return list(value)


def _list_schema(
    item: Mapping[str, Any], at_least: int = 1, at_most: int | None = None
) -> Mapping[str, Any]:
    array: dict[str, Any] = {"type": "array", "items": item, "uniqueItems": True}
    array["minItems"] = at_least
    if at_most is not None:
        array["maxItems"] = at_most
    return {"anyOf": [array, {"type": "string", "minLength": 1}]}
