"""GeoPackage, Shapefile, FlatGeobuf, KML and MapInfo, read by GDAL through pyogrio."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from geodata.importing.drawing import vertex_count
from geodata.importing.formats import STYLES_TABLE, copy_name
from geodata.importing.forms import safe
from geodata.importing.projection import MISSING
from geodata.importing.raw import Limits, RawFeature, RawFile
from geodata.importing.tables import (
    RefusedError,
    contained,
    drawn_shapes,
    our_names,
    properties_of,
)

DRIVERS: Final = frozenset(
    ("ESRI Shapefile", "FlatGeobuf", "GPKG", "KML", "LIBKML", "MapInfo File")
)
"""Drivers whose files hold their own features: none follows a file to another or to a server."""

_LONGEST_ID: Final = 100


def read_gdal(name: str, members: Sequence[Path], limits: Limits) -> RawFile:
    """Read a file, the first of `members`, and its companions; what is wrong is in the result.

    They are read in a private copy: GDAL looks for companions of its own beside a file, and some of
    its drivers write there.
    """
    with tempfile.TemporaryDirectory(prefix="corridors-") as scratch:
        copies = [Path(scratch, copy_name(members[0], member)) for member in members]
        for member, copy in zip(members, copies, strict=True):
            shutil.copyfile(member, copy)
        return contained(name, lambda: _read_layers(name, copies[0], limits), "GDAL")


def _read_layers(name: str, path: Path, limits: Limits) -> RawFile:
    import pyogrio

    layers = [(str(layer), kind is not None) for layer, kind in pyogrio.list_layers(path).tolist()]
    several = sum(draws for _, draws in layers) > 1
    features: list[RawFeature] = []
    systems: dict[str, None] = {}
    problems: list[str] = []
    remarks: list[str] = []
    vertices = 0
    for layer, draws in layers:
        facts = pyogrio.read_info(path, layer=layer)
        if facts["driver"] not in DRIVERS:
            raise RefusedError(f"files of GDAL's {facts['driver']} are not read; use GeoPackage")
        if not draws:
            if layer != STYLES_TABLE:
                remarks.append(f"layer {safe(layer)} draws nothing and was not read")
            continue
        read, crs, problem = _read_layer(path, layer, several, len(features), limits)
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
            problems.append(f"layer {safe(layer)}: {problem}" if several else problem)
    return RawFile(
        name=name,
        features=tuple(features),
        crs=", ".join(systems),
        is_placed=not problems,
        problems=tuple(problems),
        remarks=tuple(remarks),
    )


def _read_layer(
    path: Path, layer: str, several: bool, before: int, limits: Limits
) -> tuple[list[RawFeature], str, str]:
    """Return a layer's features, the system they were reprojected from, and what is wrong."""
    import pyogrio.raw

    facts, row_ids, blobs, columns = pyogrio.raw.read(
        path,
        layer=layer,
        return_fids=True,
        datetime_as_string=True,
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
        label: Any = row_id if own is None or cells[own] in (None, "") else cells[own]
        read.append(
            RawFeature(
                number=number,
                properties=properties_of(names, cells),
                geometry=geometry,
                feature_id=safe(f"{layer}.{label}" if several else str(label))[:_LONGEST_ID],
            )
        )
    return read, crs, problem
