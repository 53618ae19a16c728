"""``python -m maps.build_charts``: draw the charts again, and bundle the script that shows them.

Writes ``maps/assets/charts``: every chart as Vega-Lite (``NAME.vl.json``, for ``corridors chart``)
and compiled to Vega (``NAME.vg.json``, for the page, which then needs no Vega-Lite), and
``vega.js``, the parts of Vega that these charts need, with the interpreter that does without
``eval``. ``--check`` compares the files byte for byte with the shipped ones; it ends with 1 and the
names of those that differ. Needs the extra ``build``: altair and vl-convert-python.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

SHIPPED: Final = Path(__file__).resolve().parent / "assets" / "charts"
NOTICES: Final = "NOTICES.txt"
"""Copyright notices and licences of what the bundle holds; written by hand."""
VEGA_LITE: Final = "6.4"

# What of Vega the charts use, by the modules that vl-convert carries; `vega` as a whole would bring
# maps, forces, trees, word clouds and 140 kB more.
_MODULES: Final = {
    "vega-dataflow@6.1.0": "{ transforms }",
    "vega-transforms@5.1.0": "* as data",
    "vega-view-transforms@5.1.0": "* as marks",
    "vega-encode@5.1.0": "* as encoders",
    "vega-view@6.1.0": "{ View }",
    "vega-parser@7.1.0": "{ parse }",
    "vega-interpreter@2.0.0": "{ expressionInterpreter }",
}
_SNIPPET: Final = "\n".join(
    (
        *(
            f'import {names} from "https://cdn.jsdelivr.net/npm/{module}/+esm";'
            for module, names in _MODULES.items()
        ),
        "Object.assign(transforms, data, marks, encoders);",
        "window.vega = { View, parse, expressionInterpreter };",
    )
)


def main(argv: Sequence[str] | None = None) -> int:
    """Build, or check, the charts and return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m maps.build_charts", description=__doc__)
    parser.add_argument("--check", action="store_true", help="compare with the shipped files")
    check = parser.parse_args(argv).check
    written = dict(built())
    if not check:
        SHIPPED.mkdir(parents=True, exist_ok=True)
        for name, text in written.items():
            (SHIPPED / name).write_text(text, encoding="utf-8", newline="\n")
        return 0
    shipped = {path.name for path in SHIPPED.iterdir()} - {NOTICES}
    differing = sorted(
        name
        for name in written.keys() | shipped
        if name not in written
        or name not in shipped
        or (SHIPPED / name).read_text(encoding="utf-8") != written[name]
    )
    for name in differing:
        sys.stdout.write(f"{name}\n")
    sys.stderr.write(f"{len(written) - len(differing)} of {len(written)} files are as shipped\n")
    return 1 if differing else 0


def built() -> Iterator[tuple[str, str]]:
    """Yield name and text of every file."""
    import vl_convert

    from maps.charts.drawing import DRAWN

    for kind, draw in DRAWN.items():
        lite = draw()
        yield f"{kind}.vl.json", _text(lite)
        yield f"{kind}.vg.json", _text(vl_convert.vegalite_to_vega(lite, vl_version=VEGA_LITE))
    yield "vega.js", vega_script(vl_convert.javascript_bundle(_SNIPPET))


def vega_script(bundle: str) -> str:
    """Return the bundle under its notices, fit to stand in a page."""
    notices = (SHIPPED / NOTICES).read_text(encoding="utf-8")
    script = f"/*!\n{notices}*/\n(() => {{{bundle.strip()}}})();\n"
    if "</script" in script or "*/" in notices or "<!--" in script:
        raise ValueError("the bundle cannot stand in a page as it is")
    return script


def _text(spec: Any) -> str:
    """Return a chart as JSON, numbered names as they came: the same for the same packages."""
    return json.dumps(spec, ensure_ascii=False, sort_keys=True, separators=(",", ":")) + "\n"


if __name__ == "__main__":
    sys.exit(main())
