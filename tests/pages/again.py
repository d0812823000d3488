"""again: the code cells of a notebook, each run twice in a row, and each alone again at the end; in
a Python that starts no thread and no process and opens no connection, as in a browser.

python -m tests.pages.again 04 05
    say which cells of the lessons 04 and 05 fail in this, numbered from 0 as in the file; exit
    status 1 where any does. Without numbers: all pages.
"""

import contextlib
import io
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.confined import confine

ROOT = Path(__file__).parents[2]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
SLOW = 2.0  # seconds of work: a cell that takes more is run for the second time at the end


def failures(path):
    """What fails when the cells of a notebook are run again, in a fresh Python; a line each."""
    with tempfile.TemporaryDirectory() as folder:
        return _failures(path, folder)


def _failures(path, folder):
    """As failures; what IPython keeps of a run goes into `folder`."""
    settings = {
        "MPLBACKEND": "agg",
        "OPENBLAS_NUM_THREADS": "1",
        "PYTHONPATH": str(ROOT),
        "PYTHONWARNINGS": "error::DeprecationWarning:__main__,error::RuntimeWarning",
        "IPYTHONDIR": folder,
    }
    command = [sys.executable, "-c", "import sys; from tests.pages import again; again.run()", path]
    done = subprocess.run(
        command, cwd=path.parent, env=os.environ | settings, capture_output=True, text=True
    )
    if done.returncode:
        return [done.stderr]
    return json.loads(done.stdout)


def run():
    """In the fresh Python: print what fails in the notebook that the command line names."""
    with contextlib.redirect_stdout(io.StringIO()):
        told = list(trouble(code_cells(Path(sys.argv[1]))))
    print(json.dumps(told))


def code_cells(path):
    """{place in the file, from 0: source} of the code cells of a notebook."""
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    return {
        place: "".join(cell["source"])
        for place, cell in enumerate(cells)
        if cell["cell_type"] == "code"
    }


def trouble(cells):
    """Run the cells in one shell; yields a line for each run that fails."""
    from IPython.core.interactiveshell import InteractiveShell

    shell = InteractiveShell()
    confine()
    for place, source in cells.items():
        started = time.process_time()
        yield from wrong(shell, source, f"cell {place}")
        if time.process_time() - started < SLOW:
            yield from wrong(shell, source, f"cell {place}, run twice in a row")
    names = dict(shell.user_ns)
    for place, source in cells.items():
        shell.user_ns.update(names)  # what another cell has named at the end is not taken for it
        yield from wrong(shell, source, f"cell {place}, run again at the end")


def wrong(shell, source, what):
    """Run one cell; yields what it raised, in a line, where it did."""
    import matplotlib.pyplot as plt

    done = shell.run_cell(source)
    plt.close("all")  # as a notebook does after each cell
    error = done.error_before_exec or done.error_in_exec
    if error is not None:
        yield f"{what}: {type(error).__name__}: {error}"


def main(numbers):
    """Tell what fails in the pages whose names begin with one of numbers, or in all."""
    bad = 0
    for path in NOTEBOOKS:
        if not numbers or path.name.startswith(tuple(numbers)):
            told = failures(path)
            bad += len(told)
            print("\n    ".join([f"{path.stem}: {'fails' if told else 'good'}", *told]), flush=True)
    return bool(bad)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
