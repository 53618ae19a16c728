"""GeoJSON as RFC 7946 has it: degrees, longitude first, no reference system, a bounding box."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

from geodata.exporting.layer import About, Layer, bounds_of

_ROWS: Final = 4096
"""Features that are made into text at a time."""


def write_geojson(path: Path, layers: Sequence[Layer], about: About, _: Mapping[str, str]) -> None:
    """Write layers, rounded already, as one FeatureCollection, a feature per line.

    GeoJSON has no place for styles; what tells the layers apart are ``mode`` and ``kind``.
    """
    with path.open("w", encoding="utf-8", newline="\n") as stream:
        stream.writelines(geojson_text(layers, about.members))


def geojson_text(
    layers: Sequence[Layer],
    members: Mapping[str, Any],
    look: Callable[[Mapping[str, Any]], Mapping[str, Any]] | None = None,
) -> Iterator[str]:
    """Yield a FeatureCollection in pieces.

    Parameters
    ----------
    layers
        Rounded already.
    members
        Foreign members of the collection.
    look
        Gives the properties by which web pages draw a feature.
    """
    box = bounds_of(layers)
    head: dict[str, Any] = {"type": "FeatureCollection"}
    head |= {"bbox": list(box)} if box else {}
    yield _dumped({**head, **members})[:-1] + ',"features":[\n'
    before = ""
    for layer in layers:
        for feature in features_of(layer):
            feature["properties"] |= look(feature) if look else {}
            yield before + _dumped(feature)
            before = ",\n"
    yield "\n]}\n"


def features_of(layer: Layer) -> Iterator[dict[str, Any]]:
    """Yield the features of a layer as JSON has them; what says nothing is null."""
    names = list(layer.columns)
    rows = zip(*(column.cells() for column in layer.columns.values()), strict=True)
    keys = [names.index(name) for name in layer.keys]
    for start in range(0, len(layer), _ROWS):
        shapes = _geometries(layer.shapes[start : start + _ROWS])
        for geometry in shapes:
            cells = next(rows)
            yield {
                "type": "Feature",
                "id": " ".join(str(cells[at]) for at in keys),
                "geometry": geometry,
                "properties": dict(zip(names, cells, strict=True)),
            }


def _geometries(shapes: Any) -> Iterator[dict[str, Any]]:
    import numpy as np
    import shapely

    spots, owner = shapely.get_coordinates(shapes, return_index=True)
    ends = np.searchsorted(owner, np.arange(len(shapes) + 1)).tolist()
    listed = spots.tolist()
    for at, (start, end) in enumerate(pairwise(ends)):
        kind = shapes[at].geom_type
        if kind == "LineString":
            yield {"type": kind, "coordinates": listed[start:end]}
        elif kind == "Point":
            yield {"type": kind, "coordinates": listed[start]}
        else:
            parts = [shapely.get_coordinates(part).tolist() for part in shapes[at].geoms]
            yield {"type": kind, "coordinates": parts}


def _dumped(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
