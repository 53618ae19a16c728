"""Joins the arcs of a path into legs: one continuous movement, one leg."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from corridors.itinerary import Criterion, LedgerLine, Leg, Operation
from geodata.vocabulary import LAND_MODES, Mode, Status


def merge_moves(legs: Sequence[Leg]) -> tuple[Leg, ...]:
    """Join consecutive movements by one land mode in one zone; amounts stay exact sums."""
    merged: list[Leg] = []
    for leg in legs:
        if merged and _same_zone(merged[-1], leg):
            merged[-1] = _joined(merged[-1], leg)
        else:
            merged.append(leg)
    return tuple(merged)


def zone_of(leg: Leg) -> tuple[Mode, str, int, Status, str] | None:
    """Return what two movements in a row must share to be one leg; None if a leg joins none."""
    if leg.operation is not Operation.MOVE or leg.mode not in LAND_MODES:
        return None
    return leg.mode, leg.country, leg.gauge_mm, leg.status, leg.note


def _same_zone(before: Leg, after: Leg) -> bool:
    zone = zone_of(before)
    return zone is not None and zone == zone_of(after)


def _joined(before: Leg, after: Leg) -> Leg:
    lines: dict[tuple[Criterion, str], LedgerLine] = {}
    for line in (*before.ledger, *after.ledger):
        key = (line.criterion, line.parameter)
        have = lines.get(key)
        lines[key] = (
            line
            if have is None
            else replace(
                line, quantity=have.quantity + line.quantity, amount=have.amount + line.amount
            )
        )
    return replace(
        before,
        to_place=after.to_place,
        to_name=after.to_name,
        length_m=before.length_m + after.length_m,
        criteria=before.criteria + after.criteria,
        ledger=tuple(lines.values()),
        moves=before.moves + after.moves,
        joint_line=before.joint_line + after.joint_line,
    )
