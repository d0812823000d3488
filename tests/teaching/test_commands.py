"""The one entry point of the teacher's commands."""

import pytest

from teaching.__main__ import COMMANDS, main


def test_every_command_has_help(capsys):
    with pytest.raises(SystemExit, match="0"):
        main("--help")
    told = capsys.readouterr().out
    for module in COMMANDS:
        assert module.__name__.rpartition(".")[2] in told
