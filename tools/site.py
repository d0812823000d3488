"""site: the whole course as static pages, which open from a folder or from any server.

python tools/site.py build OUT [--cache FOLDER] [--exercises FILE ...]
    convert the notebooks as they are stored into the folder OUT, without running them; Node.js
    sets the formulas, and npm fetches KaTeX once and keeps it in FOLDER; a teacher's own FILE of
    exercises becomes a page more
python tools/site.py slides OUT [--cache FOLDER]
    the same for the slides of all lessons, one file each; reveal.js is fetched, too
python tools/site.py lite OUT [--cache FOLDER] [--pyodide PLACE]
    a JupyterLite, in which lessons run in the page itself; requirements-lite.txt is wanted. A page
    fetches Python from cdn.jsdelivr.net when it is opened, or from PLACE, another address with all
    of Pyodide's files; where PLACE is a folder of this disk, what lies in it goes into OUT
"""

import argparse
import sys
import time
from pathlib import Path

if not __package__:  # run as a script: Python looks in tools/ only
    sys.path[0] = str(Path(__file__).resolve().parents[1])

import tools.lite.build
from teaching.files import Refused
from tools.website import build, decks
from tools.website.npm import Missing

COMMANDS = {"build": build.build, "slides": decks.build, "lite": tools.lite.build.build}


def main(*arguments):
    """Run the command; returns the exit status."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    commands = parser.add_subparsers(dest="command", required=True)
    for name in COMMANDS:
        command = commands.add_parser(name)
        command.add_argument("out", type=Path)
        command.add_argument("--cache", type=Path)
    own = {"type": Path, "nargs": "+", "default": [], "metavar": "FILE"}
    commands.choices["build"].add_argument("--exercises", dest="own", **own)
    commands.choices["lite"].add_argument("--pyodide")
    options = vars(parser.parse_args(arguments))
    run, out = COMMANDS[options.pop("command")], options["out"]
    start = time.perf_counter()
    try:
        made = run(**options)
    except (Missing, FileExistsError, ValueError, Refused) as error:
        print(error, file=sys.stderr)
        return 1
    spent = time.perf_counter() - start
    told = ", ".join(f"{count:,} {name}" for name, count in made.items())
    print(f"{out / 'index.html'}: {told} in {spent:.1f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
