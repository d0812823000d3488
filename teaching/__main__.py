"""teaching: what a teacher of a class calls.

python -m teaching COMMAND --help
    tells what a command reads and writes: plain files, CSV in UTF-8 and HTML that prints.
    Nothing is sent anywhere, and the names of students stay in the folder that you name.
"""

import argparse
import importlib
import os
import sys
from collections.abc import Sequence

from teaching.files import Refused, semicolons

# modules of this package; each has add(commands), which sets `run` for its parsers
COMMANDS = ("worksheets", "mark", "collect", "exercises", "quiz", "gain", "logins")
STOPPED = 130  # what a shell calls a command that Ctrl-C has ended
OPEN = "; on Windows a file that is open in a spreadsheet cannot be written: close it there"


def main(*arguments: str) -> int:
    """Run a command; returns the exit status."""
    options = parsed(arguments)
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):  # a terminal may not have the letters of every name
            stream.reconfigure(errors="replace")
    mask = os.umask(0o077)  # what is written has names in it: nobody else on this machine reads it
    try:
        with semicolons(getattr(options, "semicolons", False)):
            status = options.run(options)
        sys.stdout.flush()
        return status
    except Refused as refused:
        print(refused, file=sys.stderr)
    except BrokenPipeError:  # as in `| head`: who reads has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except KeyboardInterrupt:
        print("\nStopped. What is written stands; run it again for the rest.", file=sys.stderr)
        return STOPPED
    except OSError as error:
        if not error.filename:
            raise
        told = OPEN if isinstance(error, PermissionError) else ""
        print(f"{error.filename}: {error.strerror}{told}", file=sys.stderr)
    finally:
        os.umask(mask)
    return 1


def parsed(arguments: Sequence[str]) -> argparse.Namespace:
    """The options of a command; `run` is what it does with them."""
    parser = argparse.ArgumentParser(
        prog="python -m teaching",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    one = arguments[:1] if {*arguments[:1]} & {*COMMANDS} else COMMANDS  # some load a lot
    for name in one:
        importlib.import_module(f"teaching.{name}").add(commands)
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
