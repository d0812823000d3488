"""The one entry point of the teacher's commands."""

import subprocess
import sys

import pytest

from teaching.__main__ import COMMANDS, main
from tests.project.tree import ROOT


def test_every_command_has_help(capsys):
    with pytest.raises(SystemExit, match="0"):
        main("--help")
    told = capsys.readouterr().out
    for name in COMMANDS:
        assert name in told


def test_a_command_loads_no_other():
    code = "import sys; from teaching.__main__ import main; main('collect', 'nowhere'); "
    code += "sys.exit('numpy' in sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT)
