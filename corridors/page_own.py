"""What the analyst added by files of lines and places, for the page: used or not."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from geodata.importing.world_rows import SOURCE_ID
from geodata.network import Network
from geodata.units import METRES_PER_KM
from geodata.world import World
from maps.data import MapOwnLine, MapStop


def own_lines(network: Network) -> Iterator[MapOwnLine]:
    """Return every line in the network that files of the analyst drew."""
    for mode in sorted(network.changed):
        layer = network.layer(mode)
        links = layer.links
        own = np.flatnonzero((links["source_id"].astype(str) == SOURCE_ID) & layer.live)
        lines = layer.lines(own.tolist())
        for link in own.tolist():
            yield MapOwnLine(
                mode=mode.value,
                name=str(links["name"][link]),
                status=str(links["status"][link]),
                country=str(links["country"][link]),
                gauge_mm=int(links["gauge_mm"][link]),
                length_km=int(links["length_m"][link]) / METRES_PER_KM,
                line=lines[link],
            )


def own_places(world: World) -> Iterator[MapStop]:
    """Return every place that files of the analyst added."""
    for place in world.places.values():
        if place.source_id == SOURCE_ID:
            yield MapStop(
                place_id=place.place_id,
                name=place.name,
                kind=place.kind.value,
                lon=place.lon,
                lat=place.lat,
                own=True,
            )
