"""The verdicts and hints of a page without Python: word for word those of check and hint."""

import json
import random
import re
import shutil

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cnnlib.course import check
from cnnlib.course.exercise import Exercise, find
from cnnlib.course.export import as_data, value_exercises
from cnnlib.typed import DASHES
from cnnlib.views import scripts
from tests import corpus, test_corpus
from tests.conftest import absent
from tests.project.node import Node
from tests.typed_answers import answer_of
from tests.typed_variants import garbage, variants
from tools.website import exercises

assert test_corpus  # importing it fills the corpus
DRIVER = """
const keys = new Map();
const { hint, NOTHING, tried, verdict } = globalThis.cnnlibJudge;
const told = ([name, text]) => verdict(keys.get(name), text);
const session = ([name, acts]) => {
  const said = [];
  let progress = NOTHING;
  for (const act of acts) {
    if (act === null) {
      const due = hint(keys.get(name), progress);
      said.push([due.text, due.more]);
      progress = due.progress;
    } else {
      progress = tried(progress, act, told([name, act]));
    }
  }
  return said;
};
const does = { learn: (one) => keys.set(one.name, one) && true, told, session };
require("readline").createInterface({ input: process.stdin }).on("line", (line) => {
  const [what, list] = JSON.parse(line);
  console.log(JSON.stringify(list.map(does[what])));
});
"""
NAMED = re.compile(r"^(?:function\*?|class|const|let) (\w+)", re.MULTILINE)
SQUARE = np.array([[1.0, 2.5], [3.0, 5.0]])
CUBE = np.arange(24.0).reshape(2, 3, 4) ** 2
LONGEST = 300  # characters that somebody types
MADE = [  # of kinds and numbers that the lessons may have one day
    Exercise("88.yes", True, {"look again": False}, ("one",)),
    Exercise("88.pair", (SQUARE, np.array([1.0, 2.0])), {"in rows": (SQUARE.T, [1, 2])}),
    Exercise("88.named", (SQUARE, 3 * SQUARE, 1.5), results=("grad_w", "grad_x", "loss")),
    Exercise("88.tie", 1.0625, {"a tie, too": 2.0625, "without an end": np.inf}),
    Exercise("88.ties", [0.03125, 1.00048828125, -2.5]),
    Exercise("88.cube", CUBE, {"half": CUBE / 2 + 1}, ("\n    first", "second\nline")),
    Exercise("88.grid", SQUARE, {"why? because!": SQUARE + 1}),
    Exercise("88.zeros", np.zeros((2, 3))),
    Exercise("88.small", [0.0467, 0.3], {"printed alike": [0.047, 0.3]}),
    Exercise("88.large", 1.5e17, {"too many": 1.5e18}),
    Exercise("88.thousands", 1936),
    Exercise("88.tens", 1036),
    Exercise("88.eleventh", 1 / 11, {"rounded too early": 0.0909}),
    Exercise("88.set", [-2, 0.5, 10], {"without the 10": [-2, 0.5]}, any_order=True),
    Exercise("88.minus", -1936, {"the sign is lost": 1936, "no end": np.inf}, ("one", "two")),
    Exercise("88.word", "the input", {"that comes out": "the output"}),
]


def known():
    """{name: exercise} of all whose answer is a value, and of those made here."""
    names = [exercise["name"] for exercise in value_exercises()["exercises"]]
    return {name: find(name) for name in names} | {one.name: one for one in MADE}


EXERCISES = known()


class Judge(Node):
    """The script of the pages, which has learnt all exercises."""

    def __init__(self, path, script):
        super().__init__(path, script + DRIVER)
        keys = json.loads(exercises.keys()[len("window.cnnlibKeys = ") : -2])
        self.ask("learn", *keys["exercises"])
        self.ask("learn", *(as_data(one, "88") for one in MADE))


@pytest.fixture(scope="module")
def node(tmp_path_factory):
    if shutil.which("node") is None:
        absent("browser", "no node, which runs the pages' script here: install Node.js")
    node = Judge(tmp_path_factory.mktemp("node") / "judge.js", exercises.script("judge"))
    yield node
    node.close()


@pytest.fixture(scope="module", autouse=True)
def found():
    """check finds the exercises made here, too."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(check, "find", EXERCISES.__getitem__)
        yield


def told_here(name, text):
    told = check.verdict(name, answer_of(text))
    names = ("status", "text", "mistake", "refused", "counts")
    return {name: getattr(told, name) for name in names}


def differences(node, cases):
    """The cases in which the two do not say the same."""
    there = node.ask("told", *cases)
    pairs = [(case, told_here(*case), other) for case, other in zip(cases, there, strict=True)]
    return [pair for pair in pairs if pair[1] != pair[2]]


def compared(node, cases, capsys):
    """How many cases there are; they all get the same verdict here and there."""
    cases = list(dict.fromkeys(cases))
    found = differences(node, cases)
    with capsys.disabled():
        print(f"\n{len(cases)} typed answers, {len(found)} with another verdict")
    assert found[:5] == []
    return len(cases)


def forms(name, value, number):
    """So many of the forms of an answer, the same ones each time; the first one is the plain."""
    texts = variants(value) or [str(value)]
    plain, *others = [text for text in texts if len(text) <= LONGEST] or [texts[0][:LONGEST]]
    chosen = random.Random(f"{name} {plain}").sample(others, min(number, len(others)))
    return [(name, text) for text in (plain, *chosen)]


def test_every_known_answer_in_many_forms_gets_the_same_verdict(node, capsys):
    right = [forms(name, one.right, 50) for name, one in EXERCISES.items()]
    wrong = [forms(name, v, 3) for name, one in EXERCISES.items() for v in one.wrong.values()]
    cases = [case for some in right + wrong for case in some]
    assert compared(node, cases, capsys) > 5000


def test_garbage_gets_the_same_verdict(node, capsys):
    texts = garbage()
    names = [*EXERCISES]
    cases = [(names[n % len(names)], text) for n, text in enumerate(texts)]
    cases += [(name, text) for name in ("88.thousands", "88.grid", "88.named") for text in texts]
    cases += [(name, text) for name in names for text in ("", "...", "(1, ...)", "no idea", "nan")]
    assert compared(node, cases, capsys) > 1000


def test_the_corpus_gets_the_same_verdict(node, capsys):
    values = [one for one in corpus.RIGHT + corpus.WRONG if one.name in EXERCISES]
    cases = [case for one in values for case in forms(one.name, one.answer, 1)]
    assert compared(node, cases, capsys) > 1500


CORNERS = [  # where a small slip of the script would be seen by nothing else here
    ("88.tens", "1, 36"),
    ("88.tens", "1, 036"),
    ("88.eleventh", "0.0909"),
    ("88.yes", "0.5"),
    ("88.yes", "0"),
    ("88.zeros", "[[1, 2, 0], [0, 0, 0]]"),
    ("88.zeros", "[[1, 2, 3], [0, 0, 0]]"),
]


def test_corners_get_the_same_verdict(node, capsys):
    assert compared(node, CORNERS, capsys) == len(CORNERS)


def test_a_dash_of_a_phone_is_a_minus(node):
    texts = [
        f"{dash}{number}" for dash in f"-－{DASHES}" for number in ("1936", "1,936", "１９３６")
    ]
    there = node.ask("told", *(("88.minus", text) for text in texts))
    assert {one["status"] for one in there} == {"right"} and len(there) > 30
    assert {check.verdict("88.minus", text).status for text in texts} == {"right"}


def test_what_is_no_single_number_is_told_and_counts_as_no_try(node, capsys):
    texts = {
        "3;4": "one number is wanted, met 2 numbers of shape (2,)",
        "[[1, 2], [3, 4]]": "one number is wanted, met 4 numbers of shape (2, 2)",
        "[]": "one number is wanted, met 0 numbers of shape (0,)",
        "nan": "that is nan, wanted a number that can be counted",
        "-inf": "that is -inf, wanted a number that can be counted",
        "abc": "that is text, wanted numbers",
        "3–5": "that is text, wanted numbers",
    }
    there = node.ask("told", *(("88.minus", text) for text in texts))
    found = {text: one["text"] for text, one in zip(texts, there, strict=True)}
    assert found == {text: f"88.minus: Not yet: {why}." for text, why in texts.items()}
    assert {one["counts"] for one in there} == {False}
    session = "88.minus", [None, *texts, None, "7", None]
    (said,) = node.ask("session", session)
    assert said == hints_here(*session, capsys)
    assert [text for text, _ in said] == ["Hint 1 of 2: one"] * 2 + ["Hint 2 of 2: two"]


@pytest.mark.parametrize("text", ["inf", "[1936]", "(1936,)", "7", "[[7]]"])
def test_a_number_and_a_mistake_with_a_name_count(node, text):
    (told,) = node.ask("told", ("88.minus", text))
    assert told["status"] == "wrong" and told["counts"]


NUMBERS = st.one_of(
    st.integers(-1000, 2000).map(str),
    st.floats(-100, 100).map(str),
    st.floats(-100, 100).map(lambda n: f"{n:.3g}".replace(".", ",")),
    st.builds("{}/{}".format, st.integers(-9, 9), st.integers(0, 9)),
    st.sampled_from(["...", "True", "None", "'2'", "inf", "nan", "1e400", "x", ""]),
)


def in_brackets(part):
    lists = st.lists(part, max_size=4).map(", ".join)
    return st.builds(lambda ends, text: ends[0] + text + ends[1], st.sampled_from(BRACKETS), lists)


BRACKETS = [("[", "]"), ("(", ")"), ("", ""), ("{", "}"), ("[", ")")]
TEXTS = st.one_of(
    st.recursive(NUMBERS, in_brackets, max_leaves=9),
    st.text("0123456789.,;-+/eE()[]{}'\" _−，５（…“”’ainftruNoe\u00a0\u3000", max_size=12),
)


@settings(
    max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(name=st.sampled_from([*EXERCISES]), text=TEXTS)
def test_any_text_gets_the_same_verdict(node, name, text):
    assert differences(node, [(name, text)]) == []


def hints_here(name, acts, capsys):
    """What hint says between answers: for each time its text, and what it says of the next one."""
    check._progress.clear()
    said = []
    for act in acts:
        if act is None:
            capsys.readouterr()
            check.hint(name)
            text, _, more = capsys.readouterr().out[:-1].partition("\nThe next one")
            said.append([text, f"The next one{more.partition(', or at once')[0]}" if more else ""])
        else:
            check._judged(name, answer_of(act))
    check._progress.clear()
    return said


def test_hints_come_in_the_same_order(node, capsys):
    draw = random.Random(5)
    sessions = []
    for name, exercise in EXERCISES.items():
        right = variants(exercise.right)[0]
        acts = [None, None, None, "", "7", "7", "8", "nothing", right, "..."]
        sessions += [(name, [*draw.choices(acts, k=12), None, right, None, "8", None, None])]
    there = node.ask("session", *sessions)
    assert there == [hints_here(*session, capsys) for session in sessions]
    assert sum(len(said) for said in there) > 600
    assert any(more for said in there for _, more in said)


def test_joined_modules_share_one_scope_so_every_name_is_taken_once():
    for main in ("judge", "main", "quiz"):
        names = NAMED.findall("".join(scripts.joined(exercises.HERE / f"{main}.js").values()))
        assert len(names) > 20 and sorted(names) == sorted(set(names))
