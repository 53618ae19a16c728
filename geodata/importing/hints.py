"""What a word or a number that cannot be read was probably meant to be: for messages only."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Final

from geodata.units import HOURS_PER_DAY, KM_PER_MILE, KM_PER_NMI, METRES_PER_KM

_LONGEST_WORD: Final = 40
_LIKENESS: Final = 0.7
_MEANT: Final[Mapping[str, str]] = {
    # what others call our words; a hint in a message, never taken for the word
    **dict.fromkeys(("railway", "railroad", "train", "track"), "rail"),
    **dict.fromkeys(("highway", "motorway", "street", "truck"), "road"),
    **dict.fromkeys(("ship", "shipping", "maritime", "ocean", "vessel"), "sea"),
    **dict.fromkeys(("open", "active", "in_use", "in_operation", "existing"), "operational"),
    **dict.fromkeys(("abandoned", "disused", "dismantled", "razed"), "closed"),
    **dict.fromkeys(("proposed", "project", "future"), "planned"),
    **dict.fromkeys(("station", "train_station", "train_stop", "railway_station"), "rail_terminal"),
    **dict.fromkeys(("seaport", "harbour", "harbor"), "port"),
    **dict.fromkeys(("border", "crossing", "customs"), "border_crossing_point"),
}
_UNITS: Final[Mapping[str, Mapping[str, float]]] = {
    "km": {
        **dict.fromkeys(("km", "kms", "kilometres", "kilometers"), 1.0),
        **dict.fromkeys(("m", "metres", "meters"), 1 / METRES_PER_KM),
        **dict.fromkeys(("mi", "mile", "miles"), KM_PER_MILE),
        **dict.fromkeys(("nm", "nmi"), KM_PER_NMI),
    },
    "mm": {"mm": 1.0, "cm": 10.0, "m": METRES_PER_KM},
    "day": dict.fromkeys(("kmh", "kph", "h"), HOURS_PER_DAY),  # of km
}
_MEASURED: Final = re.compile(r"([0-9][0-9 \u00a0\u202f]*(?:[.,][0-9]+)?)\s*([a-z]*)\.?")
_THOUSANDS: Final = re.compile(r"[0-9]{1,3},[0-9]{3}")


def near_word(value: Any, known: tuple[str, ...]) -> str:
    """Return the word of a closed list that a value probably means, or an empty text."""
    if not isinstance(value, str) or not 0 < len(value) <= _LONGEST_WORD:
        return ""
    return _near_word(value, known)


@lru_cache(maxsize=1024)
def _near_word(value: str, known: tuple[str, ...]) -> str:
    plain = re.sub(r"[\s-]+", "_", value.strip().lower())
    if _MEANT.get(plain) in known:
        return _MEANT[plain]
    # what differs in a number is another thing, however alike the words: container_40
    alike = [word for word in known if re.sub(r"\D", "", word) == re.sub(r"\D", "", plain)]
    near = difflib.get_close_matches(plain, alike, n=1, cutoff=_LIKENESS)
    return near[0] if near else ""


def in_unit(value: Any, unit: str, written_in: str = "") -> str:
    """Return the digits that a number with a unit or a decimal comma was meant to be.

    Parameters
    ----------
    value
        As the file has it: '101 mi', '1.435 m', '162,5'.
    unit
        The unit it should be in: km or mm.
    written_in
        The unit of a bare number, as a property's name may say it; empty for `unit`.

    Returns
    -------
    str
        Empty where that cannot be told: '1,162' may be one or a thousand.
    """
    said = _MEASURED.fullmatch(str(value).strip().lower())
    if said is None or isinstance(value, bool) or _THOUSANDS.fullmatch(said[1]):
        return ""
    factor = _UNITS.get(unit, {}).get(said[2] or written_in or unit)
    digits = re.sub(r"\s", "", said[1]).replace(",", ".")
    return "" if factor is None else f"{float(digits) * factor:.6g}"
