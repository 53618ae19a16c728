"""GeoParquet, read by pyarrow."""

from __future__ import annotations

import io
import json
from typing import Any, Final

from geodata.importing.drawing import vertex_count
from geodata.importing.forms import safe
from geodata.importing.projection import MISSING, WGS84
from geodata.importing.raw import MEGABYTE, Limits, RawFeature, RawFile
from geodata.importing.tables import (
    LONGEST_ID,
    RefusedError,
    contained,
    drawn_shapes,
    our_names,
    own_id,
    properties_of,
)

_NOT_GEO: Final = "Parquet without the metadata of GeoParquet; write it with geopandas or GDAL"


def read_parquet(name: str, content: bytes, limits: Limits) -> RawFile:
    """Read the bytes of a GeoParquet file; what is wrong is in the result."""
    return contained(name, lambda: _read(name, content, limits), "pyarrow")


def _read(name: str, content: bytes, limits: Limits) -> RawFile:
    import pyarrow.parquet as pq

    file = pq.ParquetFile(io.BytesIO(content))
    facts = file.metadata
    if facts.num_rows > limits.max_features:
        raise RefusedError(
            f"{facts.num_rows} features, more than {limits.max_features}; "
            "cut out the region or split the file"
        )
    unpacked = sum(facts.row_group(at).total_byte_size for at in range(facts.num_row_groups))
    if unpacked > limits.max_bytes:
        raise RefusedError(
            f"{unpacked // MEGABYTE} MB when unpacked, more than {limits.max_bytes // MEGABYTE} "
            "MB; cut out the region or simplify the lines"
        )
    shape_column, crs = _geometry_column(facts.metadata or {})
    table = file.read()
    written = [column for column in table.column_names if column != shape_column]
    names = our_names(written)
    blobs = table[shape_column].to_numpy()
    if crs is None:
        drawn, used, problem = [None] * len(blobs), "", MISSING
    else:
        drawn, used, problem = drawn_shapes(blobs, crs)
    own = names.index("id") if "id" in names else None
    rows = zip(drawn, *(table[column].to_pylist() for column in written), strict=True)
    features = tuple(
        RawFeature(
            number=number,
            properties=properties_of(names, cells),
            geometry=geometry,
            feature_id="" if own is None else own_id(cells[own]),
        )
        for number, (geometry, *cells) in enumerate(rows, start=1)
    )
    vertices = sum(vertex_count(feature.geometry) for feature in features)
    if vertices > limits.max_vertices:
        raise RefusedError(f"more than {limits.max_vertices} positions; simplify the lines")
    return RawFile(
        name=name,
        features=features,
        crs=used,
        is_placed=not problem,
        problems=(problem,) if problem else (),
    )


def _geometry_column(metadata: dict[bytes, bytes]) -> tuple[str, Any]:
    """Return the name of the column of shapes, and its reference system, None for unknown."""
    if b"geo" not in metadata:
        raise RefusedError(_NOT_GEO)
    geo = json.loads(metadata[b"geo"])
    name = geo["primary_column"]
    column = geo["columns"][name]
    if column["encoding"] != "WKB":
        raise RefusedError(
            f"geometry encoded as {safe(str(column['encoding']))[:LONGEST_ID]}; write it as WKB"
        )
    return name, column.get("crs", WGS84)  # no reference system stated means degrees
