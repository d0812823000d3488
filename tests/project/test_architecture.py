"""The house: who imports whom, what importing loads, and the public face."""

import ast
import inspect
import subprocess
import sys

import pytest

import cnnlib
from cnnlib import ops, reference, views
from tests.project.tree import (
    COURSE,
    KEYS,
    MATHS,
    PACKAGE,
    ROOT,
    VIEWS,
    functions_of,
    name_of,
    parsed,
)

# From the ground up: a module imports only from lines above its own. First the maths (levels 0 to
# 4), then the course, then the views.
FLOORS = """
    arguments typed threads
    geometry gradient_check activations npz mnist augmentation
    columns datasets loss
    reference ops
    layers
    network
    trained training
    course.source course.exercise course.result course.bugs course.closed
    course.blanks course.own_fields
    course.calling
    course.compare
    course.failing course.own
    course.reasons
    course.check course.layer_slips
    course.layer_check course.case
    course.own_layer
    course.patient course.ward
    course.keys course.clinic course.ready course.export course.copies course.saving
    views
""".strip().splitlines()
FLOOR = {module: n for n, modules in enumerate(FLOORS) for module in modules.split()}
# what a module may import beyond NumPy, the standard library and cnnlib
ALLOWED = {
    "plots": {"matplotlib", "IPython", "PIL"},  # matplotlib needs PIL itself
    "explorers": {"anywidget", "ipywidgets", "traitlets"},
}
# the same, but only inside a function
LATE = {
    "datasets": {"matplotlib"},
    "mnist": {"pooch"},
    "style": {"matplotlib"},
    "threads": {"threadpoolctl"},
}
BENEATH = [path for path in VIEWS if path.parent.name == "views" and path.stem != "__init__"]


def imports(path):
    """(package, module, name, inside a function?) of each import; name is None for a module."""
    tree = parsed(path)
    functions = [n for n in ast.walk(tree) if isinstance(n, (ast.FunctionDef, ast.Lambda))]
    inner = {id(node) for function in functions for node in ast.walk(function)}
    for node in ast.walk(tree):
        late = id(node) in inner
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield alias.name.split(".")[0], alias.name, None, late
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: imports by their full names, please"
            for alias in node.names:
                yield node.module.split(".")[0], node.module, alias.name, late


def module_of(path):
    """A file's name among the floors: "layers", "course.exercise"."""
    return ".".join(path.relative_to(PACKAGE).with_suffix("").parts)


def home(module, name):
    """The module among the floors that `from module import name` reaches, such as "layers"."""
    if module == "cnnlib" and name not in FLOOR:
        module = inspect.getmodule(getattr(cnnlib, name)).__name__
    within = f"{module}.{name}".removeprefix("cnnlib.")
    return max((floor for floor in FLOOR if f"{within}.".startswith(f"{floor}.")), key=len)


# ---- who imports whom


def test_every_module_has_its_floor():
    assert {*map(module_of, [*MATHS, *COURSE]), "views", "course.keys"} == set(FLOOR)


@pytest.mark.parametrize("path", [*MATHS, *COURSE], ids=module_of)
def test_imports_point_down(path):
    for package, module, name, _ in imports(path):
        if package == "cnnlib" and (module_of(path), name) != ("course.exercise", "keys"):
            reached = home(module, name)
            assert FLOOR[reached] < FLOOR[module_of(path)], f"{path.stem} imports {reached}"


def test_keys_import_no_views():
    for path in KEYS:
        for package, module, name, _ in imports(path):
            assert package != "cnnlib" or home(module, name) != "views"


@pytest.mark.parametrize("path", [*MATHS, *COURSE, *KEYS, *VIEWS], ids=name_of)
def test_only_what_a_module_may_have(path):
    kind = "explorers" if path.parent.name == "explorers" else path.stem
    for package, _, _, late in imports(path):
        allowed = {"numpy", "cnnlib", *sys.stdlib_module_names, *ALLOWED.get(kind, ())}
        if late:
            allowed |= LATE.get(kind, set())
        assert package in allowed, f"{path} imports {package}"


@pytest.mark.parametrize("path", BENEATH, ids=name_of)
def test_frames_maps_and_plots_know_no_explorer(path):
    assert not any("explorers" in module for _, module, _, _ in imports(path))


# ---- what importing loads

VIEWS_NEED = "matplotlib ipywidgets anywidget traitlets IPython"


@pytest.mark.parametrize(
    ("statement", "never"),
    [
        ("import cnnlib", f"{VIEWS_NEED} sklearn scipy gzip zipfile pooch"),
        ("import cnnlib", "cnnlib.views cnnlib.course.bugs cnnlib.course.clinic"),
        ("from cnnlib import views", "sklearn scipy pandas pooch"),
        ("from cnnlib import bugs, clinic", "matplotlib sklearn scipy"),
        ("import cnnlib; cnnlib.datasets.digits()", "matplotlib sklearn scipy pooch"),
        (
            "import cnnlib; cnnlib.check('3.1')",
            "matplotlib sklearn scipy cnnlib.course.keys.lesson_01",
        ),
    ],
)
def test_what_importing_loads(statement, never):
    loaded = f"*[name for name in {never.split()} if name in sys.modules]"
    command = [sys.executable, "-c", f"import sys\n{statement}\nprint({loaded})"]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout.splitlines()[-1] == ""


# ---- the public face


@pytest.mark.parametrize("package", [cnnlib, views], ids=["cnnlib", "views"])
def test_all_names_what_there_is(package):
    assert len(package.__all__) == len(set(package.__all__))
    assert all(hasattr(package, name) for name in package.__all__)
    there = {
        name
        for name, value in vars(package).items()
        if not name.startswith("_") and not inspect.ismodule(value)
    }
    assert there <= set(package.__all__)


def test_star_import_brings_all_of_it():
    scope = {}
    exec("from cnnlib import *", scope)
    assert set(cnnlib.__all__) <= scope.keys() and scope["bugs"].BUGS
    with pytest.raises(AttributeError, match="module 'cnnlib' has no attribute 'nothing'"):
        cnnlib.nothing  # noqa: B018 - asking for it is the test


def test_dir_lists_what_is_loaded_late():
    command = [sys.executable, "-c", "import cnnlib; print(*dir(cnnlib))"]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT)
    assert {*cnnlib.__all__, "views", "__version__"} <= set(done.stdout.split())


def test_reference_and_ops_have_one_face():
    slow, fast = functions_of(reference), functions_of(ops)
    assert slow.keys() == fast.keys() and slow
    assert all(inspect.signature(slow[name]) == inspect.signature(fast[name]) for name in slow)
