"""The shipped sea layer against published and computed distances, and with its straits closed.

References in nautical miles. ``published``: operators' statements of March 2025 on Mundra - Bandar
Abbas. ``computed``: another tool on the same upstream lanes (searoute 1.6.0, which joins ports to
the nearest node), so these rows test the joining and the corrections, not the lanes themselves.
"""

from __future__ import annotations

from functools import cache

import networkx as nx
import pytest

from geodata.network import load_layer, load_place_nodes
from geodata.units import KM_PER_NMI
from geodata.vocabulary import GeometryBasis, Mode

COMPUTED = 0.08


@cache
def lanes(closed: frozenset[str] = frozenset()) -> nx.Graph[int]:
    """Return the sea lanes without those of the closed chokepoints; parallel ones: the shortest."""
    layer = load_layer(Mode.SEA)
    graph: nx.Graph[int] = nx.Graph()
    graph.add_nodes_from(range(layer.node_count))
    columns = (
        layer.links[name].tolist()
        for name in ("from_node_id", "to_node_id", "length_m", "chokepoint", "basin")
    )
    for start, end, length_m, chokepoint, basin in zip(*columns, strict=True):
        known = graph.get_edge_data(start, end, {"length_m": length_m + 1})
        if chokepoint not in closed and length_m < known["length_m"]:
            graph.add_edge(start, end, length_m=length_m, chokepoint=chokepoint, basin=basin)
    return graph


@cache
def node_of() -> dict[str, int]:
    return {row.place_id: row.node_id for row in load_place_nodes() if row.mode is Mode.SEA}


def voyage(port_a: str, port_b: str, *closed: str) -> tuple[float, tuple[str, ...]] | None:
    """Return nautical miles and chokepoints passed, in order; None when there is no way."""
    graph = lanes(frozenset(closed))
    ends = node_of()[port_a], node_of()[port_b]
    try:
        path = nx.dijkstra_path(graph, *ends, weight="length_m")
    except nx.NetworkXNoPath:
        return None
    metres = nx.path_weight(graph, path, weight="length_m")
    passed = [graph.edges[edge]["chokepoint"] for edge in nx.utils.pairwise(path)]
    return metres / 1000 / KM_PER_NMI, tuple(name for name in dict.fromkeys(passed) if name)


@pytest.mark.parametrize(
    ("port_a", "port_b", "closed", "expected_nmi", "tolerance"),
    [
        pytest.param("INMUN", "IRSRP", (), 856, 0.05, id="B01-published"),
        pytest.param("INBOM", "IRSRP", (), 1098, 0.05, id="B51"),
        pytest.param("INVTZ", "IRSRP", (), 2728, COMPUTED, id="B52-Visakhapatnam"),
        pytest.param("INGPR", "IRSRP", (), 2808, COMPUTED, id="B52-Gopalpur"),
        pytest.param("INPRT", "IRSRP", (), 2982, COMPUTED, id="B52-Paradip"),
        # Computed to the nearest node 218 km away, so some 10 % too long: ours may be shorter.
        pytest.param("INBOM", "IRZBR", (), 849, 0.15, id="B53-Mumbai"),
        pytest.param("INMUN", "IRZBR", (), 641, 0.15, id="B53-Mundra"),
        pytest.param("INIXY", "IRZBR", (), 688, 0.15, id="B53-Kandla"),
        pytest.param("INVTZ", "IRZBR", (), 2479, COMPUTED, id="B54-Visakhapatnam"),
        pytest.param("INGPR", "IRZBR", (), 2559, COMPUTED, id="B54-Gopalpur"),
        pytest.param("INVTZ", "CNLYG", (), 3994, COMPUTED, id="B55-Lianyungang"),
        pytest.param("INGPR", "CNQDP", (), 4122, COMPUTED, id="B55-Qingdao"),
        pytest.param("INVTZ", "RUNVS", (), 5606, COMPUTED, id="B56-Suez"),
        pytest.param("INVTZ", "RUNVS", ("suez",), 12520, COMPUTED, id="B56-Cape"),
        pytest.param("INVTZ", "GEPTI", (), 5735, COMPUTED, id="B57-Suez"),
        pytest.param("INVTZ", "GEPTI", ("suez",), 12649, COMPUTED, id="B57-Cape"),
        pytest.param("INVTZ", "RULED", ("kiel",), 8924, COMPUTED, id="B58-Suez"),
        pytest.param("INVTZ", "RULED", ("kiel", "suez"), 12613, COMPUTED, id="B58-Cape"),
        pytest.param("INBOM", "RULED", (), 7623, COMPUTED, id="B59"),
        pytest.param("INMAA", "RUVVO", (), 4636, COMPUTED, id="B61-computed"),
        pytest.param("INVTZ", "RUVVO", (), 4604, COMPUTED, id="B62"),
        # Alat's computed value starts at a node of Baku, north of the port.
        pytest.param("KZAAU", "AZALT", (), 253, 0.12, id="B63-Aktau"),
        pytest.param("KZKUR", "AZALT", (), 253, 0.12, id="B63-Kuryk"),
        pytest.param("KZAAU", "IRBAZ", (), 382, COMPUTED, id="B64-Anzali"),
        pytest.param("KZAAU", "IRAMD", (), 440, COMPUTED, id="B64-Amirabad"),
        pytest.param("IRBAZ", "RUOYA", (), 538, COMPUTED, id="B65-Anzali"),
        pytest.param("IRAMD", "RUOYA", (), 597, COMPUTED, id="B65-Amirabad"),
        pytest.param("IRBAZ", "RUASF", (), 597, COMPUTED, id="Anzali-Astrakhan"),
    ],
)
def test_distance(
    port_a: str, port_b: str, closed: tuple[str, ...], expected_nmi: float, tolerance: float
) -> None:
    found = voyage(port_a, port_b, *closed)
    assert found is not None
    assert found[0] == pytest.approx(expected_nmi, rel=tolerance)


@pytest.mark.parametrize(
    ("port_a", "port_b", "closed"),
    [
        ("INBOM", "IRSRP", "hormuz"),
        ("INBOM", "AEJEA", "hormuz"),
        ("INBOM", "GEPTI", "bosporus"),
        ("INBOM", "RUNVS", "dardanelles"),
        ("IRBAZ", "RUNVS", "volga_don"),
        ("IRBAZ", "RUNVS", "kerch"),
    ],
)
def test_a_closed_strait_leaves_no_way(port_a: str, port_b: str, closed: str) -> None:
    open_way = voyage(port_a, port_b)
    assert open_way is not None
    assert closed in open_way[1]
    assert voyage(port_a, port_b, closed) is None


@pytest.mark.parametrize(
    ("port_a", "port_b", "closed", "instead"),
    [
        ("INBOM", "TRMER", ("suez",), "gibraltar"),
        ("INBOM", "TRMER", ("bab_el_mandeb",), "gibraltar"),
        ("INVTZ", "CNSHA", ("malacca",), "sunda"),
        ("INBOM", "RULED", ("danish_straits",), "kiel"),
        ("INBOM", "RULED", ("kiel",), "danish_straits"),
    ],
)
def test_a_closed_strait_leaves_the_way_round(
    port_a: str, port_b: str, closed: tuple[str, ...], instead: str
) -> None:
    found = voyage(port_a, port_b, *closed)
    assert found is not None
    assert instead in found[1]


@pytest.mark.parametrize(
    ("port_a", "port_b", "closed"),
    [
        ("INBOM", "RULED", ("danish_straits", "kiel")),
        ("INBOM", "TRMER", ("suez", "gibraltar")),
    ],
)
def test_two_closed_straits_leave_no_way(port_a: str, port_b: str, closed: tuple[str, ...]) -> None:
    assert voyage(port_a, port_b, *closed) is None


def test_chabahar_lies_outside_hormuz_and_bandar_abbas_inside() -> None:
    assert voyage("INBOM", "IRZBR") == voyage("INBOM", "IRZBR", "hormuz")
    assert voyage("AEJEA", "IRSRP") == voyage("AEJEA", "IRSRP", "hormuz")


def test_astrakhan_is_a_caspian_port_whatever_the_canal() -> None:
    assert voyage("IRBAZ", "RUASF") == voyage("IRBAZ", "RUASF", "volga_don")


def test_the_canal_is_the_only_way_out_of_the_caspian() -> None:
    graph = lanes()
    basins = {data["basin"] for _, _, data in graph.edges(data=True)}
    assert basins == {"ocean", "caspian", "volga_don"}
    assert all(
        (data["basin"] == "volga_don") == (data["chokepoint"] == "volga_don")
        for _, _, data in graph.edges(data=True)
    )
    parts = list(nx.connected_components(lanes(frozenset({"volga_don"}))))
    homes = [{name for name, node in node_of().items() if node in part} for part in parts]
    caspian = next(home for home in homes if "IRBAZ" in home)
    assert {"KZAAU", "TMKRW", "AZALT", "RUASF", "RUOYA", "IRAMD"} <= caspian
    assert not {"IRSRP", "RUNVS"} & caspian


def test_joins_are_short_and_marked() -> None:
    layer = load_layer(Mode.SEA)
    bases = set(layer.links["geometry_basis"].tolist())
    assert bases == {GeometryBasis.GENERALISED, GeometryBasis.CONNECTOR}
    assert max(row.snap_m for row in load_place_nodes() if row.mode is Mode.SEA) <= 150_000
