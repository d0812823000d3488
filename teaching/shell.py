"""shell: an IPython in which a notebook is run again: it starts no program and opens no window, and
what asks for one does nothing, so that the rest of its cell is run."""

from typing import Any

from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.text import SList

# cells that are another program's
PROGRAMS = ("script", "bash", "sh", "shell", "cmd", "powershell", "perl", "ruby", "pypy")
PROGRAMS += ("python", "python2", "python3")


class Shell(InteractiveShell):
    """What a notebook's kernel has and a bare shell lacks is asked for in vain, and in peace."""

    def enable_gui(self, gui: Any = None) -> None:
        """Open no window: figures are drawn into memory."""

    def enable_matplotlib(self, gui: Any = None) -> tuple[None, str]:
        """Leave figures as they are; returns (no window, how they are drawn)."""
        return None, "agg"

    def system(self, cmd: str) -> None:
        """Take a command such as `!pip install x`, and start nothing."""
        self.user_ns["_exit_code"] = 0

    system_piped = system_raw = system

    def getoutput(self, cmd: str, split: bool = True, depth: int = 0) -> Any:
        """What a command prints that is not started: nothing."""
        return SList() if split else ""

    def run_line_magic(self, magic_name: str, line: str, _stack_depth: int = 1) -> Any:
        """What a line such as `%pip install x` gives; None where it fails: it may want a program,
        or what only its writer's machine has."""
        try:
            return super().run_line_magic(magic_name, line, _stack_depth + 1)
        except Exception:
            return None

    def run_cell_magic(self, magic_name: str, line: str, cell: str) -> Any:
        """What a cell such as `%%time` gives; None for one that is another program's."""
        if magic_name in PROGRAMS:
            return None
        return super().run_cell_magic(magic_name, line, cell)
