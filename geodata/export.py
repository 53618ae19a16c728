"""The detailed network as GIS files: GeoPackage, GeoJSON, GeoParquet."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from geodata.errors import DataError
from geodata.files import write_whole
from geodata.network import NETWORK
from geodata.vocabulary import Mode
from geodata.world import World

DRIVERS: Final = {".gpkg": "GPKG", ".geojson": "GeoJSON", ".fgb": "FlatGeobuf"}
"""File endings that GDAL writes; ``.parquet`` is written as GeoParquet."""


def network_layer(mode: Mode, directory: Path = NETWORK) -> Any:
    """Return one mode's links as a GeoDataFrame in EPSG:4326; ``length_m`` is the true length."""
    import geopandas

    return geopandas.read_parquet(directory / f"{mode}.parquet")


def places_layer(world: World) -> Any:
    """Return the places as a GeoDataFrame of points in EPSG:4326."""
    import geopandas

    rows = [
        {
            "place_id": place.place_id,
            "name": place.name,
            "kind": place.kind.value,
            "country": place.country,
            "modes": " ".join(place.modes),
            "source_id": place.source_id,
            "grade": place.grade.value,
            "lon": place.lon,
            "lat": place.lat,
        }
        for place in world.places.values()
    ]
    frame = geopandas.pd.DataFrame(rows)
    points = geopandas.points_from_xy(frame.pop("lon"), frame.pop("lat"))
    return geopandas.GeoDataFrame(frame, geometry=points, crs="EPSG:4326")


def write_layer(frame: Any, path: Path) -> None:
    """Write a layer in the format that the file's ending names, under a temporary name first.

    Raises
    ------
    DataError
        If the ending names no known format.
    """
    ending = path.suffix.lower()
    if ending != ".parquet" and ending not in DRIVERS:
        known = ", ".join([*DRIVERS, ".parquet"])
        raise DataError(str(path), [f"unknown format {ending!r}; end the name in {known}"])

    def write(scratch: Path) -> None:
        if ending == ".parquet":
            frame.to_parquet(scratch, compression="zstd")
        else:
            frame.to_file(scratch, layer=path.stem, driver=DRIVERS[ending], engine="pyogrio")

    write_whole(path, write)
