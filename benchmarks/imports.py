"""What opening a lesson costs.

    python benchmarks/imports.py [runs]

`import cnnlib` beside `import numpy`, and a lesson's kernel, with matplotlib and the explorers,
beside a bare kernel. Each run is a fresh process, and the contenders take turns. Fails above 15 ms
and 60 MB, the budgets.
"""

import json
import os
import statistics
import subprocess
import sys

from measure import table

CLOCK = """
import time
start = time.perf_counter()
import {module}
print(1e3 * (time.perf_counter() - start))
"""
MODULES = """
import json, sys, time
import numpy
found, inside = {}, [0.0]

class Timed:
    def __init__(self, loader):
        self.loader = loader

    def create_module(self, spec):
        return self.loader.create_module(spec)

    def exec_module(self, module):
        start = time.perf_counter()
        inside.append(0.0)
        self.loader.exec_module(module)
        whole = time.perf_counter() - start
        found[module.__name__] = 1e3 * (whole - inside.pop())
        inside[-1] += whole

class Finder:
    def find_spec(self, name, path=None, target=None):
        for finder in sys.meta_path[1:]:
            spec = finder.find_spec(name, path, target)
            if spec and spec.loader and hasattr(spec.loader, "exec_module"):
                if name.startswith("cnnlib"):
                    spec.loader = Timed(spec.loader)
                return spec

sys.meta_path.insert(0, Finder())
import cnnlib
print(json.dumps(found))
"""
KERNEL = """
import sys
from jupyter_client.manager import start_new_kernel

manager, client = start_new_kernel(kernel_name="python3")
reply = []

def listen(message):
    reply.append(message["content"].get("text", ""))

try:
    client.execute_interactive(sys.argv[1], output_hook=listen, timeout=120)
    print("".join(reply).split()[-1])
finally:
    client.stop_channels()
    manager.shutdown_kernel(now=True)
"""
HELD = """
for line in open("/proc/self/status"):
    if line.startswith("VmRSS:"):
        print(line.split()[1])
"""
LESSON = """
import matplotlib.pyplot as plt
import numpy as np

import cnnlib
from cnnlib import datasets, views
"""


def fresh(code, *arguments):
    """What a new Python process prints when it runs the code.

    It may keep compiled files, as Python does by itself.
    """
    settings = dict(os.environ)
    settings.pop("PYTHONDONTWRITEBYTECODE", None)
    command = [sys.executable, "-c", code, *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=True, env=settings).stdout


def imports(runs):
    """Milliseconds above NumPy: the median of the differences within a round.

    Prints what each of cnnlib's modules takes.
    """
    times = {"numpy": [], "cnnlib": []}
    for module in times:
        fresh(CLOCK.format(module=module))  # once for the compiled files
    for _ in range(runs):
        for module, each in times.items():
            each.append(float(fresh(CLOCK.format(module=module))))
    above = [c - n for c, n in zip(times["cnnlib"], times["numpy"])]
    told = {f"import {module}": each for module, each in times.items()} | {"difference": above}
    rows = [
        [name, *(f"{quartile:.1f}" for quartile in statistics.quantiles(each))]
        for name, each in told.items()
    ]
    table([f"milliseconds, {runs} runs", "first quartile", "median", "third quartile"], rows)
    modules(min(runs, 9))
    return statistics.median(above)


def modules(runs):
    """Print the milliseconds of each module of cnnlib, the slowest first."""
    parts = [json.loads(fresh(MODULES)) for _ in range(runs)]
    own = {name: statistics.median(part[name] for part in parts) for name in parts[0]}
    slowest = sorted(own.items(), key=lambda pair: pair[1], reverse=True)
    table(["without what it imports", "ms"], [[name, f"{ms:.2f}"] for name, ms in slowest])


def kernels(runs):
    """Megabytes of a lesson's kernel above a bare one; None where the system does not tell."""
    if not os.path.exists("/proc/self/status"):
        print("memory is read from /proc, which this operating system lacks")
        return None
    held = {"bare kernel": [], "lesson's kernel": []}
    for _ in range(runs):
        for name, code in zip(held, ("", LESSON)):
            held[name].append(int(fresh(KERNEL, code + HELD)) / 1000)
    rows = [[name, f"{statistics.median(each):.1f}"] for name, each in held.items()]
    above = statistics.median(held["lesson's kernel"]) - statistics.median(held["bare kernel"])
    table([f"megabytes, {runs} runs", "median"], [*rows, ["difference", f"{above:.1f}"]])
    return above


def main(runs):
    """True when both budgets are met."""
    milliseconds = imports(runs)
    megabytes = kernels(max(1, runs // 7))
    return milliseconds <= 15 and (megabytes is None or megabytes <= 60)


if __name__ == "__main__":
    sys.exit(not main(int(sys.argv[1]) if len(sys.argv) > 1 else 21))
