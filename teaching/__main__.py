"""teaching: what a teacher of a class calls.

python -m teaching COMMAND --help
    tells what a command reads and writes: plain files, CSV in UTF-8 and HTML that prints.
    Nothing is sent anywhere, and the names of students stay in the folder that you name.
"""

import argparse
import importlib
import os
import sys

from teaching.files import Refused

# modules of this package; each has add(commands), which sets `run` for its parsers
COMMANDS = ("worksheets", "mark", "collect", "exercises", "quiz", "gain", "logins")


def main(*arguments: str) -> int:
    """Run a command; returns the exit status."""
    parser = argparse.ArgumentParser(
        prog="python -m teaching",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    one = arguments[:1] if {*arguments[:1]} & {*COMMANDS} else COMMANDS  # some load a lot
    for name in one:
        importlib.import_module(f"teaching.{name}").add(commands)
    options = parser.parse_args(arguments)
    mask = os.umask(0o077)  # what is written has names in it: nobody else on this machine reads it
    try:
        status = options.run(options)
        sys.stdout.flush()
        return status
    except Refused as refused:
        print(refused, file=sys.stderr)
        return 1
    except BrokenPipeError:  # as in `| head`: who reads has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    finally:
        os.umask(mask)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
