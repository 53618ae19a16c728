"""The tutorials do what they tell, and a text that tells otherwise is found out."""

from __future__ import annotations

from pathlib import Path

import pytest
import told

TUTORIALS = sorted((Path(__file__).parent / "tutorials").glob("*.md"))

pytestmark = pytest.mark.skipif(told.BASH is None, reason="no bash to run the blocks with")


@pytest.mark.parametrize("path", TUTORIALS, ids=lambda path: path.stem)
def test_a_tutorial_does_what_it_tells(path: Path, tmp_path: Path) -> None:
    results = list(told.run(path.read_text("utf-8"), tmp_path))
    assert results
    for one in results:
        assert one.as_told, f"{one.command.text}\nexit code {one.code}\n{one.output}"


TEXT = """
<!-- file: mine/a.txt -->
```csv
one
two
```

```sh
cat mine/a.txt
```

```text
{}
```

<!-- ends: 3 -->
```sh
exit 3
```

```python
x = 2
print("said before")
```

```python
print(x + 1)
```
```text
3
```
"""


@pytest.mark.parametrize(
    ("shown", "expected"),
    [
        ("one\ntwo", True),
        ("...\ntwo", True),
        ("one\n...", True),
        ("one", False),
        ("two\n...", False),
    ],
)
def test_what_is_shown_is_compared(shown: str, expected: bool, tmp_path: Path) -> None:
    first, *others = told.run(TEXT.format(shown), tmp_path)
    assert first.as_told is expected
    assert [one.as_told for one in others] == [True] * 3


def test_an_exit_code_that_is_not_told_is_found_out(tmp_path: Path) -> None:
    (one,) = told.run("```sh\nfalse\necho not reached\n```\n", tmp_path)
    assert (one.as_told, one.output) == (False, "")
