"""Gateways and MOVE arcs in the making, and as the arrays that ship."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from corridors.compiled import ArcPaths, CompiledGraph
from geodata.vocabulary import Mode, Status


@dataclass(frozen=True, slots=True)
class Gateway:
    """A vertex of the compiled graph; ``place_id`` is empty at a junction of zones."""

    place_id: str
    mode: Mode
    gauge_mm: int
    country: str
    node_id: int
    lon: float
    lat: float


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveArc:
    """A MOVE arc between two gateways, with the signed links under it."""

    tail: Gateway
    head: Gateway
    mode: Mode
    country: str = ""
    status: str = Status.OPERATIONAL.value
    as_of: str = ""
    opens: int = 0
    name: str = ""
    length_m: int
    bypass: bool = False
    basin: str = ""
    chokepoints: tuple[str, ...] = ()
    links: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Zone:
    """Links that cost the same per km.

    What is not in service is a zone of its own per line, as is a line with parameters of its own.
    """

    country: str
    gauge_mm: int
    status: str = Status.OPERATIONAL.value
    opens: int = 0
    as_of: str = ""
    name: str = ""


@dataclass
class ArcSet:
    """Gateways and arcs in the making."""

    gateways: set[Gateway] = field(default_factory=set)
    arcs: list[MoveArc] = field(default_factory=list)


def pack(found: ArcSet, version: str) -> tuple[CompiledGraph, ArcPaths]:
    """Return gateways and arcs as arrays, each in a fixed order."""
    gateways = sorted(found.gateways, key=_gateway_key)
    number = {gateway: at for at, gateway in enumerate(gateways)}
    arcs = sorted(
        found.arcs,
        key=lambda arc: (
            number[arc.tail],
            number[arc.head],
            arc.status,
            arc.name,
            arc.length_m,
            arc.chokepoints,
        ),
    )
    counts = [len(arc.links) for arc in arcs]
    graph = CompiledGraph(
        gateway_place=np.array([g.place_id for g in gateways], dtype=np.str_),
        gateway_mode=np.array([g.mode.value for g in gateways], dtype=np.str_),
        gateway_gauge_mm=np.array([g.gauge_mm for g in gateways], dtype=np.int64),
        gateway_country=np.array([g.country for g in gateways], dtype=np.str_),
        gateway_node=np.array([g.node_id for g in gateways], dtype=np.int64),
        gateway_lon=np.array([g.lon for g in gateways], dtype=np.float64),
        gateway_lat=np.array([g.lat for g in gateways], dtype=np.float64),
        arc_from=np.array([number[arc.tail] for arc in arcs], dtype=np.int64),
        arc_to=np.array([number[arc.head] for arc in arcs], dtype=np.int64),
        arc_mode=np.array([arc.mode.value for arc in arcs], dtype=np.str_),
        arc_country=np.array([arc.country for arc in arcs], dtype=np.str_),
        arc_status=np.array([arc.status for arc in arcs], dtype=np.str_),
        arc_as_of=np.array([arc.as_of for arc in arcs], dtype=np.str_),
        arc_opens=np.array([arc.opens for arc in arcs], dtype=np.int64),
        arc_name=np.array([arc.name for arc in arcs], dtype=np.str_),
        arc_length_m=np.array([arc.length_m for arc in arcs], dtype=np.int64),
        arc_bypass=np.array([arc.bypass for arc in arcs], dtype=bool),
        arc_basin=np.array([arc.basin for arc in arcs], dtype=np.str_),
        arc_chokepoints=np.array([" ".join(arc.chokepoints) for arc in arcs], dtype=np.str_),
        network_version=np.array([version], dtype=np.str_),
    )
    paths = ArcPaths(
        start=np.concatenate([[0], np.cumsum(counts)]).astype(np.int64),
        link=np.array([link for arc in arcs for link in arc.links], dtype=np.int64),
        network_version=graph.network_version,
    )
    return graph, paths


def _gateway_key(gateway: Gateway) -> tuple[str, str, int, int]:
    return (gateway.place_id, gateway.mode.value, gateway.gauge_mm, gateway.node_id)
