"""Nothing that the prose of a lesson shows as code goes unexecuted.

Answers are woven from solutions/, which test_exercises runs. All other code stands in a cell that
the build runs, or in a module that the tests run; or it is tried here; or it is excused below, with
the reason.
"""

import ast
import functools
import inspect
import io
import re
import subprocess
import tokenize
import tomllib
from pathlib import Path

import numpy as np
import pytest

import cnnlib
from cnnlib import clinic, ops, typed
from cnnlib.course.exercise import find
from tests import loops
from tests.project.test_start_here import BLOCKS
from tools.builder import places
from tools.builder.read import code, prose, read
from tools.builder.weave import FENCE

ROOT = Path(__file__).parents[2]
TEXTS = {text.stem.partition("_")[0]: text for text in places.texts()}
LIBRARY = [path.read_text(encoding="utf-8") for path in (ROOT / "cnnlib").rglob("*.py")]


def spans(lesson):
    """The code within the sentences of a lesson: what stands in backticks and is no plain word."""
    text = FENCE.sub("", "\n".join(prose(read(TEXTS[lesson]))))
    found = re.findall(r"`([^`\n]+)`", text)
    return list(dict.fromkeys(span for span in found if re.search(r"\w", span) and not word(span)))


def word(span):
    return re.fullmatch(r"\w+", span) or (ROOT / span).is_file()


@functools.cache
def tokens(source):
    """The tokens of Python code, without comments and layout; up to where it is no Python."""
    layout = {tokenize.NEWLINE, tokenize.NL, tokenize.INDENT, tokenize.DEDENT, tokenize.COMMENT}
    found = []
    try:
        for token in tokenize.generate_tokens(io.StringIO(source).readline):
            found += [] if token.type in layout else [token.string]
    except (tokenize.TokenError, SyntaxError):
        pass
    return "\0".join(["", *found, ""])


# ---- four ways in which code is run


def run_source(lesson):
    """All code that runs with a lesson: its cells, its solutions, the library."""
    solutions = places.SOLUTIONS / f"{places.lesson(TEXTS[lesson])}.py"
    own = solutions.read_text(encoding="utf-8") if solutions.exists() else ""
    return [*code(read(TEXTS[lesson])), own, *LIBRARY]


def stands_in_code(span, sources):
    """Token by token, as `nfij,fc->ncij` within a string, or with `...` for what is left out."""
    if any(tokens(span).removesuffix("\0\0") in tokens(source) for source in sources):
        return True
    parts = [re.escape(part.strip()) for part in span.split("...") if part.strip()]
    shortened = re.compile(r"[^\n]*".join(parts))
    return any(shortened.search(re.sub(r"#.*", "", source)) for source in sources)


def is_a_call_of_ours(span):
    """`conv2d_grad_b(delta)`, with words for the arguments: a function of ours takes as many."""
    try:
        call = ast.parse(span, mode="eval").body
    except SyntaxError:
        return False
    if not isinstance(call, ast.Call) or not all(isinstance(a, ast.Name) for a in call.args):
        return False
    name = ast.unparse(call.func).rpartition(".")[2]
    ours = [getattr(owner, name, None) for owner in (ops, cnnlib.ConvLayer, cnnlib)]
    ours = [function for function in ours if callable(function)]
    given = len(call.args)
    return any(given in (takes(f), takes(f) - inspect.isfunction(f)) for f in ours)


def takes(function):
    return len(inspect.signature(function).parameters)


FORMS = {  # the form of an answer, shown with other numbers: it is as good as a right one
    "02": {"[(0, 0), (1, 1)]": "2.derive", "[0, 4]": "2.3"},
    "03": {"[(2, 0), (3, 3)]": "3.derive"},
    "04": {"[3, 4]": "4.predict"},
    "05": {"[5, 6]": "5.derive"},
    "09": {"[(0, 1), (1, 0)]": "9.derive", "(4, 3)": "9.predict"},
    "A1": {"[(1, 2), (1, 1), (2, 2), (2, 1)]": "A1.3", "[(1, 3), (1, 1)]": "A1.slip13"},
}


@pytest.mark.parametrize("lesson", FORMS)
def test_the_form_of_an_answer_is_shown_as_it_is_wanted(lesson):
    for span, name in FORMS[lesson].items():
        given, right = np.array(ast.literal_eval(span)), np.array(find(name).right)
        assert given.shape[1:] == right.shape[1:] and not np.array_equal(given, right), name
        assert len(given) == len(right) or name == "2.3"  # how many, is the question there


# ---- code that is tried here: {lesson: {span: what must hold}}


def with_names(span, **names):
    """What an expression gives with these names, or the names after a statement."""
    try:
        return eval(span, {"np": np, **names})
    except SyntaxError:
        exec(span, {"np": np}, names)
        return names


X = np.array([[1, 2, 3], [4, 5, 6]])
IMAGES = np.arange(2 * 3 * 4 * 5.0).reshape(3, 4, 5, 2)  # (C, H, W, N): the batch last


def answer_of_00(span):
    """The folded answer of lesson 00 names what the expression gives."""
    folded = re.findall(r"<details>.*?</details>", TEXTS["00"].read_text("utf-8"), re.DOTALL)
    given = with_names(span, x=X)
    return str(given.tolist() if hasattr(given, "tolist") else given) in folded[2]


TRIED = {
    "00": {
        "x = np.array([[1, 2, 3], [4, 5, 6]])": lambda s: np.array_equal(with_names(s)["x"], X),
        "x[1, 0]": answer_of_00,
        "x.shape": answer_of_00,
        "x[:, 1:]": answer_of_00,
        "x.dot(w)": lambda s: (
            with_names(s, x=np.ones((2, 3)), w=np.ones((3, 4))).shape == (2, 4)  # w is (in, out)
        ),
    },
    "01": {
        "picture.transpose(2, 0, 1)": lambda s: (
            with_names(s, picture=np.zeros((5, 6, 3))).shape == (3, 5, 6)
        ),
        "(n - k) // s + 1": lambda s: with_names(s, n=7, k=3, s=2) == find("1.size").right,
    },
    "03": {
        "np.ndindex(2, 3)": lambda s: (
            [*with_names(s)] == [(i, j) for i in (0, 1) for j in (0, 1, 2)]
        ),
    },
    "04": {
        "grad_b = delta.mean((0, 2, 3))": lambda s: np.isclose(
            with_names(s, delta=np.full((8, 1, 5, 5), 4 / 200))["grad_b"], 0.02
        ),
    },
    "05": {"x == x.max()": lambda s: with_names(s, x=np.array([2, 1, 2])).tolist() == [1, 0, 1]},
    "08": {"np.exp(1000)": lambda s: with_names(s) == np.inf},
    "08b": {
        "np.linalg.norm(w)": lambda s: with_names(s, w=np.array([3, 4])) == 5,
        "list(clinic.AILMENTS)": lambda s: len(with_names(s, clinic=clinic)) == 11,
        "labels[at : at + size]": lambda s: (
            with_names(s, labels=np.arange(9), at=2, size=3).tolist() == [2, 3, 4]
        ),
    },
    "09": {
        "a[u : u + n * s : s]": lambda s: (
            with_names(s, a=np.arange(9), u=2, n=3, s=2).tolist() == [2, 4, 6]
        ),
        "x.reshape(C, -1)": lambda s: np.shares_memory(with_names(s, x=IMAGES, C=3), IMAGES),
    },
    "troubleshooting": {
        '"０．２５"': lambda s: typed.read(with_names(s)) == 0.25,
        '"0，25"': lambda s: typed.read(with_names(s)) == 0.25,
    },
    "A1": {
        "np.pad(delta, ((above, below), (left, right)))": lambda s: (
            with_names(s, delta=X, above=1, below=2, left=3, right=4).shape == (5, 10)
        ),
    },
}


@pytest.mark.filterwarnings("ignore:overflow encountered")
@pytest.mark.parametrize("lesson", TRIED)
def test_code_in_a_sentence_does_what_the_sentence_says(lesson):
    assert [span for span, holds in TRIED[lesson].items() if not holds(span)] == []


# ---- code that is not run, and why

PYTORCH = "PyTorch's; the benchmarks compare with it, and not every machine has it"
PLACEHOLDER = "words stand for what the reader puts in"
SHELL = (
    "a command for a terminal: it needs a server, a network or rights, or lasts until it is stopped"
)
EXCUSED = {
    "00": {
        **dict.fromkeys(['cnnlib.check("name", ...)', "cnnlib.hint(...)"], PLACEHOLDER),
        'cnnlib.hint("0.maps", 2)': "test_check asks for a hint by its number",
        "net[2,1]": "a number in a formula",
        "origin/HEAD": "the name of a branch; test_start_here restores from it",
        "git pull origin HEAD": SHELL,
        **dict.fromkeys(["layer.weight", "x.grad", "weight.grad", "bias.grad"], PYTORCH),
    },
    "01": {
        "Conv2d(in_channels, out_channels, kernel_size, stride, padding)": PYTORCH,
        "scipy.signal.correlate2d": "SciPy's, by which test_reference measures ours",
    },
    "02b": {"[(column of δ, column of h), ...]": PLACEHOLDER},
    "03": {
        "[[a, b], [c, d]]": PLACEHOLDER,
        **dict.fromkeys(["layer.weight.grad", "loss.backward()", "optimizer.zero_grad()"], PYTORCH),
    },
    "04": {"Conv2d(..., bias=False)": PYTORCH},
    "06": {
        "a[...] = b": PLACEHOLDER,
        "self.weights_grad = ...": "what is not done: it would make a new array",
        "Conv2d(in_channels, out_channels, kernel_size, stride, padding)": PYTORCH,
    },
    "07": {"torch.autograd.gradcheck": PYTORCH},
    "A1": {"[[a, b], [c, d]]": PLACEHOLDER},
    "troubleshooting": {
        "recipe = cnnlib.MNIST_RECIPE": "lesson 08 has it, as test_troubleshooting says",
        **dict.fromkeys(
            [".venv\\Scripts\\", ".venv/bin/", ".venv", ".binder"], "the name of a folder"
        ),
        **dict.fromkeys(["?token=...", "$\\sum_{i,j}$"], "what the page or browser shows"),
        "0.11": "a number that is typed into an explorer",
        "print(explorer.sentence)": "the explorer is the reader's",
        "cnnlib.datasets.fetch_mnist()": "it needs a network; test_mnist plays one",
        **dict.fromkeys(["--no-browser", "--allow-root", "python3 --version"], SHELL),
        **dict.fromkeys(["sudo apt install python3-venv", "git log --oneline"], SHELL),
        **dict.fromkeys(
            [".venv/bin/jupyter lab", "OPENBLAS_NUM_THREADS=1 .venv/bin/jupyter lab"], SHELL
        ),
        ".venv/bin/jupyter trust notebooks/*.ipynb": "test_alive trusts pages in this way",
        ".venv/bin/jupyter lab --port 9999 notebooks/00_start_here.ipynb": SHELL,
        ".venv/bin/pip install --proxy http://ADDRESS:PORT -r requirements.txt": SHELL,
        **dict.fromkeys(["py -0", "python3.13 -m venv .venv", "py -3.13 -m venv .venv"], SHELL),
        **dict.fromkeys([".venv/bin/jupyter labextension list", "-e ."], SHELL),
        **dict.fromkeys([".venv/bin/pip install notebook", ".venv/bin/jupyter notebook"], SHELL),
        ".venv/bin/jupyter lab --allow-root mine/00_start_here.ipynb": SHELL,
        "sudo apt install fonts-noto-cjk": SHELL,
        "C:\\cnn": "the name of a folder",
        "my-answers": "the name of a branch; test_troubleshooting updates one",
        'cnnlib.my_copy("03")': "test_copies calls it",
        "git restore notebooks/03_weigh_the_kernel.ipynb": "test_start_here runs it",
        "git show origin/HEAD:notebooks/03_weigh_the_kernel.ipynb > notebooks/03_new.ipynb": SHELL,
        **dict.fromkeys(
            ["%pip install", "from google.colab import output"], "Colab's, said to be untried"
        ),
        "output.enable_custom_widget_manager()": "Colab's, said to be untried",
    },
}


@pytest.mark.parametrize("lesson", TEXTS)
def test_code_in_a_sentence_is_run_somewhere(lesson):
    sources = run_source(lesson)
    known = [*FORMS.get(lesson, ()), *TRIED.get(lesson, ()), *EXCUSED.get(lesson, ())]
    found = spans(lesson)
    assert [span for span in known if span not in found] == [], "no longer there"
    left = [span for span in found if span not in known and not stands_in_code(span, sources)]
    commands = {command for of in gallery_commands().values() for command in of}
    assert [s for s in left if not is_a_call_of_ours(s) and s not in commands] == []


def test_what_stands_in_no_code_is_seen():
    sources = ["for n in range(9):\n    a += f(n)  # b = 7\n"]
    assert all(stands_in_code(span, sources) for span in ("a+=f( n )", "range(9)", "a += ..."))
    assert not any(stands_in_code(span, sources) for span in ("a = f(n)", "b = 7", "f(m)", "c ..."))
    assert is_a_call_of_ours("conv2d_grad_x(delta, weights, input_size, stride, padding)")
    assert is_a_call_of_ours("backward(grad_out)") and is_a_call_of_ours("update()")
    assert not is_a_call_of_ours("conv2d_grad_x(delta)") and not is_a_call_of_ours("nothing(x)")


# ---- blocks of commands for a terminal

BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
NOT_RUN = {
    "xcopy /E /I notebooks mine": "Windows",
    "py -m venv .venv": "Windows",
    ".venv/bin/jupyter server list": SHELL,
    "git restore notebooks/03_weigh_the_kernel.ipynb": "test_start_here runs it, from lesson 00",
    "cp -r notebooks mine_before_update": "git pull needs a newer version on another machine",
    'python3 -m pip wheel -r requirements.txt "hatchling>=1.27" editables -w wheels': SHELL,
    "python3 -m venv .venv": "it installs from the folder of the block before",
    "Shift + Enter": "keys",
    "py -3.13 -m venv .venv": "Windows",
    ".venv/bin/jupyter labextension enable anywidget @jupyter-widgets/jupyterlab-manager": SHELL,
    'plt.rcParams["font.family"] = ["DejaVu Sans", "Noto Sans CJK SC"]': "a font is not everywhere",
    ".venv/bin/jupyter nbconvert --to html notebooks/03_weigh_the_kernel.ipynb": "test_paper does",
    "git pull --no-rebase --no-edit origin HEAD": "test_troubleshooting runs it",
    "git checkout --ours notebooks": "test_troubleshooting runs it",
    'recipe = cnnlib.MNIST_RECIPE | {"epochs": 2}': "test_troubleshooting runs it",
}


def blocks():
    for lesson, text in TEXTS.items():
        for language, block in BLOCK.findall(text.read_text(encoding="utf-8")):
            yield lesson, language, block


def test_blocks_of_commands_are_run_or_excused():
    run = {re.sub(r".*jupyter lab.*\n", "", block) for block in BLOCKS}
    left = [
        (lesson, block)
        for lesson, _, block in blocks()
        if re.sub(r".*jupyter lab.*\n", "", block) not in run
        and block.splitlines()[0] not in NOT_RUN
    ]
    assert left == []
    assert all(language in ("bash", "text", "python") for _, language, _ in blocks())


def test_the_shell_can_read_its_blocks():
    for _, language, block in blocks():
        if language == "bash":
            subprocess.run(["bash", "-n", "-c", block], check=True)


def test_what_is_fetched_to_install_without_a_network_is_what_building_needs():
    about = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    lines = [line for *_, block in blocks() for line in block.splitlines()]
    (line,) = [line for line in lines if line.endswith("-w wheels")]
    assert all(f'"{needed}"' in line for needed in about["build-system"]["requires"])
    # pip download would pack what `-e .` names into an archive in that folder, and so itself
    assert "pip wheel" in line and "editables" in line


# ---- the commands of the gallery's table


def gallery_commands():
    """{explorer of the gallery by its number: the commands that the table gives for it}."""
    rows = re.findall(r"^\| (\d+)(?: to (\d+))? ?(.*)$", TEXTS["gallery"].read_text("utf-8"), re.M)
    commands = {}
    for first, last, row in rows:
        for_all, _, for_some = row.partition(";")
        for number in range(int(first), int(last or first) + 1):
            commands.setdefault(number, []).extend(re.findall(r"`([^`]+)`", for_all))
        for number, command in re.findall(r"(\d+) (?:also|takes) `([^`]+)`", for_some):
            commands[int(number)].append(command)
    return commands


def made_in_the_gallery(number):
    """The explorer of a section of the gallery, as its cell makes it."""
    first, *cells = code(read(TEXTS["gallery"]))
    *before, last = ast.parse(f"{first}\n{cells[number - 1]}").body
    scope = {}
    exec(compile(ast.Module(before, []), "gallery", "exec"), scope)
    return eval(ast.unparse(last), scope)


@pytest.mark.parametrize("number", gallery_commands())
def test_an_explorer_obeys_the_commands_that_the_gallery_gives(number):
    """Those that a cell of the gallery does not give to one of its explorers already."""
    cells = "\n".join(code(read(TEXTS["gallery"])))
    left = [c for c in gallery_commands()[number] if not re.search(rf"\w\.{re.escape(c)}", cells)]
    if left:
        loops.run(obeyed(number, left))


async def obeyed(number, left):
    """Give an explorer commands, in an event loop as a notebook has one."""
    explorer = made_in_the_gallery(number)
    for command in left:
        assert hasattr(explorer, re.match(r"\w+", command)[0]), command
        if command.startswith("guess("):
            explorer.predict()
        if re.search(r"[(=]", command):
            exec(f"explorer.{command}", {"explorer": explorer})
    assert explorer.sentence


# ---- commands in what teachers read

DOCUMENTS = [
    *(ROOT / name for name in ("README.md", "TEACHING.md", "teaching/hub/README.md")),
    *sorted((ROOT / "docs").glob("*.md")),
]
ELSEWHERE = {
    "jupyter trust notebooks/*.ipynb": "on a hub of others, whose image has its own Python"
}
PYTHONS = re.compile(r"(\S*/)?(python[\d.]*|pip3?|pytest|jupyter|jupyterhub|jupyter-\w+)")


def commands(text):
    """What a document shows for a terminal: each part of a line or of a span of code."""
    shown = re.findall(
        r"^ {4,}(\S.*)$|`([^`\n]+)`", re.sub(r"```.*?```", "", text, flags=re.S), re.M
    )
    return [part.strip() for pair in shown for part in re.split(r"&&|;|=(?=/)", "".join(pair))]


def outside_of_the_environment(command):
    """Whether a command runs a program of Python that is not that of the folder .venv; two words,
    as `jupyter lab`, are a name."""
    program, _, rest = command.partition(" ")
    found = PYTHONS.fullmatch(program)
    if not found or not re.search("[ /]", rest) or rest.startswith("-m venv "):
        return False
    return not (found[1] or "").endswith(".venv/bin/")


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_every_command_that_is_shown_runs_the_python_of_the_course(path):
    shown = commands(path.read_text(encoding="utf-8"))
    left = [command for command in shown if outside_of_the_environment(command)]
    assert [command for command in left if command not in ELSEWHERE] == []


def test_a_command_outside_of_the_environment_is_seen():
    text = (
        "\n    python tools/site.py x\n\n`cd a && pip install b` `jupyter lab` `.venv/bin/pip c d`"
    )
    assert list(map(outside_of_the_environment, commands(text))) == [
        True,
        False,
        True,
        False,
        False,
    ]
    assert not outside_of_the_environment("/usr/bin/python3 -m venv .venv")
    known = [one for path in DOCUMENTS for one in commands(path.read_text(encoding="utf-8"))]
    assert sum(".venv/bin/" in one for one in known) > 30
