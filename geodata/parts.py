"""What an amount is paid or waited for: moving by a mode, a port, a frontier, a change of gauge.

A table from families of parameters to parts, for compositions of cost and time. Families of moving
are not in it: their part is the mode of the leg.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from geodata.families import split_key
from geodata.vocabulary import Mode


class Part(StrEnum):
    """A part of a corridor's cost or time, in the order in which charts stack them."""

    RAIL = "rail"
    ROAD = "road"
    SEA = "sea"
    FERRY = "ferry"
    AIR = "air"
    WAITING = "waiting"
    PASSAGES = "passages"
    PORTS = "ports"
    BORDERS = "borders"
    GAUGE = "gauge"
    ENDS = "ends"
    EQUIPMENT = "equipment"
    INSURANCE = "insurance"


FAMILY_PARTS: Final[Mapping[str, Part]] = {
    "sailing_wait": Part.WAITING,
    "canal_toll": Part.PASSAGES,
    "canal_delay": Part.PASSAGES,
    "war_risk": Part.PASSAGES,
    "port_handling": Part.PORTS,
    "port_dwell": Part.PORTS,
    "terminal_handling": Part.PORTS,
    "terminal_dwell": Part.PORTS,
    "border_fee": Part.BORDERS,
    "border_dwell": Part.BORDERS,
    "gauge_change_fee": Part.GAUGE,
    "gauge_change_dwell": Part.GAUGE,
    "load_handling": Part.ENDS,
    "load_dwell": Part.ENDS,
    "unload_handling": Part.ENDS,
    "unload_dwell": Part.ENDS,
    "equipment": Part.EQUIPMENT,
    "insurance_all_risk": Part.INSURANCE,
}

OPERATION_PARTS: Final[Mapping[str, Part]] = {
    "load": Part.ENDS,
    "unload": Part.ENDS,
    "transshipment": Part.PORTS,
    "border_crossing": Part.BORDERS,
    "gauge_change": Part.GAUGE,
}
"""For a leg whose amounts are known only as a whole, and for a family without a part."""


def part_of(parameter: str, mode: Mode | None, operation: str) -> Part:
    """Return the part of an amount by its parameter's key and by the leg on which it falls.

    Raises
    ------
    ValueError
        If nothing says what the amount is for: no family with a part, no mode, no operation.
    """
    family = split_key(parameter)
    if family is not None and family[0] in FAMILY_PARTS:
        return FAMILY_PARTS[family[0]]
    if operation in OPERATION_PARTS:
        return OPERATION_PARTS[operation]
    if mode is None:
        raise ValueError(f"{parameter}: neither a part, nor a mode, nor an operation to go by")
    return Part(mode.value)
