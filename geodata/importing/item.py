"""A feature and a file on their way to additions: what was read, and what is wrong so far."""

from __future__ import annotations

from collections.abc import Iterator, Set
from dataclasses import dataclass, field
from typing import Any

from geodata.importing.drawing import Drawing
from geodata.importing.model import (
    ClosedSpot,
    KnownCrossing,
    KnownPlace,
    NewCrossing,
    NewLink,
    NewPlace,
    Origin,
)
from geodata.importing.properties import Role
from geodata.importing.raw import RawFile
from geodata.importing.refused import RefusedFeature
from geodata.vocabulary import Mode

Record = NewLink | NewPlace | NewCrossing | ClosedSpot | KnownPlace | KnownCrossing


@dataclass(slots=True)
class Item:
    """One feature on its way to records; problems are added to it step by step.

    ``is_unsure`` tells that what is wrong with the whole file leaves its place, or the data that it
    is of, unknown.
    """

    origin: Origin
    role: Role
    stated: Set[str] = frozenset()
    values: dict[str, Any] = field(default_factory=dict)
    drawing: Drawing = field(default_factory=Drawing)
    problems: list[str] = field(default_factory=list)
    is_known: bool = False
    is_unsure: bool = False
    records: tuple[Record, ...] = ()

    @property
    def is_good(self) -> bool:
        """Tell whether the feature can be joined to a network."""
        return not (self.problems or self.is_unsure)


@dataclass(slots=True)
class Reading:
    """One file on its way to additions; ``notes`` are numbers of features by what was done."""

    raw: RawFile
    items: list[Item] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    notes: dict[str, list[int]] = field(default_factory=dict)

    def note(self, what: str, number: int) -> None:
        """Note what was done to a feature."""
        numbers = self.notes.setdefault(what, [])
        if number not in numbers[-1:]:
            numbers.append(number)

    def refused(self) -> Iterator[RefusedFeature]:
        """Yield what of the file is not joined."""
        if self.problems and not self.items:
            yield RefusedFeature()  # whatever it holds, nothing of it is known
        for item in self.items:
            if not item.is_good:
                yield from _refused(item)


def _refused(item: Item) -> Iterator[RefusedFeature]:
    mode = item.values.get("mode", "")
    if "gauge_mm" in item.stated and mode != Mode.RAIL:
        mode = ""  # one of the two is wrong, and it may be the mode
    is_line = item.role is Role.LINE
    nothing_said = not (item.stated or item.drawing.parts)
    # a line of which some positions are wrong draws less than it does
    known = item.drawing.parts if not (item.drawing.problems or item.is_unsure) else []
    for line in known or [()]:
        yield RefusedFeature(
            may_be_line=is_line or nothing_said,
            may_be_place=not is_line or nothing_said,
            mode=mode if is_line else "",
            line=line,
            origin=item.origin,
            country=item.values.get("country", ""),
        )
