"""GeoPackage, Shapefile, FlatGeobuf, KML and MapInfo, read by GDAL through pyogrio."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from geodata.importing.drawing import vertex_count
from geodata.importing.encodings import encoding_of
from geodata.importing.formats import LAYER_SIGN, STYLES_TABLE, copy_name
from geodata.importing.forms import safe
from geodata.importing.projection import MISSING
from geodata.importing.properties import likely
from geodata.importing.raw import Limits, RawFeature, RawFile
from geodata.importing.tables import (
    LONGEST_ID,
    RefusedError,
    contained,
    drawn_shapes,
    our_names,
    own_id,
    properties_of,
)

DRIVERS: Final = frozenset(
    ("ESRI Shapefile", "FlatGeobuf", "GPKG", "KML", "LIBKML", "MapInfo File")
)
"""Drivers whose files hold their own features: none follows a file to another or to a server."""

_TELLING: Final = frozenset({"mode", "kind", "closes", "operation", "link_id"})
"""Columns of which one at least says what a feature is."""


def read_gdal(name: str, members: Sequence[Path], limits: Limits, layer: str = "") -> RawFile:
    """Read a file, the first of `members`, and its companions; what is wrong is in the result.

    Of a file of several layers only `layer` is read, if one is named.

    They are read in a private copy: GDAL looks for companions of its own beside a file, and some of
    its drivers write there.
    """
    with tempfile.TemporaryDirectory(prefix="corridors-") as scratch:
        copies = [Path(scratch, copy_name(members[0], member)) for member in members]
        for member, copy in zip(members, copies, strict=True):
            shutil.copyfile(member, copy)
        encoding, remarks = encoding_of(copies[0])

        def read() -> RawFile:
            found = _read_layers(name, copies[0], layer, encoding, limits)
            return replace(found, remarks=(*remarks, *found.remarks))

        return contained(name, read, "GDAL")


def _read_layers(name: str, path: Path, only: str, encoding: str, limits: Limits) -> RawFile:
    import pyogrio

    listed = [(str(layer), str(kind or "")) for layer, kind in pyogrio.list_layers(path).tolist()]
    layers = [(layer, kind) for layer, kind in listed if only in ("", layer)]
    if only and not layers:
        raise RefusedError(
            f"there is no layer {safe(only)}; "
            f"there are {', '.join(safe(each) for each, _ in listed)}"
        )
    several = sum(bool(kind) for _, kind in layers) > 1
    features: list[RawFeature] = []
    systems: dict[str, None] = {}
    problems: list[str] = []
    remarks: list[str] = []
    vertices = 0
    is_placed = True
    for layer, kind in layers:
        facts = pyogrio.read_info(path, layer=layer)
        if facts["driver"] not in DRIVERS:
            raise RefusedError(f"files of GDAL's {facts['driver']} are not read; use GeoPackage")
        if not kind:
            if layer != STYLES_TABLE:
                remarks.append(f"layer {safe(layer)} draws nothing and was not read")
            continue
        if several and "Polygon" in kind:
            remarks.append(f"layer {safe(layer)} draws areas, no lines or places; it was not read")
            continue
        if several and facts["features"] and not _says_what(facts["fields"]):
            problems.append(
                f"layer {safe(layer)}: no column says the mode of lines or the kind of places; add "
                f"it, or give the one layer to read as QGIS writes it: 'FILE{LAYER_SIGN}NAME'"
            )
            continue
        read, crs, problem = _read_layer(path, layer, several, len(features), encoding, limits)
        features += read
        vertices += sum(vertex_count(feature.geometry) for feature in read)
        if len(features) > limits.max_features:
            raise RefusedError(
                f"more than {limits.max_features} features; cut out the region or split the file"
            )
        if vertices > limits.max_vertices:
            raise RefusedError(f"more than {limits.max_vertices} positions; simplify the lines")
        if facts["features"] >= 0 and facts["features"] != len(read):
            raise RefusedError(
                f"layer {safe(layer)} announces {facts['features']} features and has {len(read)}: "
                "the file is damaged; export it again"
            )
        if crs:
            systems[crs] = None
        if problem:
            is_placed = False
            problems.append(f"layer {safe(layer)}: {problem}" if several else problem)
    return RawFile(
        name=name,
        features=tuple(features),
        crs=", ".join(systems),
        is_placed=is_placed,
        problems=tuple(problems),
        remarks=tuple(remarks),
    )


def _says_what(columns: Iterable[Any]) -> bool:
    """Tell whether some column may say what the features of a layer are."""
    named = our_names([str(column) for column in columns])
    return not _TELLING.isdisjoint([*named, *map(likely, named)])


def _read_layer(
    path: Path, layer: str, several: bool, before: int, encoding: str, limits: Limits
) -> tuple[list[RawFeature], str, str]:
    """Return a layer's features, the system they were reprojected from, and what is wrong."""
    import pyogrio.raw

    facts, row_ids, blobs, columns = pyogrio.raw.read(
        path,
        layer=layer,
        return_fids=True,
        datetime_as_string=True,
        encoding=encoding or None,
        max_features=limits.max_features - before + 1,
    )
    names = our_names([str(each) for each in facts["fields"]])
    if facts["crs"]:
        drawn, crs, problem = drawn_shapes(blobs, facts["crs"])
    else:
        drawn, crs, problem = [None] * len(blobs), "", MISSING
    own = names.index("id") if "id" in names else None
    read = []
    rows = zip(row_ids.tolist(), drawn, *(column.tolist() for column in columns), strict=True)
    for number, (row_id, geometry, *cells) in enumerate(rows, start=before + 1):
        label = ("" if own is None else own_id(cells[own])) or str(row_id)
        read.append(
            RawFeature(
                number=number,
                properties=properties_of(names, cells),
                geometry=geometry,
                feature_id=safe(f"{layer}.{label}" if several else label)[:LONGEST_ID],
            )
        )
    return read, crs, problem
