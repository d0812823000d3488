"""bundle: the course in a folder for a memory stick, to read and to install without a network.

python tools/bundle.py OUT [--platform NAME ...] [--python VERSION ...]
    write the site, the notebooks, and the wheels of all packages for these kinds of machines into
    the folder OUT, which is new or empty; this machine's kind where none is named
"""

import argparse
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

if not __package__:  # run as a script: Python looks in tools/ only
    sys.path[0] = str(Path(__file__).resolve().parents[1])

from tools.builder.places import NOTEBOOKS, ROOT
from tools.stick import instructions
from tools.stick.wheelhouse import PYTHONS, SYSTEMS, Refused, fetch, targets
from tools.website.build import build
from tools.website.npm import Missing

BUILD = ("hatchling", "editables")  # what installing a copy of the repository needs beside


def main(*arguments):
    """Run the command; returns the exit status."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("out", type=Path)
    parser.add_argument("--platform", nargs="+", default=[], help=", ".join(SYSTEMS))
    parser.add_argument("--python", nargs="+", default=[], help=", ".join(PYTHONS))
    options = parser.parse_args(arguments)
    start = time.perf_counter()
    try:
        bundle(options.out, targets(options.platform, options.python))
    except (Refused, Missing) as reason:
        print(reason, file=sys.stderr)
        return 1
    files = [path for path in options.out.rglob("*") if path.is_file()]
    size = sum(path.stat().st_size for path in files) / 1e6
    spent = time.perf_counter() - start
    print(f"{options.out}: {len(files)} files, {size:.0f} MB in {spent:.0f} s")
    return 0


def bundle(out, machines):
    """Write everything for these Targets into the folder `out`; Refused where it holds anything."""
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise Refused(f"{out} is there and not an empty folder: choose another one")
    build(out / "site")
    shutil.copytree(NOTEBOOKS, out / "notebooks", ignore=shutil.ignore_patterns(".*"))
    shutil.copy(ROOT / "LICENSE", out)
    fill(out / "wheelhouse", machines)
    write_texts(out, machines)


def fill(wheelhouse, machines):
    """Make the folder of wheels: cnnlib, what requirements.txt names, and all that they need."""
    wheelhouse.mkdir(parents=True)
    own = build_wheel(wheelhouse)
    for machine in machines:
        fetch([str(own), *pins(), *BUILD], machine, wheelhouse)


def write_texts(out, machines):
    """Write requirements.txt and what to do with the folder."""
    [own] = (out / "wheelhouse").glob("cnnlib-*.whl")
    wanted = [*pins(), f"cnnlib=={own.name.split('-')[1]}"]
    names = {SYSTEMS[machine.platform][1] for machine in machines}
    pythons = sorted({machine.python for machine in machines})
    texts = {
        "requirements.txt": "\n".join(wanted) + "\n",
        "START_HERE.txt": instructions.text(names, pythons),
        "index.html": instructions.page(names, pythons),
    }
    for name, text in texts.items():
        (out / name).write_text(text, encoding="utf-8")


def pins():
    """What requirements.txt asks for beside this project itself."""
    text = (ROOT / "requirements.txt").read_text(encoding="utf-8")
    return re.findall(r"^[\w-]+==\S+$", text, re.MULTILINE)


def build_wheel(folder):
    """Build the wheel of cnnlib in a folder; its path."""
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    if done.returncode:
        raise Refused(f"the wheel of cnnlib cannot be built:\n{done.stderr}")
    return next(folder.glob("cnnlib-*.whl"))


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
