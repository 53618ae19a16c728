"""Small drawn pieces of OpenStreetMap, as OSM XML, as .osm.pbf and as a server that answers.

One `Drawing` is written in all three forms, so that readers can be held against each other.
"""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs
from xml.sax.saxutils import quoteattr

LonLat = tuple[float, float]


@dataclass(frozen=True)
class Drawing:
    """Nodes, ways (tags and nodes) and boundaries of countries (rings of ways)."""

    nodes: Mapping[int, LonLat]
    ways: Mapping[int, tuple[Mapping[str, str], Sequence[int]]]
    boundaries: Mapping[str, Sequence[int]] = field(default_factory=dict)
    date: str = "2026-01-31T20:21:22Z"

    def relations(self) -> Iterator[tuple[int, dict[str, str], Sequence[int]]]:
        for number, (country, ways) in enumerate(self.boundaries.items(), start=1):
            tags = {
                "type": "boundary", "boundary": "administrative", "admin_level": "2",
                "ISO3166-1": country,
            }  # fmt: skip
            yield number, tags, ways


def write_xml(drawing: Drawing, path: Path) -> Path:
    def tags(found: Mapping[str, str]) -> str:
        return "".join(f"<tag k={quoteattr(k)} v={quoteattr(v)}/>" for k, v in found.items())

    stamp = f' timestamp="{drawing.date}"' if drawing.date else ""
    lines = [f'<osm version="0.6" generator="drawn"{stamp}>']
    lines += [
        f'<node id="{n}" lon="{lon}" lat="{lat}"/>' for n, (lon, lat) in drawing.nodes.items()
    ]
    for number, (own, refs) in drawing.ways.items():
        through = "".join(f'<nd ref="{ref}"/>' for ref in refs)
        lines.append(f'<way id="{number}">{through}{tags(own)}</way>')
    for number, own, ways in drawing.relations():
        members = "".join(f'<member type="way" ref="{way}" role="outer"/>' for way in ways)
        lines.append(f'<relation id="{number}">{members}{tags(own)}</relation>')
    path.write_text("\n".join([*lines, "</osm>"]), encoding="utf-8")
    return path


def write_pbf(drawing: Drawing, path: Path) -> Path:
    import osmium
    from osmium.osm import mutable

    header = osmium.io.Header()
    if drawing.date:
        header.set("osmosis_replication_timestamp", drawing.date)
    writer = osmium.SimpleWriter(str(path), header=header, overwrite=True)
    for number, spot in drawing.nodes.items():
        writer.add_node(mutable.Node(id=number, location=spot, version=1))
    for number, (tags, refs) in drawing.ways.items():
        writer.add_way(mutable.Way(id=number, nodes=list(refs), tags=dict(tags), version=1))
    for number, tags, ways in drawing.relations():
        members = [("w", way, "outer") for way in ways]
        writer.add_relation(mutable.Relation(id=number, members=members, tags=tags, version=1))
    writer.close()
    return path


class Overpass:
    """A server that answers as Overpass does; what it was asked and how it misbehaves is here."""

    def __init__(self, drawing: Drawing) -> None:
        self.drawing = drawing
        self.url = ""
        self.asked: list[str] = []
        self.log: list[str] = []
        self.busy = 0
        """How many requests are answered that all slots are taken."""
        self.refuses_after = -1
        """After how many answers every further request is refused; -1 for never."""
        self.remark = ""
        self.status_line = "2 slots available now."
        self.most_at_once = 0
        self._now = 0
        self._lock = threading.Lock()

    def answer(self, query: str) -> tuple[int, dict[str, Any]]:
        with self._lock:
            self._now += 1
            self.most_at_once = max(self.most_at_once, self._now)
        try:
            if self.busy > 0:
                self.busy -= 1
                return 429, {}
            if 0 <= self.refuses_after <= len(self.asked):
                return 500, {}
            self.asked.append(query)
            reply: dict[str, Any] = {
                "version": 0.6,
                "osm3s": {"timestamp_osm_base": self.drawing.date},
                "elements": self._boundary(query) if "ISO3166-1" in query else self._ways(query),
            }
            if self.remark:
                reply["remark"] = self.remark
            return 200, reply
        finally:
            with self._lock:
                self._now -= 1

    def _ways(self, query: str) -> list[dict[str, Any]]:
        found = re.search(r'way\["(\w+)"(~|=)"([^"]*)"\]\(poly:\'([^\']*)\'\)', query)
        assert found, query
        key, how, pattern, poly = found.groups()
        numbers = [float(part) for part in poly.split()]
        lats, lons = numbers[::2], numbers[1::2]
        ways: dict[int, Sequence[int]] = {}
        for number, (tags, refs) in self.drawing.ways.items():
            match = re.fullmatch if how == "=" else re.search
            inside = any(
                min(lons) <= self.drawing.nodes[ref][0] <= max(lons)
                and min(lats) <= self.drawing.nodes[ref][1] <= max(lats)
                for ref in refs
            )
            if inside and key in tags and match(pattern, tags[key]):
                ways[number] = refs
        return self._elements(ways)

    def _boundary(self, query: str) -> list[dict[str, Any]]:
        elements: list[dict[str, Any]] = []
        for number, tags, ways in self.drawing.relations():
            if f"'{tags['ISO3166-1']}'" in query:
                members = [{"type": "way", "ref": way, "role": "outer"} for way in ways]
                elements += self._elements({way: self.drawing.ways[way][1] for way in ways})
                elements.append(
                    {"type": "relation", "id": number, "members": members, "tags": tags}
                )
        return elements

    def _elements(self, ways: Mapping[int, Sequence[int]]) -> list[dict[str, Any]]:
        nodes = sorted({ref for refs in ways.values() for ref in refs})
        elements: list[dict[str, Any]] = []
        for ref in nodes:
            lon, lat = self.drawing.nodes[ref]
            elements.append({"type": "node", "id": ref, "lat": lat, "lon": lon})
        for number, refs in ways.items():
            tags = dict(self.drawing.ways[number][0])
            elements.append({"type": "way", "id": number, "nodes": list(refs), "tags": tags})
        return elements


@contextmanager
def serving(drawing: Drawing) -> Iterator[Overpass]:
    """Run a server on a port of its own for the length of a block."""
    overpass = Overpass(drawing)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            overpass.log.append("status")
            lines = [
                "Connected as: 1", "Current time: 2026-01-31T00:00:00Z", "Announced endpoint: none",
                "Rate limit: 2", overpass.status_line, "",
            ]  # fmt: skip
            self._send(200, "\n".join(lines), "text/plain")

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            overpass.log.append("query")
            status, reply = overpass.answer(parse_qs(body)["data"][0])
            self._send(status, json.dumps(reply), "application/json")

        def _send(self, status: int, text: str, kind: str) -> None:
            content = text.encode()
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    overpass.url = f"http://127.0.0.1:{server.server_address[1]}/api"
    try:
        yield overpass
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
