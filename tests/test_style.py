"""Ruff on the code and on the notebooks: the same settings everywhere."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


@pytest.mark.parametrize("task", ["check", "format --check"])
def test_ruff_finds_nothing(task):
    command = [sys.executable, "-m", "ruff", *task.split(), "--no-cache", "."]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
