"""GeoParquet 1.1: WKB, zstd, a bounding box per row, notices in the file's metadata."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from geodata.exporting.layer import About, Layer, bounds_of, merged

_ROW_GROUP_ROWS: Final = 65_536
_SIDES: Final = ("xmin", "ymin", "xmax", "ymax")


def write_parquet(path: Path, layers: Sequence[Layer], about: About, _: Mapping[str, str]) -> None:
    """Write layers, rounded already, as one table; the same input gives the same bytes."""
    import pyarrow as pa
    import pyarrow.parquet as pq
    import shapely

    layer = merged(layers)
    columns = {
        name: pa.array(column.values, pa.string() if column.is_text else None, column.missing)
        for name, column in layer.columns.items()
    }
    bounds = shapely.bounds(layer.shapes).reshape(-1, 4)
    columns["bbox"] = pa.StructArray.from_arrays(
        [pa.array(bounds[:, at], pa.float64()) for at in range(4)], names=list(_SIDES)
    )
    columns["geometry"] = pa.array(shapely.to_wkb(layer.shapes).tolist(), pa.binary())
    metadata = {"geo": json.dumps(_geo(layer)), **about.members}
    table = pa.table(columns).replace_schema_metadata(metadata)
    pq.write_table(table, path, compression="zstd", row_group_size=_ROW_GROUP_ROWS)


def _geo(layer: Layer) -> dict[str, Any]:
    from pyproj import CRS

    column: dict[str, Any] = {
        "encoding": "WKB",
        "geometry_types": sorted({shape.geom_type for shape in layer.shapes}),
        "crs": CRS("EPSG:4326").to_json_dict(),
        "edges": "planar",
        "covering": {"bbox": {side: ["bbox", side] for side in _SIDES}},
    }
    if box := bounds_of([layer]):
        column["bbox"] = list(box)
    return {"version": "1.1.0", "primary_column": "geometry", "columns": {"geometry": column}}
