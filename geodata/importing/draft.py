"""One mode's network while things are added to it: nodes, links, splits. Numbers never change.

What is there keeps its number. A link that is split or closed is *retired*: its number stays taken,
and its pieces are new links, so that whatever refers to links elsewhere stays right.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from geodata.importing.model import Origin
from geodata.nearest import cut
from geodata.network import LINK_COLUMNS, LINK_ENDS, Line, LonLat, ModeNetwork
from geodata.units import METRES_PER_KM, geodesic_length_km
from geodata.vocabulary import Status

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[Any]

AT_NODE_KM: Final = 0.2
"""A spot this close to the end of a line is that end; the drawn grid is about 0.1 km wide."""
IN_SERVICE: Final = (Status.OPERATIONAL.value, Status.SUSPENDED.value)


class Draft:
    """A mode's network, and what is being added to it.

    ``links`` and ``nodes`` are the numbers of links that were added, split or closed, and of the
    nodes that anything happened at: what has to be measured anew; ``gone`` are those of the links
    that are no more. ``origins`` says of which feature of a file a link is.
    """

    def __init__(self, base: ModeNetwork) -> None:
        self.base = base
        self.links: set[int] = set()
        self.nodes: set[int] = set()
        self.origins: dict[int, Origin] = {}
        self._rows: list[dict[str, Any]] = []
        self._drawn: dict[int, Line] = dict(base.drawn)
        self.gone: set[int] = set()
        self._count = base.link_count
        self._points: list[tuple[float, float, str]] = []
        self._splits: dict[int, dict[int, LonLat]] = {}
        self._pieces: dict[int, list[int]] = {}

    @cached_property
    def in_service(self) -> Array:
        """Mask of the links, as they were, that trains or lorries run on."""
        status = self.base.links["status"]
        found: Array = (status == IN_SERVICE[0]) | (status == IN_SERVICE[1])
        return found

    @cached_property
    def _by_country(self) -> dict[str, Array]:
        """The links, as they were, of every country: looked for once for all tracks."""
        country = self.base.links["country"].astype("<U2")
        order = np.argsort(country, kind="stable")
        names, first = np.unique(country[order], return_index=True)
        return dict(zip(names.tolist(), np.split(order, first[1:]), strict=True))

    def links_of(self, country: str) -> Array:
        """Return the mask of the links, as they were, of a country."""
        mask = np.zeros(self.base.link_count, dtype=bool)
        mask[self._by_country.get(country, [])] = True
        return mask

    def add_node(self, spot: LonLat, country: str) -> int:
        """Add a node and return its number."""
        self._points.append((*spot, country))
        node: int = self.base.node_count + len(self._points) - 1
        self.nodes.add(node)
        return node

    def position(self, node: int) -> LonLat:
        """Return where a node lies."""
        at = node - self.base.node_count
        if at >= 0:
            lon, lat, _ = self._points[at]
            return lon, lat
        return float(self.base.node_lon[node]), float(self.base.node_lat[node])

    def add_link(self, line: Line, origin: Origin | None = None, **columns: Any) -> int:
        """Add a link of a feature with the `LINK_COLUMNS` and return its number."""
        link = self._count + len(self._rows)
        self._rows.append({name: columns[name] for name in LINK_COLUMNS})
        self._drawn[link] = line
        self.links.add(link)
        if origin is not None:
            self.origins[link] = origin
        self.nodes |= {columns[name] for name in LINK_ENDS}
        return link

    def row(self, link: int) -> dict[str, Any]:
        """Return the columns of a link."""
        at = link - self._count
        if at >= 0:
            return self._rows[at]
        columns = self.base.links
        return {name: columns[name][link : link + 1].tolist()[0] for name in LINK_COLUMNS}

    def ends(self, link: int) -> tuple[int, int]:
        """Return the nodes that a link runs between."""
        at = link - self._count
        row = self._rows[at] if at >= 0 else None
        tail, head = (
            (self.base.links[name][link] if row is None else row[name]) for name in LINK_ENDS
        )
        return int(tail), int(head)

    def line(self, link: int) -> Line:
        """Return the drawn line of a link."""
        return self._drawn[link] if link in self._drawn else self.base.lines([link])[link]

    def retire(self, link: int) -> None:
        """Take a link, or all its pieces, out of the network."""
        for piece in self._pieces.get(link, [link]):
            self.gone.add(piece)
            self.links.add(piece)
            self.nodes.update(self.ends(piece))

    def node_on(self, link: int, spot: LonLat) -> int:
        """Return the node at a spot of a link: one of its ends, or a new one that will split it.

        The same spot asked for twice is the same node.
        """
        here = {node: self.position(node) for node in self.ends(link)}
        here |= self._splits.get(link, {})
        node: int
        for node, position in here.items():
            if geodesic_length_km([position, spot]) <= AT_NODE_KM:
                self.nodes.add(node)
                return node
        node = self.add_node(spot, str(self.row(link)["country"]))
        self._splits.setdefault(link, {})[node] = spot
        return node

    def put_on(self, link: int, node: int) -> None:
        """Have a node of ours split a link where it lies."""
        self._splits.setdefault(link, {})[node] = self.position(node)

    def split(self) -> None:
        """Split every link at the spots that `node_on` was asked for."""
        drawn = self.base.lines([link for link in self._splits if link < self._count])
        for link in sorted(self._splits):
            self._split(link, drawn.get(link) or self._drawn[link], self._splits[link])
        self._splits.clear()

    def piece_at(self, link: int, spot: LonLat, within_km: float) -> int:
        """Return the piece of a link that a spot lies on: the link itself if it was not split.

        The spot lies so near the link at most.
        """
        from geodata.nearest import LineIndex

        pieces = self._pieces.get(link, [link])
        (near,) = LineIndex.of_lines([self.line(piece) for piece in pieces]).nearest(
            [spot], within_km
        )
        assert near is not None
        return pieces[near.line]

    def network(self) -> ModeNetwork:
        """Return the network with everything added."""
        base = self.base
        columns = {
            name: np.concatenate(
                [base.links[name], _column([row[name] for row in self._rows], base.links[name])]
            )
            for name in LINK_COLUMNS
        }
        lon, lat, country = zip(*self._points, strict=True) if self._points else ((), (), ())
        return replace(
            base,
            links=columns,
            node_lon=np.concatenate([base.node_lon, np.array(lon, dtype=np.float64)]),
            node_lat=np.concatenate([base.node_lat, np.array(lat, dtype=np.float64)]),
            node_country=np.concatenate(
                [base.node_country, _column(list(country), base.node_country)]
            ),
            drawn=self._drawn,
            retired=base.retired | self.gone,
        )

    def _split(self, link: int, line: Line, spots: Mapping[int, LonLat]) -> None:
        row = self.row(link)
        nodes = list(spots)
        shares, order, pieces = cut(line, [spots[node] for node in nodes])
        stops = [row["from_node_id"], *(nodes[at] for at in order), row["to_node_id"]]
        metres = [0, *(round(share * row["length_m"]) for share in shares), row["length_m"]]
        numbers = [
            self.add_link(
                piece,
                self.origins.get(link),
                **{
                    **row,
                    "from_node_id": stops[at],
                    "to_node_id": stops[at + 1],
                    "length_m": metres[at + 1] - metres[at],
                },
            )
            for at, piece in enumerate(pieces)
        ]
        self.retire(link)
        self._pieces[link] = numbers


def _column(values: list[Any], like: Array) -> Array:
    if like.dtype.kind == "U":
        return np.array(values, dtype=np.str_)
    return np.array(values, dtype=like.dtype)


def extended(line: Line, start: LonLat | None, end: LonLat | None) -> tuple[Line, int]:
    """Return a line that runs on to the spots given, and by how many metres it grew."""
    longer = (*((start,) if start else ()), *line, *((end,) if end else ()))
    gaps = [
        geodesic_length_km([gap[0], gap[1]])
        for gap in ((start, line[0]), (line[-1], end))
        if gap[0] is not None and gap[1] is not None
    ]
    return longer, round(sum(gaps) * METRES_PER_KM)
