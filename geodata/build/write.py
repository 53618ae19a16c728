"""Writing layers as files that come out the same, byte for byte, every time.

GeoParquet 1.1: WKB geometry, zstd, one row group size, and no metadata but the ``geo`` key. The
files carry the version of pyarrow that wrote them; the build extra pins it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import shapely

from geodata.build.layer import Layer
from geodata.build.upstream import PACKAGES
from geodata.files import write_text_whole, write_whole
from geodata.network import PlaceNode
from geodata.units import METRES_PER_KM
from geodata.vocabulary import Mode

ROW_GROUP_ROWS: Final = 65_536
ZSTD_LEVEL: Final = 19
DECIMALS: Final = 5
"""Of a degree, about 1 m: finer than anything upstream knows."""
LINKS: Final = pa.schema(
    {
        "link_id": pa.int32(),
        "from_node_id": pa.int32(),
        "to_node_id": pa.int32(),
        "country": pa.string(),
        "gauge_mm": pa.int16(),
        "status": pa.string(),
        "as_of": pa.string(),
        "opens": pa.int16(),
        "name": pa.string(),
        "length_m": pa.int32(),
        "geometry_basis": pa.string(),
        "basin": pa.string(),
        "chokepoint": pa.string(),
        "source_id": pa.string(),
    }
)
LAND: Final = pa.field("land_m", pa.int32())
"""Of links at sea only."""
NODES: Final = pa.schema(
    {"node_id": pa.int32(), "lon": pa.float64(), "lat": pa.float64(), "country": pa.string()}
)
PLACE_NODES: Final = pa.schema(
    {
        "place_id": pa.string(),
        "mode": pa.string(),
        "gauge_mm": pa.int16(),
        "node_id": pa.int32(),
        "snap_m": pa.int32(),
    }
)
WGS84: Final = {
    "type": "GeographicCRS",
    "name": "WGS 84",
    "datum": {
        "type": "GeodeticReferenceFrame",
        "name": "World Geodetic System 1984",
        "ellipsoid": {
            "name": "WGS 84",
            "semi_major_axis": 6378137,
            "inverse_flattening": 298.257223563,
        },
    },
    "coordinate_system": {
        "subtype": "ellipsoidal",
        "axis": [
            {
                "name": "Geodetic latitude",
                "abbreviation": "Lat",
                "direction": "north",
                "unit": "degree",
            },
            {
                "name": "Geodetic longitude",
                "abbreviation": "Lon",
                "direction": "east",
                "unit": "degree",
            },
        ],
    },
    "id": {"authority": "EPSG", "code": 4326},
}
"""EPSG:4326 as PROJJSON, written out because what PROJ writes changes with its version."""


def write_layer(layer: Layer, directory: Path) -> list[Path]:
    """Write ``<mode>.parquet`` and ``<mode>_nodes.parquet`` and return their paths.

    Parameters
    ----------
    layer
        The built network of one mode.
    directory
        Exists already; files of the same name are replaced.
    """
    links = layer.links
    shapes = np.array([link.geometry for link in links], dtype=object)
    rounded = shapely.transform(shapes, lambda points: points.round(DECIMALS))
    schema = LINKS.append(LAND) if layer.mode is Mode.SEA else LINKS
    table = _table(links, schema).append_column(
        "geometry", pa.array(shapely.to_wkb(rounded).tolist(), pa.binary())
    )
    nodes = [
        replace(node, lon=round(node.lon, DECIMALS), lat=round(node.lat, DECIMALS))
        for node in layer.nodes
    ]
    return [
        _write(
            table.replace_schema_metadata({"geo": _geo_metadata(rounded)}),
            directory / f"{layer.mode}.parquet",
        ),
        _write(_table(nodes, NODES), directory / f"{layer.mode}_nodes.parquet"),
    ]


def write_place_nodes(rows: Iterable[PlaceNode], directory: Path) -> Path:
    """Write ``place_nodes.parquet``, all modes together, and return its path."""
    ordered = sorted(rows, key=lambda row: (row.place_id, row.mode, row.gauge_mm))
    return _write(_table(ordered, PLACE_NODES), directory / "place_nodes.parquet")


def write_manifest(
    layers: Sequence[Layer], place_nodes: Sequence[PlaceNode], directory: Path
) -> Path:
    """Write ``network.json``: what the network is made of, and how much of it there is.

    ``data_version`` is a digest of the written tables' content, so it changes when, and only when,
    they do.
    """
    used = sorted({name for layer in layers for name in layer.packages})
    manifest: dict[str, Any] = {
        "data_version": _content_digest(layers, place_nodes),
        "layers": {
            str(layer.mode): {
                "nodes": len(layer.nodes),
                "links": len(layer.links),
                "km": round(sum(link.length_m for link in layer.links) / METRES_PER_KM),
                "places": sum(row.mode is layer.mode for row in place_nodes),
            }
            for layer in sorted(layers, key=lambda layer: layer.mode)
        },
        "upstream": [
            {
                "name": PACKAGES[name].distribution,
                "registry": PACKAGES[name].registry,
                "version": PACKAGES[name].version,
                "sha256": PACKAGES[name].sha256,
                "licence": PACKAGES[name].licence,
            }
            for name in used
        ],
        "attribution": sorted({PACKAGES[name].attribution for name in used}),
    }
    path = directory / "network.json"
    write_text_whole(path, json.dumps(manifest, indent=2, ensure_ascii=False) + "\n")
    return path


def _content_digest(layers: Sequence[Layer], place_nodes: Sequence[PlaceNode]) -> str:
    digest = hashlib.sha256()
    for layer in sorted(layers, key=lambda layer: layer.mode):
        for node in layer.nodes:
            digest.update(f"{layer.mode} {node.lon:.5f} {node.lat:.5f} {node.country}\n".encode())
        for link in layer.links:
            what: tuple[object, ...] = (
                link.from_node_id,
                link.to_node_id,
                link.country,
                link.gauge_mm,
                link.status,
                link.as_of,
                link.opens,
                link.length_m,
                link.chokepoint,
            )
            if layer.mode is Mode.SEA:
                what = (*what, link.land_m)
            digest.update(f"{layer.mode} {what}\n".encode())
            digest.update(shapely.to_wkb(link.geometry))
    for row in sorted(place_nodes, key=lambda row: (row.place_id, row.mode, row.gauge_mm)):
        digest.update(f"{row.place_id} {row.mode} {row.gauge_mm} {row.node_id}\n".encode())
    return digest.hexdigest()[:16]


def _table(rows: Sequence[object], schema: pa.Schema) -> pa.Table:
    """Return the rows' fields that a schema names, as a table."""
    return pa.table([[getattr(row, name) for row in rows] for name in schema.names], schema=schema)


def _geo_metadata(shapes: Any) -> bytes:
    """Return the GeoParquet metadata; coordinates are (lon, lat) whatever the CRS says."""
    column: dict[str, Any] = {"encoding": "WKB", "geometry_types": ["LineString"], "crs": WGS84}
    if len(shapes):
        column["bbox"] = [float(value) for value in shapely.total_bounds(shapes)]
    geo = {"version": "1.1.0", "primary_column": "geometry", "columns": {"geometry": column}}
    return json.dumps(geo, sort_keys=True).encode()


def _write(table: pa.Table, path: Path) -> Path:
    write = partial(
        pq.write_table,
        table,
        compression="zstd",
        compression_level=ZSTD_LEVEL,
        row_group_size=ROW_GROUP_ROWS,
        version="2.6",
        write_statistics=False,
    )
    write_whole(path, write)
    return path
