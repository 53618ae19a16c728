"""GeoPackage and FlatGeobuf, written by GDAL through pyogrio."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, Final

from geodata.exporting.layer import About, Layer, merged
from geodata.importing.formats import STYLES_TABLE

WRITTEN: Final = "2000-01-01T00:00:00.000Z"
"""The time that every file says it was written at: the same input gives the same bytes. What the
data is of stands in ``data_version``."""

_GEOPACKAGE: Final = "1.3"
"""The version of GeoPackage: one that programs of 2021 know too."""
_CRS: Final = "EPSG:4326"
_KINDS: Final = {0: "Point", 1: "LineString", 5: "MultiLineString"}
_SETTINGS: Final = {
    "OGR_CURRENT_DATE": WRITTEN,
    # a spatial index that is built beside the writing depends on who is faster
    "OGR_GPKG_ALLOW_THREADED_RTREE": "NO",
}
_STYLES: Final = f"""
CREATE TABLE {STYLES_TABLE} (
  id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  f_table_catalog TEXT(256), f_table_schema TEXT(256), f_table_name TEXT(256),
  f_geometry_column TEXT(256), styleName TEXT(30), styleQML TEXT, styleSLD TEXT,
  useAsDefault BOOLEAN, description TEXT, owner TEXT(30), ui TEXT(30), update_time DATETIME
)
"""
_GEOMETRY: Final = "geom"


def write_geopackage(
    path: Path, layers: Sequence[Layer], about: About, styles: Mapping[str, str]
) -> None:
    """Write layers, rounded already, each as a layer of its own with its style.

    Parameters
    ----------
    styles
        QGIS styles (QML) by the name of the layer; QGIS takes them as the default.
    """
    with _gdal_settings():
        for layer in layers:
            _write(
                path,
                layer,
                driver="GPKG",
                dataset_options={"VERSION": _GEOPACKAGE} if not path.exists() else {},
                dataset_metadata=about.members,
                layer_metadata={**about.members, "title": layer.title},
                layer_options={
                    "IDENTIFIER": layer.title,
                    "DESCRIPTION": f"{about.description} {'; '.join(about.attribution)}",
                    "GEOMETRY_NAME": _GEOMETRY,
                },
            )
    names = [layer.name for layer in layers if layer.name in styles]
    with closing(sqlite3.connect(path)) as database:
        if names:
            _add_styles(database, names, styles)
        database.execute("VACUUM")


def write_flatgeobuf(
    path: Path, layers: Sequence[Layer], about: About, _: Mapping[str, str]
) -> None:
    """Write layers, rounded already, as one table; the format orders features in space."""
    layer = merged(layers)
    with _gdal_settings():
        _write(
            path,
            layer,
            driver="FlatGeobuf",
            layer_options={
                "TITLE": about.title,
                "DESCRIPTION": "; ".join(
                    f"{name}: {said}" for name, said in about.members.items() if said
                ),
            },
        )


def _write(path: Path, layer: Layer, driver: str, **options: Any) -> None:
    import pyogrio.raw
    import shapely

    kinds = {int(kind) for kind in shapely.get_type_id(layer.shapes)}
    pyogrio.raw.write(
        path,
        shapely.to_wkb(layer.shapes),
        [column.values for column in layer.columns.values()],
        list(layer.columns),
        field_mask=[column.missing for column in layer.columns.values()],
        layer=layer.name,
        driver=driver,
        geometry_type=_KINDS[kinds.pop()] if len(kinds) == 1 else "Unknown",
        crs=_CRS,
        **options,
    )


def _add_styles(
    database: sqlite3.Connection, names: Sequence[str], styles: Mapping[str, str]
) -> None:
    """Add the table in which QGIS looks for styles; registered, since GDAL lists only such."""
    database.execute(_STYLES)
    database.execute(
        "INSERT INTO gpkg_contents (table_name, data_type, identifier, description, last_change) "
        "VALUES (?, 'attributes', ?, 'Styles for QGIS', ?)",
        (STYLES_TABLE, STYLES_TABLE, WRITTEN),
    )
    database.executemany(
        f"INSERT INTO {STYLES_TABLE} (f_table_catalog, f_table_schema, f_table_name, "
        "f_geometry_column, styleName, styleQML, styleSLD, useAsDefault, description, owner, ui, "
        "update_time) VALUES ('', '', ?, ?, ?, ?, '', 1, ?, '', NULL, ?)",
        [
            (name, _GEOMETRY, name, styles[name], "Colours and dashes of the map", WRITTEN)
            for name in names
        ],
    )
    database.commit()


@contextmanager
def _gdal_settings() -> Iterator[None]:
    """Set what makes GDAL write the same bytes each time, and put back what was there."""
    import pyogrio

    before = {name: pyogrio.get_gdal_config_option(name) for name in _SETTINGS}
    pyogrio.set_gdal_config_options(dict(_SETTINGS))
    try:
        yield
    finally:
        pyogrio.set_gdal_config_options(before)
