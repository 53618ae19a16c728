"""Which format a file is in, told by its first bytes; and the files that belong together."""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import Final


class Format(StrEnum):
    """Who reads a file."""

    JSON = "json"
    GDAL = "gdal"
    PARQUET = "parquet"
    CSV = "csv"


HEAD_BYTES: Final = 4096
"""How much of a file's beginning `format_of` wants to see."""

STYLES_TABLE: Final = "layer_styles"
"""Where QGIS keeps the styles of a GeoPackage's layers, and where our exports put theirs."""

_SHAPEFILE_PARTS: Final = (".shx", ".dbf", ".prj", ".cpg")
_COMPANIONS: Final[Mapping[str, tuple[str, ...]]] = {
    ".shp": _SHAPEFILE_PARTS,
    ".tab": (".dat", ".map", ".id", ".ind"),
    ".mif": (".mid",),
}
_SQLITE_COMPANIONS: Final = ("-wal", "-journal")
"""What SQLite has not yet written into the file itself, while a GIS has it open."""

_JSON_NAMES: Final = (".json", ".geojson")
_BOM: Final = b"\xef\xbb\xbf"
_BINARY: Final = (b"SQLite format 3\0", b"fgb\x03", b"\0\0\x27\x0a")
_MAPINFO: Final = re.compile(rb"\s*(!table|version\s+\d)", re.IGNORECASE)
_KML: Final = re.compile(
    # possessive throughout: what was read as a comment is never tried as two
    rb"(?:\s|<\?(?:(?!\?>).)*+\?>|<!--(?:(?!-->).)*+-->)*+<(?:[\w.-]+:)?kml\b",
    re.DOTALL,
)
_VIRTUAL: Final = b"<ogr"
"""How GDAL's own XML begins, which names other files and servers to read."""

_CSV_ENDINGS: Final = frozenset({".csv", ".tsv"})
_BOOK_ENDINGS: Final = frozenset({".xls", ".xlsx", ".ods"})
"""Workbooks of a spreadsheet, which people may take for a file of places."""
LAYER_SIGN: Final = "|layername="
"""What QGIS puts between the name of a file and that of one of its layers."""


def format_of(head: bytes, ending: str) -> tuple[Format | None, str]:
    """Return the format that the beginning of a file shows, or what is wrong with it.

    GDAL is asked only for formats that hold their own features: it would follow a virtual layer to
    other files, and the schema of a GML file to a server.
    """
    if ending in _SHAPEFILE_PARTS:
        return None, "a part of a Shapefile; give the .shp and keep the other parts beside it"
    bare = head.removeprefix(_BOM).lstrip()
    if ending in _CSV_ENDINGS and bare:
        return Format.CSV, ""
    if bare[:1] in (b"{", b"[") or not bare:
        return Format.JSON, ""
    if head.startswith(b"PAR1"):
        return Format.PARQUET, ""
    if head.startswith(_BINARY) or _MAPINFO.match(head):
        return Format.GDAL, ""
    if bare[:1] == b"<":
        if _KML.match(bare) and _VIRTUAL not in bare.lower():
            return Format.GDAL, ""
        if b"<gpx" in bare:
            return None, (
                "GPX, which is not read; make it GeoJSON: `ogr2ogr stations.geojson FILE "
                "waypoints` for points, `... tracks` for lines"
            )
        return None, "XML, but not KML; save it as GeoJSON or GeoPackage"
    if ending in _JSON_NAMES:
        return Format.JSON, ""
    if ending in _BOOK_ENDINGS:
        return None, (
            "a workbook, which is not read; save the sheet as CSV with the columns lon and lat, "
            "or as WKT from a GIS"
        )
    if head.startswith(b"PK\x03\x04"):
        return None, "an archive; unpack it and give the file inside"
    return None, (
        "in no format that is read; save it as GeoJSON, GeoPackage, FlatGeobuf, Shapefile, KML or "
        "GeoParquet"
    )


def one_layer(path: Path) -> tuple[Path, str]:
    """Return a file and the one layer of it that is asked for, as QGIS writes it; empty for all."""
    file, sign, layer = str(path).partition(LAYER_SIGN)
    return (Path(file), layer) if sign and layer else (path, "")


def family_of(path: Path) -> tuple[Path, ...]:
    """Return a file and those of its companions that exist, in a fixed order, each once."""
    endings = _COMPANIONS.get(path.suffix.lower(), ())
    beside = [path.with_suffix(each) for ending in endings for each in (ending, ending.upper())]
    beside += [path.with_name(path.name + ending) for ending in _SQLITE_COMPANIONS]
    found: dict[Path, Path] = {}
    for each in (path, *beside):
        if each.is_file():
            found.setdefault(each.resolve(), each)
    return tuple(found.values())


def copy_name(path: Path, member: Path) -> str:
    """Return how a member of a file's family is called in a private copy: a plain name."""
    if member.name.startswith(path.name):  # the file itself, or what SQLite has beside it
        return f"copy{path.suffix.lower()}{member.name[len(path.name) :]}"
    return f"copy{member.suffix.lower()}"
