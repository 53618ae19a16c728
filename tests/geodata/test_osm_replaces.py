"""A country's lines replaced by themselves: what is measured over them stays what it was."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from additions import read_additions
from osm_worlds import Drawing, write_pbf

from corridors.measure import line_graph, shortest_from
from geodata.importers.osm import Wish, refresh, write_lines
from geodata.importers.osm_files import read_extract
from geodata.importers.territory import territory_of
from geodata.importing.attach import attach
from geodata.importing.model import SnapLimits
from geodata.network import LINK_ENDS, Network
from geodata.units import geodesic_length_km
from geodata.vocabulary import Mode
from geodata.world import load_world

COUNTRY, GAUGE_MM = "TM", 1520


def as_osm(network: Network) -> tuple[Drawing, float]:
    """The shipped rail of a country as OpenStreetMap would have it, and the drawn km of it."""
    layer = network.layer(Mode.RAIL)
    own = layer.live & (layer.links["country"] == COUNTRY)
    own &= (layer.links["status"] == "operational") & (layer.links["gauge_mm"] == GAUGE_MM)
    lines = layer.lines(np.flatnonzero(own).tolist())
    ids = {spot: number for number, spot in enumerate(
        dict.fromkeys(spot for line in lines.values() for spot in line), start=1
    )}  # fmt: skip
    tags = {"railway": "rail", "gauge": str(GAUGE_MM)}
    ways = {link + 1: (tags, [ids[spot] for spot in line]) for link, line in lines.items()}
    drawn_km = sum(geodesic_length_km(line) for line in lines.values())
    return Drawing(nodes={number: spot for spot, number in ids.items()}, ways=ways), drawn_km


def between_places(network: Network) -> dict[tuple[str, str], float]:
    """Drawn km between all the country's places, over links in service; only what is connected."""
    layer = network.layer(Mode.RAIL)
    links = np.flatnonzero(
        layer.live
        & (layer.links["country"] == COUNTRY)
        & (layer.links["gauge_mm"] == GAUGE_MM)
        & (layer.links["status"] == "operational")
    )
    ends = [layer.links[name][links] for name in LINK_ENDS]
    lines = layer.lines(links.tolist())
    length_m = np.array([round(1000 * geodesic_length_km(lines[link])) for link in links.tolist()])
    graph = line_graph(*ends, length_m, links, layer.node_count)
    at = {
        row.place_id: row.node_id
        for row in network.place_nodes
        if row.mode is Mode.RAIL
        and row.gauge_mm == GAUGE_MM
        and str(layer.node_country[row.node_id]) == COUNTRY
    }
    names = sorted(at)
    distance, _ = shortest_from(graph, np.array([at[name] for name in names]))
    return {
        (a, b): distance[i][at[b]] / 1000
        for i, a in enumerate(names)
        for b in names[i + 1 :]
        if np.isfinite(distance[i][at[b]])
    }


def test_replaced_by_themselves_lines_measure_the_same(tmp_path: Path) -> None:
    network, world = Network(), load_world()
    drawing, drawn_km = as_osm(network)
    file = write_pbf(drawing, tmp_path / "tm.osm.pbf")
    extract = read_extract(file, Mode.RAIL, COUNTRY)
    territory = territory_of(COUNTRY, network, None, None)
    wish = Wish(mode=Mode.RAIL, country=COUNTRY, replaces=True)
    refreshed = refresh(extract, wish, territory, world)
    total = sum(feature["properties"]["length_km"] for feature in refreshed.features)
    assert total == pytest.approx(drawn_km, rel=0.01)
    path = write_lines(refreshed, tmp_path)
    # surveyed lines meet where they meet: their ends are not to be moved far
    attached = attach(network, world, read_additions([path]), SnapLimits(line_km=0.2))
    before, after = between_places(network), between_places(attached.network)
    assert len(before) > 50
    assert set(after) == set(before)
    # a place off the new lines is joined again by a connector of its own
    for pair, km in before.items():
        assert after[pair] == pytest.approx(km, rel=0.003, abs=2.0), pair
