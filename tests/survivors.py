"""Which slips in the project's own code does no test see? python -m tests.survivors --help

A seeded sample of mutants, as many of each module and of each kind of slip as there can be, is
written one by one into copies of the tree. There the tests of its module run, then those that
name what is in it. A mutant is killed when a test fails or takes far longer than it did; what is
in tests.equivalent does the same as the code. The tree itself is only read.
"""

import argparse
import ast
import importlib
import json
import multiprocessing
import os
import random
import resource
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from dataclasses import dataclass
from functools import cache, singledispatch
from pathlib import Path

from tests.equivalent import EQUIVALENT
from tests.mutants import Scope, changed, places, put, scope_of, slips

ROOT = Path(__file__).parents[1]
AREAS = {
    "maths": "cnnlib/*.py",
    "course": "cnnlib/course/*.py",
    "views": "cnnlib/views/**/*.py",
    "builder": "tools/builder/*.py",
}
WIDER = {  # what is run after a module's own tests
    "maths": "test_reference test_layers test_network test_ops test_arguments test_training"
    " test_judged_by_others test_ready test_check",
    "course": "test_check test_keys_words test_typed test_corpus test_layer_check test_clinic"
    " test_exercises",
    "views": "views/test_tales views/test_told views/test_predicting views/test_grids"
    " views/test_ways_back views/test_frames views/test_links views/test_layer_walk"
    " views/test_examples views/test_canvas views/test_base project/test_scripts",
    "builder": "project/test_builder project/test_weave project/test_lessons",
}
FOLDERS = {"maths": "", "course": "", "views": "views/", "builder": "project/"}
OWN = {  # where the tests of a module are not named after it
    "columns": "test_ops",
    "npz": "test_network",
    "exercise": "test_check",
    "result": "test_clinic",
    "layer_slips": "test_layer_check",
    "own_layer": "project/test_own_layer",
    "__init__": "project/test_architecture",
    "page": "views/test_examples",
    "recording": "views/test_training_theatre",
    "explain": "views/test_layer_walk",
    "designs": "views/test_gradient_check_lab",
    "answers": "project/test_weave",
}
PRELOADED = ("pytest", "numpy", "matplotlib.pyplot", "ipywidgets", "hypothesis")
FORK = multiprocessing.get_context("fork")


@dataclass(frozen=True)
class Slip:
    """module, number: which line of which file; kind: of which node; old, new: the lines."""

    module: str
    number: int
    kind: str
    old: str
    new: str
    text: str

    @property
    def key(self):
        return f"{self.module}: {self.old} -> {self.new}"

    def __str__(self):
        return f"{self.module}:{self.number} ({self.kind})\n    - {self.old}\n    + {self.new}"


# ---- the mutants of a module


@singledispatch
def more_slips(node, scope):
    """What is no slip in a solution of a few lines: conditions, refusals, switches."""
    return ()


@more_slips.register
def _(node: ast.BoolOp, scope):
    yield changed(node, op=ast.And() if isinstance(node.op, ast.Or) else ast.Or())
    yield from node.values


@more_slips.register
def _(node: ast.If, scope):
    yield changed(node, test=ast.Constant(True))
    yield changed(node, test=ast.Constant(False))


@more_slips.register
def _(node: ast.Raise, scope):
    yield ast.Pass()


@more_slips.register
def _(node: ast.Constant, scope):
    if isinstance(node.value, bool):
        yield ast.Constant(not node.value)


def _roots(body):
    """(tree, scope) of each function and of each statement outside of functions."""
    for node in body:
        if isinstance(node, ast.ClassDef):
            yield from _roots(node.body)
        elif isinstance(node, ast.FunctionDef):
            yield node, scope_of(node)
        elif not isinstance(node, (ast.Import, ast.ImportFrom)):
            yield node, Scope((), (), (), None)


def _unseen(root):
    """The nodes that no test can see, or ought to: docstrings and annotations."""
    for node in ast.walk(root):
        words = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
        notes = [getattr(node, field, None) for field in ("annotation", "returns")]
        for top in [node] * words + [note for note in notes if note]:
            yield from ast.walk(top)


def _spliced(text, node, slip):
    """The text of a module with a slip in place of a node; all around stays as it is written."""
    lines = text.splitlines(keepends=True)
    first, last = node.lineno - 1, node.end_lineno - 1
    head = lines[first].encode()[: node.col_offset].decode()
    tail = lines[last].encode()[node.end_col_offset :].decode()
    middle = ast.unparse(slip).replace("\n", "\n" + " " * node.col_offset)
    start = "".join(lines[:first]) + head
    yield from (
        start + part + tail + "".join(lines[last + 1 :]) for part in (middle, f"({middle})")
    )


def _written(text, tree, node, slip, statement):
    """The module's text with the slip that is in its tree now; None where Python refuses it."""
    wanted = ast.unparse(tree)
    here = [(node, slip)] * hasattr(node, "lineno")
    around = [(statement, slip if node is statement else statement)]
    for old, new in here + around:
        for written in _spliced(text, old, new):
            try:
                if ast.unparse(ast.parse(written)) == wanted:
                    return written
            except SyntaxError:
                continue
    return None


def _one(module, text, tree, place, slip):
    """The Slip of one node in its place."""
    holder, key, node, statement = place
    put(holder, key, slip)
    written = _written(text, tree, node, slip, statement)
    put(holder, key, node)
    if written is None or written == text:
        return None
    olds, news = text.splitlines(), written.splitlines()
    n = next((n for n, (a, b) in enumerate(zip(olds, news)) if a != b), None)
    if n is None:
        return None
    return Slip(module, n + 1, type(node).__name__, olds[n].strip(), news[n].strip(), written)


def slips_of(module, seed):
    """The Slips of a module in a random order, one of each kind in turn."""
    text = (ROOT / module).read_text(encoding="utf-8")
    tree = ast.parse(text)
    chance = random.Random(f"{seed} {module}")
    kinds = {}
    for root, scope in _roots(tree.body):
        unseen = {id(node) for node in _unseen(root)}
        for place in places(root, root):
            if id(place[2]) not in unseen:
                kinds.setdefault(type(place[2]).__name__, []).append((place, scope))
    while kinds:
        for kind in chance.sample(sorted(kinds), len(kinds)):
            place, scope = kinds[kind].pop(chance.randrange(len(kinds[kind])))
            if not kinds[kind]:
                del kinds[kind]
            every = [*slips(place[2], scope), *more_slips(place[2], scope)]
            made = _one(module, text, tree, place, chance.choice(every)) if every else None
            if made:
                yield made


def sample(count, seed, only=""):
    """`count` Slips, the same number of every module whose name contains `only`."""
    modules = [path.relative_to(ROOT).as_posix() for g in AREAS.values() for path in ROOT.glob(g)]
    sources = {m: slips_of(m, seed) for m in sorted(modules) if only in m}
    chosen = []
    while sources and len(chosen) < count:
        for module, source in list(sources.items()):
            slip = next(source, None)
            if slip is None:
                del sources[module]
            elif len(chosen) < count:
                chosen.append(slip)
    return chosen


# ---- the tests of a module


def area_of(module):
    parts = Path(module).parts
    return next((area for area in AREAS if area in parts), "maths")


@cache
def tests_of(module, wider):
    """The test files of a module, its own first."""
    area, stem = area_of(module), Path(module).stem
    own = OWN.get(stem, f"{FOLDERS[area]}test_{stem}")
    names = [own] if (ROOT / f"tests/{own}.py").exists() else []
    if wider or not names:
        names += WIDER[area].split()
    return [f"tests/{name}.py" for name in dict.fromkeys(names)]


def _run_tests(tree, file, seconds):
    """In a process of its own: run tests in a tree, with a limit of processor time."""
    import pytest

    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 5))
    for name in [n for n in sys.modules if n.split(".")[0] in ("tests", "tools", "cnnlib")]:
        del sys.modules[name]
    sys.path[:] = [str(tree), *(p for p in sys.path if p not in ("", str(ROOT)))]
    os.environ.update(
        PYTHONPATH=str(tree), PYTEST_DISABLE_PLUGIN_AUTOLOAD="1"
    )  # a start in no time
    os.chdir(tree)
    silent = os.open(os.devnull, os.O_WRONLY)
    for stream in (1, 2):
        os.dup2(silent, stream)
    os._exit(pytest.main(["-xq", "-o", "addopts=", "-p", "no:cacheprovider", file]))


def passes(tree, file, seconds):
    """Whether the tests in a file pass in a tree, and the processor time they took."""
    child = FORK.Process(target=_run_tests, args=(tree, file, seconds))
    before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
    child.start()
    child.join(20 * seconds)
    child.kill()
    child.join()
    return child.exitcode == 0, resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - before


class Tree:
    """A copy of the project, in which one mutant at a time stands.

    costs: {test file: seconds of processor time as long as nothing is wrong}, which all trees share
    """

    def __init__(self, folder, costs):
        self.folder, self.costs = Path(folder), costs
        named = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True)
        for name in named.stdout.decode().split("\0"):
            if (ROOT / name).is_file():
                (self.folder / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(ROOT / name, self.folder / name)

    def lives(self, slip, wider):
        """Whether all tests of its module pass with a slip."""
        return all(self.passes_with(slip, file) for file in tests_of(slip.module, wider))

    def passes_with(self, slip, file):
        if file not in self.costs:
            passed, self.costs[file] = passes(self.folder, file, 600)
            if not passed:
                self.costs[file] = None
                print(f"left out, as it fails without a slip, too: {file}", file=sys.stderr)
        if self.costs[file] is None:
            return True
        path = self.folder / slip.module
        kept = path.read_text(encoding="utf-8")
        self.write(path, slip.text)
        passed, _ = passes(self.folder, file, 10 + 3 * int(self.costs[file]))
        self.write(path, kept)
        return passed

    @staticmethod
    def write(path, text):
        """Write a module, and let Python forget what it has compiled of it."""
        path.write_text(text, encoding="utf-8")
        for compiled in (path.parent / "__pycache__").glob(f"{path.stem}.*.pyc"):
            compiled.unlink()


# ---- the command


def _work(chosen, wider, costs, ends):
    with tempfile.TemporaryDirectory() as folder:
        tree = Tree(folder, costs)
        for slip in chosen:
            try:
                ends.put((slip, "alive" if tree.lives(slip, wider) else "killed"))
            except Exception as error:
                ends.put((slip, error))


def ends_of(chosen, known, processes, wider):
    """Yield (slip, "killed", "alive" or "equivalent") of each, the known ones first."""
    rest = []
    for slip in chosen:
        if slip.key in EQUIVALENT or known.get(slip.key) == "killed":
            yield slip, "equivalent" if slip.key in EQUIVALENT else "killed"
        else:
            rest.append(slip)
    with FORK.Manager() as manager:
        costs, ends = manager.dict(), manager.Queue()
        for n in range(processes):
            FORK.Process(target=_work, args=(rest[n::processes], wider, costs, ends)).start()
        for _ in rest:
            slip, end = ends.get()
            if isinstance(end, Exception):
                raise RuntimeError(f"{slip} was not tried") from end
            yield slip, end


def _arguments():
    parser = argparse.ArgumentParser("python -m tests.survivors")
    parser.add_argument("--count", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", default="", help="a part of the name of the modules")
    parser.add_argument("--own", action="store_true", help="run a module's own tests only")
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--log", type=Path, help="where ends are kept: who is dead stays dead")
    return parser.parse_args()


def main():
    given = _arguments()
    for name in PRELOADED:
        importlib.import_module(name)
    known = {}
    if given.log and given.log.exists():
        known = dict(json.loads(line) for line in given.log.read_text().splitlines())
    table = Counter()
    chosen = sample(given.count, given.seed, given.only)
    ends = ends_of(chosen, known, given.processes, not given.own)
    for n, (slip, end) in enumerate(ends, 1):
        table[area_of(slip.module), end] += 1
        if end == "alive":
            print(slip, flush=True)
        if given.log:
            with given.log.open("a") as log:
                log.write(json.dumps([slip.key, end]) + "\n")
        print(f"{n}/{len(chosen)}", end="\r", file=sys.stderr)
    _print_table(table)


def _print_table(table):
    ends = ("killed", "alive", "equivalent")
    print(f"{'':10}{'made':>12}" + "".join(f"{end:>12}" for end in ends))
    for area in (*AREAS, "all"):
        counts = [sum(table[a, end] for a in AREAS if area in (a, "all")) for end in ends]
        print(f"{area:10}{sum(counts):12}" + "".join(f"{n:12}" for n in counts))


if __name__ == "__main__":
    main()
