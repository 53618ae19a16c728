"""OpenStreetMap over Overpass, through OSMnx: tile by tile, politely, and taken up where it ended.

One request at a time, each after the server's own ``/status`` says that a slot is free (OSMnx's
rate limit). What a tile answered is kept in a folder of its own, written by OSMnx and renamed when
it is whole; a run that was cut short asks only for the rest, and one that ended asks for nothing
until it is told to ask anew. A server that is busy (429, 504) is asked again after a growing pause,
a few times.
"""

from __future__ import annotations

import hashlib
import json
import math
import os
import shutil
import socket
import time
import warnings
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Final

from geodata.errors import DataError
from geodata.importers.osm_extract import Extract
from geodata.importers.osm_files import COUNTRY_KEYS, DATE_LENGTH, boundary_in, osmnx_settings
from geodata.importers.osm_tags import FILTERS, MAIN_KEY, WAY_TAGS
from geodata.network import Box
from geodata.vocabulary import Mode

OVERPASS: Final = "https://overpass-api.de/api"
TILE_DEG: Final = 2.0
"""Width and height of a tile: a policy, such that an answer stays at some tens of megabytes."""
_BUSY: Final = (429, 504)
_EXTRACT_REMEDY: Final = (
    "try later or another --server, or download the region as .osm.pbf (Geofabrik has countries) "
    "and give it with --file"
)
_Follow = Callable[[list[Box]], Iterable[Box]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """How an Overpass server is asked: policies of politeness and patience.

    ``tries`` is how often a busy server is asked; before the n-th repetition comes a pause of
    ``pause_s`` times two to the power of n, or what the server's ``Retry-After`` says if longer.
    """

    url: str = OVERPASS
    timeout_s: int = 180
    tries: int = 5
    pause_s: float = 15.0
    longest_pause_s: float = 600.0
    tile_deg: float = TILE_DEG


class _BusyError(Exception):
    """The server asks to come back later."""

    def __init__(self, status: int, after_s: float) -> None:
        self.status = status
        self.after_s = after_s
        super().__init__(f"HTTP {status}")


def tiles_of(box: Box, tile_deg: float) -> list[Box]:
    """Return the tiles of a grid over a box, south to north and west to east.

    The grid is that of the whole Earth, so that overlapping regions share their inner tiles.
    """
    west, south, east, north = box
    lons = _cuts(west, east, tile_deg)
    lats = _cuts(south, north, tile_deg)
    return [
        (lons[i], lats[j], lons[i + 1], lats[j + 1])
        for j in range(len(lats) - 1)
        for i in range(len(lons) - 1)
    ]


def _cuts(low: float, high: float, step: float) -> list[float]:
    first = math.floor(low / step) + 1
    last = math.ceil(high / step) - 1
    return [low, *(number * step for number in range(first, last + 1)), high]


def cache_folder() -> Path:
    """Return the folder that answers are kept in, by the habit of the operating system."""
    named = os.environ.get("XDG_CACHE_HOME") or os.environ.get("LOCALAPPDATA")
    return (Path(named) if named else Path.home() / ".cache") / "freight-corridors" / "osm"


def fetch(
    mode: Mode,
    country: str,
    box: Box,
    *,
    server: Server,
    cache: Path,
    country_box: Box | None = None,
    anew: bool = False,
    follow: _Follow = list,
) -> Extract:
    """Ask Overpass for the ways of a mode in a box and for the country's boundary.

    Parameters
    ----------
    cache
        Where answers are kept.
    country_box
        A box around the whole country, so that its boundary is found from any part of it; None asks
        for no boundary.
    anew
        Forget the answers there are and ask again.
    follow
        Shown the tiles that are to be asked for, it yields them as they are worked on: a bar.

    Raises
    ------
    DataError
        If the server cannot be reached, stays busy or answers with an error. What it has answered
        is kept, and the same command goes on from there.
    """
    extract = Extract()
    store = _Store(cache, mode, server)
    dates: list[str] = []
    with _overpass(server):
        if country_box is not None:
            place = store.folder("boundary", country_box, country)
            if anew:
                shutil.rmtree(place, ignore_errors=True)
            extract.boundary = _answer(place, server, partial(_boundary, country_box, country))
            dates += _dates(place)
        tiles = _useful(tiles_of(box, server.tile_deg), extract.boundary)
        if anew:
            for tile in tiles:
                shutil.rmtree(store.folder("ways", tile), ignore_errors=True)
        known = sum(store.folder("ways", tile).is_dir() for tile in tiles)
        for number, tile in enumerate(follow(tiles), start=1):
            place = store.folder("ways", tile)
            try:
                graph = _answer(place, server, partial(_ways, tile, mode))
            except DataError as error:
                kept = f"{number - 1} of {len(tiles)} tiles are kept in {cache}"
                told = f"{kept}; the same command goes on from there"
                raise DataError(error.where, [*error.problems, told]) from None
            dates += _dates(place)
            if graph is not None:
                extract.add_graph(graph, MAIN_KEY[mode])
    if known:
        extract.remarks.append(
            f"{known} of {len(tiles)} tiles were answered before (as of {min(dates, default='?')}) "
            "and not asked for again; --anew asks again"
        )
    extract.as_of = min(dates, default="")
    return extract


@dataclass(frozen=True, slots=True)
class _Store:
    """Names the folders of answers: one per question, whatever run it belongs to."""

    cache: Path
    mode: Mode
    server: Server

    def folder(self, what: str, box: Box, country: str = "") -> Path:
        question = FILTERS[self.mode] if what == "ways" else country
        asked = hashlib.sha256(f"{self.server.url} {question}".encode()).hexdigest()[:12]
        corner = "_".join(f"{side:g}" for side in box)
        subject = self.mode.value if what == "ways" else country
        return self.cache / f"{what}-{subject}-{asked}" / corner


@contextmanager
def _overpass(server: Server) -> Iterator[None]:
    """Set OSMnx to a server; undo that and what it does to the process's name look-up."""
    resolve = socket.getaddrinfo
    try:
        with osmnx_settings(
            overpass_url=server.url,
            overpass_rate_limit=True,
            requests_timeout=server.timeout_s,
            requests_kwargs={"hooks": {"response": _check}},
            doh_url_template=None,  # no third party is told whom we ask
            max_query_area_size=math.inf,  # tiles are ours: one request each
            use_cache=True,
            cache_only_mode=False,
            useful_tags_way=list(WAY_TAGS),
            bidirectional_network_types=["all"],
            all_oneway=False,
            http_user_agent="freight-corridors (OSMnx)",
        ):
            yield
    finally:
        socket.getaddrinfo = resolve


def _check(response: Any, **_: Any) -> None:
    """Stop before OSMnx waits for a busy server on its own, without an end, or reads a refusal."""
    if response.status_code in _BUSY:
        said = response.headers.get("Retry-After", "")
        raise _BusyError(response.status_code, float(said) if said.isdecimal() else 0.0)
    if response.request.method == "POST":
        response.raise_for_status()


def _answer(place: Path, server: Server, ask: Callable[[], Any]) -> Any:
    """Return what a question is answered, from its folder if it was before."""
    import osmnx
    import requests

    if place.is_dir():
        with osmnx_settings(cache_folder=str(place)):
            return ask()
    scratch = place.with_name(f".{os.getpid()}.{place.name}")
    shutil.rmtree(scratch, ignore_errors=True)
    scratch.mkdir(parents=True)
    try:
        with osmnx_settings(cache_folder=str(scratch)):
            found = _patiently(server, ask)
        if not any(scratch.iterdir()):
            # OSMnx keeps no answer with a remark: that is how Overpass says that it broke off
            raise DataError(
                server.url,
                [f"the server broke off its answer (too much, or too slow); {_EXTRACT_REMEDY}"],
            )
        scratch.rename(place)
    except (requests.RequestException, osmnx._errors.ResponseStatusCodeError) as error:
        reason = str(error).splitlines()[0][:200] if str(error) else type(error).__name__
        raise DataError(
            server.url, [f"cannot be reached, or refuses ({reason}); {_EXTRACT_REMEDY}"]
        ) from None
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    return found


def _patiently(server: Server, ask: Callable[[], Any]) -> Any:
    import requests

    for attempt in range(server.tries):
        try:
            # a server that is not there is told at once: OSMnx would wait a minute first
            requests.get(f"{server.url}/status", timeout=server.timeout_s)
            return ask()
        except _BusyError as busy:
            if attempt + 1 == server.tries:
                raise DataError(
                    server.url,
                    [
                        f"busy (HTTP {busy.status}) also when asked {server.tries} times; "
                        f"{_EXTRACT_REMEDY}"
                    ],
                ) from None
            pause_s = max(busy.after_s, server.pause_s * 2**attempt)
            time.sleep(min(pause_s, server.longest_pause_s))
    raise AssertionError("unreachable: at least one try")


def _ways(tile: Box, mode: Mode) -> Any:
    """Return a tile's ways as an unsimplified graph, None where there is nothing."""
    import osmnx
    import shapely

    try:
        return osmnx.graph_from_polygon(
            shapely.box(*tile),
            network_type="all",
            simplify=False,
            retain_all=True,
            truncate_by_edge=True,
            custom_filter=FILTERS[mode],
        )
    except osmnx._errors.ResponseStatusCodeError:
        raise
    except ValueError:
        # nothing was found, or nothing of it lies in the tile itself
        return None


def _boundary(box: Box, country: str) -> Any:
    import osmnx
    import shapely

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)
            frame = osmnx.features_from_polygon(
                shapely.box(*box), tags=dict.fromkeys(COUNTRY_KEYS, country)
            )
    except osmnx._errors.InsufficientResponseError:
        return None
    return boundary_in(frame)


def _useful(tiles: list[Box], boundary: Any) -> list[Box]:
    """Return the tiles that the country reaches into."""
    import shapely

    if boundary is None:
        return tiles
    shapely.prepare(boundary)
    return [tile for tile in tiles if shapely.intersects(boundary, shapely.box(*tile))]


def _dates(place: Path) -> list[str]:
    """Return the dates up to which edits are in the answers of a folder."""
    found: list[str] = []
    for path in sorted(place.glob("*.json")):
        said = json.loads(path.read_text("utf-8")).get("osm3s", {})
        stamp = str(said.get("timestamp_osm_base", ""))[:DATE_LENGTH]
        found += [stamp] if stamp else []
    return found
