"""What readers hand to `geodata.importing.features`: features of a file, unchecked; and limits."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

MEGABYTE: Final = 10**6


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How much a file may hold: policy against mistakes and malice, not a fact about the world.

    ``max_bytes`` counts the files of a Shapefile together; ``max_depth`` is how deep the arrays and
    objects of JSON may lie in each other; ``max_names`` how many different properties a file has.
    """

    max_bytes: int = 200 * MEGABYTE
    max_depth: int = 32
    max_features: int = 250_000
    max_vertices: int = 5_000_000
    max_names: int = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class RawFeature:
    """One feature as the file has it, its positions in EPSG:4326.

    ``geometry`` is a GeoJSON geometry as parsed JSON, or None; nothing about it is checked.
    ``unique_id`` tells it from the others of its file where the format leaves that to the author.
    """

    number: int
    properties: Mapping[str, Any]
    geometry: Any
    feature_id: str = ""
    unique_id: tuple[str, str] | None = None
    problems: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RawFile:
    """One file as read: its features, and what is wrong with the whole of it.

    ``crs`` is the reference system that positions were reprojected from, empty for none;
    ``replaces`` what the collection itself replaces, unchecked; ``data_version`` that of an export.
    ``is_placed`` tells whether it is known where its positions are.
    """

    name: str
    features: tuple[RawFeature, ...] = ()
    crs: str = ""
    replaces: Any = None
    data_version: Any = None
    is_placed: bool = True
    problems: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()
    digest: bytes = field(default=b"", repr=False)


def joined_digest(digests: Sequence[bytes]) -> bytes:
    """Return one digest for several: itself for one, the SHA-256 of all for more."""
    if len(digests) == 1:
        return digests[0]
    return hashlib.sha256(b"".join(digests)).digest() if digests else b""
