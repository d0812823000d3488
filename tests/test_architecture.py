"""The house: who imports whom, what importing costs, budgets, docstrings, cited equations, the
public face."""

import ast
import inspect
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

import cnnlib
from cnnlib import ops, reference, views

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "cnnlib"

# From the ground up: a module imports only from lines above its own. First the maths (levels 0 to
# 4), then the course, then the views.
FLOORS = """
    arguments
    geometry gradient_check activations npz mnist
    columns datasets loss
    reference ops
    layers
    network
    training
    course.source course.exercise course.compare course.bugs
    course.reasons
    course.check
    course.keys course.clinic course.ready
    views
""".strip().splitlines()
FLOOR = {module: n for n, modules in enumerate(FLOORS) for module in modules.split()}
MATHS = [path for path in sorted(PACKAGE.glob("*.py")) if path.stem != "__init__"]
COURSE = [path for path in sorted((PACKAGE / "course").glob("*.py")) if path.stem != "__init__"]
VIEWS = sorted((PACKAGE / "views").rglob("*.py"))
KEYS = sorted((PACKAGE / "course" / "keys").glob("lesson_*.py"))
# what a module may import beyond NumPy, the standard library and cnnlib; "late": only inside a
# function
ALLOWED = {
    "plots": {"matplotlib", "IPython"},
    "explorers": {"anywidget", "ipywidgets", "traitlets"},
}
LATE = {"datasets": {"matplotlib"}, "mnist": {"pooch"}, "style": {"matplotlib"}}


def imports(path):
    """(package, module, name, inside a function?) of every import of a file; name is None for
    `import module`."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    inner = {
        id(n)
        for f in ast.walk(tree)
        if isinstance(f, (ast.FunctionDef, ast.Lambda))
        for n in ast.walk(f)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield alias.name.split(".")[0], alias.name, None, id(node) in inner
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: imports by their full names, please"
            for alias in node.names:
                yield node.module.split(".")[0], node.module, alias.name, id(node) in inner


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


@pytest.mark.parametrize("path", [*MATHS, *COURSE, *KEYS, *VIEWS], ids=lambda path: path.stem)
def test_only_what_a_module_may_have(path):
    kind = "explorers" if path.parent.name == "explorers" else path.stem
    for package, _, _, late in imports(path):
        free = package in sys.stdlib_module_names or package in {"numpy", "cnnlib"}
        assert (
            free or package in ALLOWED.get(kind, ()) or (late and package in LATE.get(kind, ()))
        ), f"{path} imports {package}"


@pytest.mark.parametrize("path", [path for path in VIEWS if path.parent.name == "views" and path.stem != "__init__"],
                         ids=lambda path: path.stem)  # fmt: skip
def test_frames_maps_and_plots_know_no_explorer(path):
    assert not any("explorers" in module for _, module, _, _ in imports(path))


@pytest.mark.parametrize(("statement", "never"), [
    ("import cnnlib", "matplotlib ipywidgets anywidget traitlets IPython sklearn scipy gzip zipfile pooch"),
    ("import cnnlib", "cnnlib.views cnnlib.course.bugs cnnlib.course.clinic"),
    ("from cnnlib import views", "sklearn scipy pandas pooch"),
    ("from cnnlib import bugs, clinic", "matplotlib sklearn scipy"),
    ("import cnnlib; cnnlib.datasets.digits()", "matplotlib sklearn scipy pooch"),
    ("import cnnlib; cnnlib.check('3.1')", "matplotlib sklearn scipy cnnlib.course.keys.lesson_01"),
])  # fmt: skip
def test_what_importing_loads(statement, never):
    probe = f"import sys\n{statement}\nprint(*[name for name in {never.split()} if name in sys.modules])"
    done = subprocess.run(
        [sys.executable, "-c", probe], capture_output=True, text=True, check=True, cwd=ROOT
    )
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
        cnnlib.nothing  # noqa: B018


def functions_of(module):
    return {
        name: f for name, f in vars(module).items()
        if inspect.isfunction(f) and f.__module__ == module.__name__ and not name.startswith("_")
    }  # fmt: skip


def test_reference_and_ops_have_one_face():
    slow, fast = functions_of(reference), functions_of(ops)
    assert slow.keys() == fast.keys() and len(slow) == 12
    assert all(inspect.signature(slow[name]) == inspect.signature(fast[name]) for name in slow)


# ---- docstrings


def documented(path):
    """(name, docstring) of the module, and of its public classes, their public methods, and its
    public functions."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    yield path.stem, ast.get_docstring(tree)
    for node in tree.body:
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)) and not node.name.startswith("_"):
            yield node.name, ast.get_docstring(node)
            for method in node.body if isinstance(node, ast.ClassDef) else ():
                if isinstance(method, ast.FunctionDef) and not method.name.startswith("_"):
                    yield f"{node.name}.{method.name}", ast.get_docstring(method)


@pytest.mark.parametrize(
    "path",
    [*MATHS, *COURSE, *(path for path in VIEWS if path.parent.name == "views")],
    ids=lambda path: path.stem,
)
def test_what_is_public_is_documented(path):
    assert [name for name, text in documented(path) if not text] == []


@pytest.mark.parametrize("name", views.__all__)
def test_what_views_show_is_documented(name):
    assert len(getattr(views, name).__doc__) > 40


@pytest.mark.parametrize("name", functions_of(ops))
@pytest.mark.parametrize("module", [reference, ops], ids=["reference", "ops"])
def test_a_function_of_the_maths_gives_formula_shapes_and_errors(module, name):
    text = getattr(module, name).__doc__
    assert " = " in text or "gets" in text
    shapes = r"\((N, )?O\)|\(O,\)" if "dense" in name else r"\((N, )?[CF], (H|H_out), (W|W_out)\)"
    assert "returns" in text and re.search(shapes, text)
    assert "Raises" in text
    assert name in ("max_pool2d", "mean_pool2d") or re.search(r"Eq\. \d\.\d", text)


def test_every_cited_equation_stands_in_a_lesson():
    lessons = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "lessons").glob("*.md"))
    tags = set(re.findall(r"\\tag\{(\d+\.\d+)\}", lessons))
    cited = {}
    for path in [*MATHS, *COURSE, *VIEWS, *KEYS]:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef)):
                for numbers in re.findall(
                    r"(?:[Ee]qs?\. |\()(\d\.\d+(?:(?:, | and )\d\.\d+)*)",
                    ast.get_docstring(node) or "",
                ):
                    cited |= dict.fromkeys(re.findall(r"\d\.\d+", numbers), path.name)
    assert {"1.1", "2.1", "3.1", "4.1", "5.1", "5.2", "6.1", "8.1", "8.2"} <= cited.keys()
    assert {number: where for number, where in cited.items() if number not in tags} == {}


# ---- budgets: code lines, without docstrings and blank lines


def code_lines(node, text):
    """The lines of a module, or of a function's body, that are neither blank nor part of a docstring."""
    blank = set()
    for inner in ast.walk(node):
        if (
            isinstance(inner, (ast.Module, ast.ClassDef, ast.FunctionDef))
            and ast.get_docstring(inner) is not None
        ):
            blank.update(range(inner.body[0].lineno, inner.body[0].end_lineno + 1))
    lines = text.splitlines()
    # a signature is as long as its names: a function is counted from its first statement on
    first = 1 if isinstance(node, ast.Module) else node.body[0].lineno
    last = len(lines) if isinstance(node, ast.Module) else node.end_lineno
    return sum(1 for n in range(first, last + 1) if n not in blank and lines[n - 1].strip())


def size(path):
    text = path.read_text(encoding="utf-8")
    return code_lines(ast.parse(text), text)


def test_the_counting_of_lines():
    text = '"""A module."""\n\nx = 1  # kept\n\n\ndef f():\n    """Two\n\n    lines."""\n    # a comment counts\n'
    text += '    return """not\na docstring"""\n'
    tree = ast.parse(text)
    assert code_lines(tree, text) == 5 and code_lines(tree.body[-1], text) == 3


def test_scripts_stay_small():
    scripts = {
        path.name: len(path.read_text(encoding="utf-8").splitlines())
        for path in PACKAGE.rglob("*.js")
    }
    assert max(scripts.values()) <= 300


@pytest.mark.parametrize("path", [*MATHS, *COURSE, *VIEWS], ids=lambda path: path.stem)
def test_files_stay_small(path):
    assert size(path) <= 250


@pytest.mark.parametrize("path", [*MATHS, *COURSE, *VIEWS, *KEYS], ids=lambda path: path.stem)
def test_functions_stay_small(path):
    text = path.read_text(encoding="utf-8")
    sizes = {
        f.name: code_lines(f, text)
        for f in ast.walk(ast.parse(text))
        if isinstance(f, ast.FunctionDef)
    }
    assert {name: lines for name, lines in sizes.items() if lines > 30} == {}


# ---- lessons use the public face


def problems(code, lesson):
    """What a lesson's code uses that is not public."""
    if re.search(r"^\s*[!%]", code, re.M):
        return ["a command of the shell or of IPython"]
    found, extra = [], {"09_make_it_fast": {"time", "os"}}.get(lesson, set())
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.Import):
            modules = {"numpy", "cnnlib", "matplotlib.pyplot"} | extra
            found += [alias.name for alias in node.names if alias.name not in modules]
        elif isinstance(node, ast.ImportFrom):
            public = {*cnnlib.__all__, "views"} if node.module == "cnnlib" else set()
            found += [
                f"from {node.module} import {alias.name}"
                for alias in node.names
                if alias.name not in public
            ]
        elif isinstance(node, ast.Attribute):
            of = node.value.id if isinstance(node.value, ast.Name) else ""
            faces = {"cnnlib": {*cnnlib.__all__, "views"}, "views": views.__all__, "ops": functions_of(ops),
                     "reference": functions_of(reference)}  # fmt: skip
            private = re.match("_(?!_)", node.attr) and of != "self"
            unknown = node.attr not in faces.get(of, [node.attr]) and not node.attr.startswith("__")
            if private or unknown:
                found.append(f"{of}.{node.attr}")
    return found


def cells(path):
    if path.suffix == ".ipynb":
        return [
            "".join(c["source"])
            for c in json.loads(path.read_text(encoding="utf-8"))["cells"]
            if c["cell_type"] == "code"
        ]
    blocks = re.findall(
        r"^```\{code-cell\}[^\n]*\n(.*?)^```$", path.read_text(encoding="utf-8"), re.M | re.S
    )
    return [
        re.sub(r"\A(---\n.*?\n---\n|(:\w[^\n]*\n)+)", "", block, flags=re.S) for block in blocks
    ]


LESSONS = sorted([*(ROOT / "lessons").glob("*.md"), *(ROOT / "notebooks").glob("*.ipynb")])


@pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.name)
def test_lessons_use_the_public_face_only(path):
    code = cells(path)
    assert {problem for cell in code for problem in problems(cell, path.stem)} == set()
    assert code or not path.stem[0].isdigit()


@pytest.mark.parametrize("code", [
    "import scipy", "import os", "import sys\nsys.path.append('x')", "from cnnlib import *", "from cnnlib.layers import Filter",
    "from cnnlib import _arrays", "import cnnlib.layers", "cnnlib.arguments.array", "ops._columns(x)", "views.nothing()",
    "!pip install x", "%timeit f()", "layer._weights", "from matplotlib import pyplot",
])  # fmt: skip
def test_what_a_lesson_must_not_do_is_seen(code):
    assert problems(code, "03_weigh_the_kernel")
