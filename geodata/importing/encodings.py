"""In which encoding a Shapefile's table is, where neither it nor a .cpg beside it says so.

GDAL then takes it for ISO-8859-1, in which any bytes are some text: names in Cyrillic or Chinese
come out as rubbish, and nothing fails.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

_DRIVER_AT: Final = 29
"""Where the header of a .dbf has its language driver; 0 for none."""
_UNSAID: Final = (b"\x00", b"\x57")  # 0x57 is ANSI, in whatever code page that was


def encoding_of(path: Path) -> tuple[str, tuple[str, ...]]:
    """Return the encoding to read a file's table in, and what is to be said of it.

    Parameters
    ----------
    path
        A file of any format, with its companions beside it.

    Returns
    -------
    tuple
        An empty name where the format or the file itself says it.
    """
    table = path.with_suffix(".dbf")
    if path.suffix != ".shp" or path.with_suffix(".cpg").exists() or not table.exists():
        return "", ()
    content = table.read_bytes()
    header = int.from_bytes(content[8:10], "little")
    rows = content[header:]
    if content[_DRIVER_AT : _DRIVER_AT + 1] not in _UNSAID or rows.isascii():
        return "", ()
    try:
        rows.decode("utf-8")
    except UnicodeDecodeError:
        sample = next(word for word in rows.decode("latin-1").split() if not word.isascii())
        return "", (
            "no .cpg beside it says in which encoding its texts are, so they were read as "
            f"ISO-8859-1 ({sample[:30]!r}); where that is wrong, write the encoding into a file of "
            "the same name that ends in .cpg: CP1251, for Cyrillic",
        )
    return "UTF-8", ("its texts were read as UTF-8, which they are; no .cpg beside it says so",)
