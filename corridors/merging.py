"""Joins the arcs of a path into legs: one continuous movement, one leg."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from corridors.itinerary import Criterion, LedgerLine, Leg, Operation
from geodata.vocabulary import LAND_MODES


def merge_moves(legs: Sequence[Leg]) -> tuple[Leg, ...]:
    """Join consecutive movements by one land mode in one zone; amounts stay exact sums."""
    merged: list[Leg] = []
    for leg in legs:
        if merged and _same_zone(merged[-1], leg):
            merged[-1] = _joined(merged[-1], leg)
        else:
            merged.append(leg)
    return tuple(merged)


def _same_zone(before: Leg, after: Leg) -> bool:
    return (
        before.operation is after.operation is Operation.MOVE
        and before.mode in LAND_MODES
        and (before.mode, before.country, before.gauge_mm, before.status, before.note)
        == (after.mode, after.country, after.gauge_mm, after.status, after.note)
    )


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
