"""The command that looks for slips which no test sees: its slips are one line each, and its ends
are true."""

import ast
import subprocess
import sys
from collections import Counter

import pytest

pytest.importorskip("resource")  # it limits processor time, as Windows does not

from tests import survivors

TRY = """
import tempfile
from tests.survivors import ROOT, Slip, Tree

text = (ROOT / "cnnlib/loss.py").read_text()
for old, new in (("0 - grad.sum(1)", "0 - grad.sum(0)"), ("(count,):", "(+count,):")):
    changed = text.replace(old, new, 1)
    assert changed != text
    with tempfile.TemporaryDirectory() as folder:
        slip = Slip("cnnlib/loss.py", 1, "", old, new, changed)
        print(Tree(folder, {}).lives(slip, wider=False))
"""


def test_a_slip_is_one_change_in_a_module_that_can_be_read():
    chosen = survivors.sample(40, 7, "cnnlib/l")
    again = survivors.sample(40, 7, "cnnlib/l")
    assert len(chosen) == 40 and chosen == again
    for slip in chosen:
        before = (survivors.ROOT / slip.module).read_text(encoding="utf-8")
        assert ast.dump(ast.parse(slip.text)) != ast.dump(ast.parse(before))
        assert before.splitlines()[slip.number - 1].strip() == slip.old != slip.new
    counts = Counter(slip.module for slip in chosen)
    assert counts == {"cnnlib/layers.py": 20, "cnnlib/loss.py": 20}
    assert len({slip.kind for slip in chosen}) > 10


def test_what_changes_the_gradient_is_killed_and_what_changes_nothing_lives():
    """In a process of its own, as the command forks."""
    done = subprocess.run(
        [sys.executable, "-c", TRY], cwd=survivors.ROOT, capture_output=True, text=True
    )
    assert done.stdout.split() == ["False", "True"], done.stderr


def test_an_excuse_has_its_line_in_the_code():
    for excuse in survivors.EQUIVALENT:
        module, _, slip = excuse.partition(": ")
        lines = (survivors.ROOT / module).read_text(encoding="utf-8").splitlines()
        assert any(slip.startswith(f"{line.strip()} -> ") for line in lines), excuse
