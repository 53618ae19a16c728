"""What files add, or one error: the strict door to `check_files`, for tests of the reading."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from geodata.errors import DataError
from geodata.importing.features import checked_features
from geodata.importing.model import Additions
from geodata.importing.raw import Limits, RawFile
from geodata.importing.reading import check_files
from geodata.importing.refused import Refused


def read_additions(paths: Sequence[Path], *, limits: Limits | None = None) -> Additions:
    """What files add, read as the product reads them; a `DataError` with every problem."""
    return _whole(*check_files(paths, limits=limits or Limits()))


def additions_from_features(files: Sequence[RawFile]) -> Additions:
    """The same of files that are read already."""
    return _whole(*checked_features(files))


def _whole(additions: Additions, refused: Refused) -> Additions:
    if refused.problems:
        raise DataError(", ".join(refused.files), refused.problems)
    return additions
