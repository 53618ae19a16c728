"""Features that their form keeps out, and what must not be said of the others because of them.

Everything wrong with a file is told at once: what is wrong with its features as such, and what is
wrong with the well-formed ones on the network. But a place beside a line that was refused has no
line only for that reason, and that is not a problem of the place.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from geodata.network import Line, LonLat
from geodata.vocabulary import Mode

if TYPE_CHECKING:
    from geodata.importing.model import Origin
    from geodata.nearest import LineIndex


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusedFeature:
    """A feature that is not joined, as far as it could be read; by default nothing is known.

    ``line`` is what it draws, one position for a place; empty where that is not known. ``mode`` is
    empty where it is not known or may be what is wrong, ``country`` where it is not known.
    """

    origin: Origin | None = None
    country: str = ""
    may_be_line: bool = True
    may_be_place: bool = True
    mode: str = ""
    line: Line = ()


@dataclass(frozen=True, kw_only=True)
class Refused:
    """What is wrong with the form of files, and the features that it keeps out."""

    files: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()
    features: tuple[RefusedFeature, ...] = ()

    def is_line_near(self, mode: Mode, position: LonLat, limit_km: float) -> bool:
        """Tell whether a refused feature may be a mode's line within a limit of a position."""
        if any(each.mode in ("", mode) for each in self._lines_anywhere):
            return True
        usable = [each.mode in ("", mode) for each in self._drawn_lines]
        return _any_near(self._line_index, position, limit_km, usable)

    def is_place_near(self, position: LonLat, limit_km: float) -> bool:
        """Tell whether a refused feature may be a place within a limit of a position."""
        anywhere = any(each.may_be_place and not each.line for each in self.features)
        return anywhere or _any_near(self._place_index, position, limit_km)

    @cached_property
    def _lines_anywhere(self) -> list[RefusedFeature]:
        return [each for each in self.features if each.may_be_line and not each.line]

    @cached_property
    def _drawn_lines(self) -> list[RefusedFeature]:
        return [each for each in self.features if each.may_be_line and each.line]

    @cached_property
    def _line_index(self) -> LineIndex:
        from geodata.nearest import LineIndex

        return LineIndex.of_lines([each.line for each in self._drawn_lines])

    @cached_property
    def _place_index(self) -> LineIndex:
        from geodata.nearest import LineIndex

        places = [each.line for each in self.features if each.may_be_place and each.line]
        return LineIndex.of_lines([(spot, spot) for line in places for spot in line[:1]])


def _any_near(
    index: LineIndex, position: LonLat, limit_km: float, usable: list[bool] | None = None
) -> bool:
    import numpy as np

    mask = None if usable is None else np.array(usable, dtype=bool)
    (near,) = index.nearest([position], limit_km, usable=mask)
    return near is not None
