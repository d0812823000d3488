"""measure: fair comparisons, and how they are told; what the other benchmarks use.

It needs NumPy, and takes threadpoolctl where it is installed. Contenders take turns within each
round, so that a busy moment of the machine hits all of them. Times are told as ratios within a
round, by their median and quartiles.
"""

import contextlib
import csv
import os
import platform
import re
import threading
import time
import tracemalloc
from pathlib import Path

import numpy as np

RESULTS = Path(__file__).parent / "results"


def taken(contenders, seconds=1.0, rounds=7, pause=0.0):
    """{name: seconds of each round} for {name: function or (function, share of the work)}.

    There are at least `rounds` rounds. pause: seconds before each contender, with one call that is
    not timed after it. Two libraries with threads of their own need it: the threads of the one look
    for work for a while before they sleep, and take a core from the other.
    """
    pairs = {name: c if isinstance(c, tuple) else (c, 1) for name, c in contenders.items()}
    for function, _ in pairs.values():
        function()  # the first call reserves memory and starts threads
    order = list(pairs)
    rng = np.random.default_rng(0)
    times = {name: [] for name in pairs}
    start = time.perf_counter()
    while len(times[order[0]]) < rounds or time.perf_counter() - start < seconds:
        rng.shuffle(order)  # who comes after whom matters: the cache is full of the other's numbers
        for name in order:
            function, share = pairs[name]
            if pause:
                time.sleep(pause)
                function()
            begin = time.perf_counter()
            function()
            times[name].append((time.perf_counter() - begin) / share)
    return {name: np.array(each) for name, each in times.items()}


def quartiles(times, name, beside):
    """(first quartile, median, third quartile) of time of `name` / time of `beside`, by rounds."""
    return tuple(float(q) for q in np.percentile(times[name] / times[beside], [25, 50, 75]))


def spread(q):
    """Quartiles in words: 0.98 (0.95-1.02)."""
    return f"{q[1]:.3g} ({q[0]:.2g}-{q[2]:.2g})"


def mean(ratios):
    """The geometric mean: to it alone twice as fast here and twice as slow there is a draw."""
    return float(np.exp(np.mean(np.log(ratios))))


def peak(function):
    """The most bytes at a time that NumPy and Python held in a first call of `function`.

    What was there before is not counted, and PyTorch's memory is not seen. It runs in a thread of
    its own, where no memory is kept for reuse yet.
    """
    found = []

    def run():
        tracemalloc.start()
        kept = function()
        found.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
        del kept

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    return found[0]


@contextlib.contextmanager
def threads(count):
    """While the block runs, NumPy's matrix product and PyTorch use `count` threads.

    "default": as many as they chose themselves.
    """
    if count == "default" or not (pools := installed("threadpoolctl")):
        yield
        return
    with pools.threadpool_limits(count):
        if torch := installed("torch"):
            torch.set_num_threads(count)
        yield


def installed(name):
    """The module of this name, or None, with a word, when it is not installed."""
    try:
        return __import__(name)
    except ImportError:
        if name not in _told:
            _told.add(name)
            print(f"{name} is missing and left out: pip install -r requirements-bench.txt")
        return None


_told = set()


def machine():
    """Lines that tell what a run was measured on: processor, versions, and the kernel of BLAS."""
    model = platform.processor() or platform.machine()
    with contextlib.suppress(OSError):
        if found := re.search(r"model name\s*: (.*)", Path("/proc/cpuinfo").read_text()):
            model = found[1]
    yield f"{model}, {os.cpu_count()} cores, {platform.system()}"
    modules = filter(None, map(installed, ("numpy", "torch", "scipy")))
    versions = [f"{module.__name__} {module.__version__}" for module in modules]
    yield ", ".join([f"Python {platform.python_version()}", *versions])
    if pools := installed("threadpoolctl"):
        for pool in pools.threadpool_info():
            if pool["user_api"] == "blas":
                kernel = pool.get("architecture")
                yield f"BLAS: {pool['internal_api']} {pool['version']}, kernel {kernel}"
    with contextlib.suppress(OSError):
        yield f"load before the run: {os.getloadavg()[0]:.1f}"


def table(headings, rows):
    """Print rows of text in columns; the first one to the left, the others to the right."""
    lines = [[str(cell) for cell in row] for row in [headings, *rows]]
    first, *others = [max(map(len, column)) for column in zip(*lines)]
    for head, *cells in lines:
        print(head.ljust(first), *map(str.rjust, cells, others), sep="  ")
    print(flush=True)


def write(name, records):
    """Write dictionaries with the same keys as results/name.csv."""
    RESULTS.mkdir(exist_ok=True)
    with open(RESULTS / f"{name}.csv", "w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, records[0].keys())
        writer.writeheader()
        writer.writerows(records)
    print("written:", RESULTS / f"{name}.csv")
