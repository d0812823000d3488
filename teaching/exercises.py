"""exercises: a teacher's own exercises, looked at, and as a notebook."""

import json
from pathlib import Path

from teaching.files import Refused

ABOUT = """Look at a file of your own exercises, and make a notebook of it.

Students who get the notebook need the file, too: beside it, in a folder cnnlib_exercises, or where
the environment variable CNNLIB_EXERCISES says. teaching/example_exercises.py is a complete example.
"""


def add(commands):
    """The command, for python -m teaching."""
    parser = commands.add_parser(
        "exercises", help="look at a file of your own exercises", description=ABOUT
    )
    parser.add_argument("file", type=Path, help="a Python file with EXERCISES = [Exercise(...)]")
    parser.add_argument("--notebook", type=Path, help="write them into this notebook")
    parser.set_defaults(run=run)


def run(options):
    """Print what is in the file, one line an exercise; write the notebook."""
    from teaching.own_page import notebook, own_exercises  # loads NumPy

    found = own_exercises(options.file)
    if options.notebook:
        if options.notebook.exists():
            raise Refused(f"{options.notebook} is there already: choose another name")
        text = json.dumps(notebook(options.file), ensure_ascii=False, indent=1)
        options.notebook.write_text(text + "\n", encoding="utf-8")
        print(f"{options.notebook} is written.")
    for one in found:
        kind = "a function" if one.cases else "a value"
        counts = f"{_many(len(one.wrong), 'known mistake')}, {_many(len(one.hints), 'hint')}"
        print(f"{one.name}: {kind}, {counts}: {one.text}")
    return 0


def _many(n, what):
    """So many of them, as "1 hint" or "2 hints"."""
    return f"{n} {what}" if n == 1 else f"{n} {what}s"
