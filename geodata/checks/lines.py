"""Checks of drawn lines: their length, their turns, and what joins places to them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Final

import numpy as np

from geodata.checks.findings import Check, Finding
from geodata.checks.shapes import Shape, turns_deg
from geodata.network import MOST_DRAWN_SHARE, LonLat, ModeNetwork, PlaceNode
from geodata.units import METRES_PER_KM, geodesic_length_km, geodesic_lengths_km
from geodata.vocabulary import GeometryBasis, Mode

if TYPE_CHECKING:
    from numpy.typing import NDArray

ROUNDED_KM: Final = 0.001
"""Lengths are whole metres, which tells on the shortest links."""
MOST_TURN_DEG: Final = 120.0
THIN_KM: Final = 0.3
"""Vertices closer than this to the one before are left out before turns are measured: positions
are rounded to 0.001 degrees, and nodes within 0.25 km are one."""
MOST_CONNECTOR_KM: Final = 5.0
UPSTREAM: Final = "openstreetmap"
"""Source of the links that were not drawn by hand."""


def check_lengths(
    layer: ModeNetwork,
    shape: Shape,
    least_share: float = 0.0,
    most_share: float = MOST_DRAWN_SHARE,
    as_before: frozenset[int] = frozenset(),
) -> Check:
    """Find links that are drawn longer than they truly are, or shorter than a share of that.

    Connectors are straight by nature and may be as short as they are. Of a line that a file adds,
    ``most_share`` is what the importer lets in: whoever draws by hand overshoots a little. Links
    drawn `as_before` may be as short as what they take the place of.
    """
    length_km = layer.links["length_m"] / METRES_PER_KM

    def share_of(drawn_km: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.divide(drawn_km, length_km, out=np.zeros_like(drawn_km), where=length_km > 0)

    share = share_of(shape.drawn_km - ROUNDED_KM)
    share[(length_km <= 0) & (shape.drawn_km > ROUNDED_KM)] = np.inf
    short = share_of(shape.drawn_km + ROUNDED_KM) < least_share
    straight = layer.links["geometry_basis"].astype(str) == GeometryBasis.CONNECTOR
    straight[sorted(as_before)] = True
    found = [
        _at(
            layer,
            shape,
            link,
            measure=float(share[link]),
            what=f"drawn {shape.drawn_km[link]:.2f} km long, but its true length is "
            f"{length_km[link]:.2f} km",
            remedy="draw the line where it runs, or give its true length",
        )
        for link in np.flatnonzero(
            shape.mask & ((share > most_share) | (short & ~straight))
        ).tolist()
    ]
    least = f"{least_share:g} to " if least_share else "<= "
    return Check(
        check_id=f"length-{layer.mode}",
        name=f"{layer.mode} lines are drawn about as long as they truly are"
        if least_share
        else f"no {layer.mode} link is drawn longer than its true length",
        looked_at=len(shape.links),
        unit="drawn/true",
        limit=f"{least}{most_share:.4g}, lengths in whole metres",
        worst=float(share[shape.mask].max()) if len(shape.links) else None,
        findings=tuple(found),
    )


def thinned(
    points: NDArray[np.float64], steps_km: Sequence[float], least_km: float = THIN_KM
) -> NDArray[np.float64]:
    """Return a line without the vertices that lie closer than this to the one before them.

    `steps_km` is how far each vertex is from the next.
    """
    spots: list[LonLat] = [(lon, lat) for lon, lat in points.tolist()]

    def km(a: int, b: int) -> float:
        return steps_km[a] if b == a + 1 else geodesic_length_km([spots[a], spots[b]])

    last = len(points) - 1
    kept = [0]
    for at in range(1, last):
        if km(kept[-1], at) >= least_km:
            kept.append(at)
    while len(kept) > 1 and km(kept[-1], last) < least_km:
        kept.pop()
    return points[[*kept, last]]


def sharp_turns(shape: Shape, link: int) -> list[tuple[LonLat, float]]:
    """Return where a link's line turns by more than the limit, and by how many degrees."""
    points = shape.line(link)
    if len(points) < 3:  # noqa: PLR2004 - a turn needs three points
        return []
    line = thinned(points, shape.steps_km_of(link).tolist())
    turns = turns_deg(line)
    return [
        ((float(line[at + 1, 0]), float(line[at + 1, 1])), float(turns[at]))
        for at in np.flatnonzero(turns > MOST_TURN_DEG).tolist()
    ]


def check_turns(
    layer: ModeNetwork,
    shape: Shape,
    by_hand: Sequence[LonLat] = (),
    *,
    joined_within_km: float = 0.0,
) -> Check:
    """Find sharp turns inside links: zigzags, if a position of our own makes them.

    Parameters
    ----------
    layer, shape
        The network and its drawn lines.
    by_hand
        Positions that the curated tables put into upstream's lines. A turn elsewhere on a line of
        upstream's is known: it is drawn there, not here.
    joined_within_km
        A turn this close to an end of a line is known: joining the end to the network made it.
    """
    ours = np.array(by_hand, dtype=np.float64).reshape(-1, 2)
    found: list[Finding] = []
    worst = 0.0
    for link in _winding(shape):
        for (lon, lat), turn in sharp_turns(shape, link):
            worst = max(worst, turn)
            upstream = str(layer.links["source_id"][link]) == UPSTREAM
            known = ""
            if upstream and not _near(ours, lon, lat):
                known = (
                    "OpenStreetMap's own: a hairpin, a switchback or a stub, simplified upstream"
                )
            elif joined_within_km and _near(shape.line(link)[[0, -1]], lon, lat, joined_within_km):
                known = "made by joining the end to the network"
            label = shape.label(link)
            found.append(
                Finding(
                    what=f"{label} ({_country(layer, link)}) turns by {turn:.0f} degrees",
                    remedy="put the points of the line in their order, or leave one out",
                    mode=layer.mode,
                    subject=label,
                    lat=lat,
                    lon=lon,
                    measure=turn,
                    known=known,
                )
            )
    return Check(
        check_id=f"turn-{layer.mode}",
        name=f"no {layer.mode} link zigzags",
        looked_at=len(shape.links),
        unit="degrees",
        limit=f"<= {MOST_TURN_DEG:g}, vertices within {THIN_KM:g} km left out",
        worst=worst,
        findings=tuple(found),
    )


def check_connectors(layer: ModeNetwork, shape: Shape, place_nodes: Iterable[PlaceNode]) -> Check:
    """Find long straight joins of places to the network that no named row stands for."""
    length_km = layer.links["length_m"] / METRES_PER_KM
    is_one = (layer.links["geometry_basis"].astype(str) == GeometryBasis.CONNECTOR) & shape.mask
    names: dict[int, set[str]] = {}
    for row in place_nodes:
        if row.mode is layer.mode:
            names.setdefault(row.node_id, set()).add(row.place_id)
    found = []
    for link in np.flatnonzero(is_one & (length_km > MOST_CONNECTOR_KM)).tolist():
        ends = (int(layer.links[name][link]) for name in ("from_node_id", "to_node_id"))
        places = " ".join(sorted(set().union(*(names.get(node, set()) for node in ends))))
        found.append(
            _at(
                layer,
                shape,
                link,
                subject=places or shape.label(link),
                measure=float(length_km[link]),
                what=f"{places or 'a line'} is joined to the {layer.mode} network by a straight "
                f"{length_km[link]:.1f} km that nobody has named",
                remedy="a row of patches.csv with name and source, or of waypoints.csv where a "
                "long chord passes the place by",
            )
        )
    return Check(
        check_id=f"connector-{layer.mode}",
        name=f"no long {layer.mode} connector but named ones",
        looked_at=int(is_one.sum()),
        unit="km",
        limit=f"<= {MOST_CONNECTOR_KM:g}",
        worst=float(length_km[is_one].max()) if is_one.any() else None,
        findings=tuple(found),
    )


def _winding(shape: Shape) -> list[int]:
    """Return the links that may have a sharp turn.

    Those are the links whose turns add up to more than the limit, if one alone does, or if
    `thinned` leaves vertices out of them.
    """
    if len(shape.points) < 3:  # noqa: PLR2004 - a turn needs three points
        return []
    turns = turns_deg(shape.points)
    inside = (shape.link[2:] == shape.link[1:-1]) & (shape.link[1:-1] == shape.link[:-2])
    total = np.bincount(
        shape.link[1:-1], weights=np.where(inside, turns, 0.0), minlength=shape.link_count
    )
    sharp, thin = np.zeros((2, shape.link_count), dtype=bool)
    sharp[shape.link[1:-1][inside & (turns > MOST_TURN_DEG)]] = True
    last = np.r_[shape.link[1:] != shape.link[:-1], True]
    thin[shape.link[~last & (shape.step_km < THIN_KM)]] = True
    links: list[int] = np.flatnonzero((total > MOST_TURN_DEG) & (sharp | thin)).tolist()
    return links


def _near(spots: NDArray[np.float64], lon: float, lat: float, within_km: float = THIN_KM) -> bool:
    if not len(spots):
        return False
    here = np.broadcast_to(np.array([lon, lat]), spots.shape)
    return bool((geodesic_lengths_km(spots, here) <= within_km).any())


def _country(layer: ModeNetwork, link: int) -> str:
    return str(layer.links["country"][link])


def _at(
    layer: ModeNetwork,
    shape: Shape,
    link: int,
    *,
    what: str,
    remedy: str,
    measure: float,
    subject: str = "",
) -> Finding:
    """Return a finding about a link, at its middle."""
    lon, lat = shape.middle(link)
    where = f"{shape.label(link)} ({_country(layer, link)}, {layer.links['geometry_basis'][link]})"
    return Finding(
        what=f"{where}: {what}",
        remedy=remedy,
        mode=Mode(layer.mode),
        subject=subject or shape.label(link),
        lat=lat,
        lon=lon,
        measure=measure,
    )
