"""Layers into a file of the format that the file's ending names."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Final

from geodata.errors import DataError
from geodata.exporting.gdal import write_flatgeobuf, write_geopackage
from geodata.exporting.geojson import write_geojson
from geodata.exporting.layer import About, Layer, rounded
from geodata.exporting.parquet import write_parquet
from geodata.files import write_whole

Writer = Callable[[Path, Sequence[Layer], About, Mapping[str, str]], None]

WRITERS: Final[Mapping[str, Writer]] = {
    ".gpkg": write_geopackage,
    ".geojson": write_geojson,
    ".parquet": write_parquet,
    ".fgb": write_flatgeobuf,
}
"""What writes files of an ending."""

HOLD_LAYERS: Final = frozenset({".gpkg"})
"""Endings of formats that keep layers apart; in the others they are one table."""


def ending_of(path: Path) -> str:
    """Return the ending of a file that layers can be written to.

    Raises
    ------
    DataError
        If the ending names no format that is written.
    """
    ending = path.suffix.lower()
    if ending not in WRITERS:
        known = ", ".join(WRITERS)
        raise DataError(str(path), [f"unknown format {ending!r}; end the name in {known}"])
    return ending


def write_layers(
    path: Path,
    layers: Sequence[Layer],
    about: About,
    styles: Mapping[str, str] | None = None,
) -> None:
    """Write layers, under a temporary name first; one that is empty is written as such.

    Parameters
    ----------
    path
        Its ending decides the format.
    layers
        In EPSG:4326; positions are rounded to `geodata.exporting.layer.DECIMALS`.
    styles
        QGIS styles (QML) by the name of the layer, for formats that hold styles.

    Raises
    ------
    DataError
        If the ending names no format, or the file cannot be made.
    """
    write = WRITERS[ending_of(path)]
    ready = [rounded(layer) for layer in layers]
    write_whole(path, lambda scratch: write(scratch, ready, about, styles or {}))
