"""lessons: build the notebooks from the texts in lessons/, and check that they still agree.

python tools/lessons.py build [03 ...]
    weave the answers of solutions/ into each text, run it in a fresh kernel, write its
    notebook; write the answers that its last hints show
python tools/lessons.py check [03 ...]
    fail when text, notebook, hints and solutions differ, or the template or a budget is broken
python tools/lessons.py map
    write how long each lesson takes into its Time line, and into the maps of lesson 00 and
    README.md
"""

import sys
from pathlib import Path

if not __package__:  # run as a script: Python looks in tools/ only
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from tools.builder.answers import NoAnswer
from tools.builder.check import check
from tools.builder.maps import write_maps, write_times
from tools.builder.places import texts
from tools.builder.write import write_hints, write_notebook


def main(command="", *numbers):
    """Run one of the commands over the lessons named, or over all; returns the exit status."""
    if command == "map":
        for text in texts():
            write_times(text)
        write_maps()
        return 0
    if command not in ("build", "check") or not texts(numbers):
        sys.exit(__doc__)
    problems = []
    for text in texts(numbers):
        try:
            if command == "build":
                print("building", text.name, flush=True)
                write_hints(text)
                write_notebook(text)
            problems += check(text)
        except NoAnswer as error:
            problems.append(f"{text.name}: {error}")
    print("\n".join(problems) or "lessons and notebooks agree")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
