"""site: the whole course as static pages, which open from a folder or from any server.

python tools/site.py build OUT [--cache FOLDER] [--exercises FILE ...]
    convert the notebooks as they are stored into the folder OUT, without running them; Node.js
    sets the formulas, and npm fetches KaTeX once and keeps it in FOLDER; a teacher's own FILE of
    exercises becomes a page more
"""

import argparse
import sys
import time
from pathlib import Path

if not __package__:  # run as a script: Python looks in tools/ only
    sys.path[0] = str(Path(__file__).resolve().parents[1])

from teaching.files import Refused
from tools.website.build import build
from tools.website.katex import Missing


def main(*arguments):
    """Run the command; returns the exit status."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    commands = parser.add_subparsers(dest="command", required=True)
    command = commands.add_parser("build")
    command.add_argument("out", type=Path)
    command.add_argument("--cache", type=Path)
    command.add_argument("--exercises", type=Path, nargs="+", default=[], metavar="FILE")
    options = parser.parse_args(arguments)
    start = time.perf_counter()
    try:
        made = build(options.out, options.cache, options.exercises)
    except (Missing, FileExistsError, Refused) as error:
        print(error, file=sys.stderr)
        return 1
    spent = time.perf_counter() - start
    told = ", ".join(f"{count:,} {name}" for name, count in made.items())
    print(f"{options.out / 'index.html'}: {told} in {spent:.1f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
