"""Ruff on the code and on the notebooks: the same settings everywhere."""

import subprocess
import sys

import pytest

from tests.project.tree import ROOT


@pytest.mark.parametrize("task", ["check", "format --check"])
def test_ruff_finds_nothing(task):
    command = [sys.executable, "-m", "ruff", *task.split(), "--no-cache", "."]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
