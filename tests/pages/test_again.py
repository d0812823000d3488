"""A reader runs cells as they like: each twice in a row, and any of them once more at the end."""

import json

import pytest

from tests.pages.again import NOTEBOOKS, failures

USES_UP = ["x = [1, 2]", "x = dict(enumerate(x))", "y = x.pop(0)"]
NAMES_TWICE = ["x = [1, 2]", "assert x[1] == 2", "x = {}"]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_every_cell_can_be_run_again(path):
    assert failures(path) == []


@pytest.mark.parametrize(
    ("sources", "told"),
    [
        (USES_UP, "cell 2, run twice in a row: KeyError: 0"),
        (NAMES_TWICE, "cell 1, run again at the end: KeyError: 1"),
        (["1 / 0"], "cell 0: ZeroDivisionError: division by zero"),
        (["1 +"], "cell 0: SyntaxError: invalid syntax"),
    ],
)
def test_a_cell_that_cannot_is_found(sources, told, tmp_path):
    path = tmp_path / "page.ipynb"
    cells = [{"cell_type": "code", "source": source} for source in sources]
    path.write_text(json.dumps({"cells": cells}))
    assert failures(path)[0].startswith(told)
