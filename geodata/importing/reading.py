"""The door for foreign files: bytes on disk become checked records of additions, or one error.

GeoJSON is parsed here; GeoPackage, Shapefile, FlatGeobuf, KML and MapInfo are read by GDAL,
GeoParquet by pyarrow, in any reference system; CSV holds degrees. Nothing of the network is needed.
"""

from __future__ import annotations

import hashlib
import warnings
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from geodata.collector import undisturbed
from geodata.importing.features import checked_features
from geodata.importing.formats import HEAD_BYTES, Format, family_of, format_of, one_layer
from geodata.importing.forms import safe
from geodata.importing.model import Additions
from geodata.importing.raw import MEGABYTE, Limits, RawFile, joined_digest
from geodata.importing.refused import Refused


@undisturbed
def check_files(
    paths: Sequence[Path],
    *,
    limits: Limits = Limits(),  # noqa: B008 - frozen
) -> tuple[Additions, Refused]:
    """Read files of lines and places, the well-formed features and what is wrong with the others.

    `geodata.importing.attach.attach` takes both, and tells all problems together.

    Parameters
    ----------
    paths
        Files in any format of `geodata.importing.formats`; what they add is in their order.
    limits
        How much a file may hold.
    """
    return checked_features([read_file(path, limits) for path in paths], limits=limits)


def read_file(path: Path, limits: Limits) -> RawFile:
    """Read one file into features that are not checked yet; what is wrong is in the result."""
    name = safe(str(path))
    path, layer = one_layer(path)
    try:
        problem = _path_problem(path, limits)
        if problem:
            return RawFile(name=name, problems=(problem,))
        return _read(name, path, layer, limits)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        return RawFile(
            name=name, problems=(f"cannot be read ({reason}); check its name and rights",)
        )


def _path_problem(path: Path, limits: Limits) -> str:
    if "\0" in str(path):
        return "a file name has no NUL; correct it"
    if path.is_dir():
        return "is a folder; give a file in it"
    if not path.exists():
        behind = "" if "|" not in path.name else ", and behind | only |layername=NAME is read"
        return f"there is no such file; check the name{behind}"
    if not path.is_file():
        return "is no regular file; save what it gives to a file first"
    size = sum(member.stat().st_size for member in family_of(path))
    if size > limits.max_bytes:
        return (
            f"{size / MEGABYTE:.0f} MB, more than {limits.max_bytes / MEGABYTE:.0f} MB; cut out "
            "the region (ogr2ogr -spat) or simplify the lines"
        )
    return ""


def _read(name: str, path: Path, layer: str, limits: Limits) -> RawFile:
    with path.open("rb") as stream:
        head = stream.read(HEAD_BYTES)
    kind, problem = format_of(head, path.suffix.lower())
    if kind is None:
        return RawFile(name=name, problems=(f"is {problem}",))
    if kind is Format.GDAL:
        from geodata.importing.gdal import read_gdal

        members = family_of(path)
        digests = [_digest(member.read_bytes()) for member in members]
        digests += [_digest(layer.encode())] if layer else []
        return replace(read_gdal(name, members, limits, layer), digest=joined_digest(digests))
    if layer:
        problem = "holds one table and no layers; give it without the name of one"
        return RawFile(name=name, problems=(problem,))
    content = path.read_bytes()
    if kind is Format.PARQUET:
        from geodata.importing.parquet import read_parquet

        found = read_parquet(name, content, limits)
    elif kind is Format.CSV:
        from geodata.importing.point_table import read_point_table

        found = read_point_table(name, content, limits)
    else:
        from geodata.importing.geojson import read_geojson

        with warnings.catch_warnings():  # pyproj warns of reference systems that lose something
            warnings.simplefilter("ignore")
            found = read_geojson(name, content, limits)
    return replace(found, digest=_digest(content))


def _digest(content: bytes) -> bytes:
    return hashlib.sha256(content).digest()
