"""The page of the quiz judges what is typed as `gain` does, which reads the file that it saves."""

import random
import shutil
import time
import unicodedata

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cnnlib.course.exercise import Exercise
from cnnlib.course.export import as_data
from cnnlib.typed import DASHES
from teaching.forms import FORMS, form
from teaching.questions import as_exercise
from teaching.typed import judged
from tests.conftest import absent
from tests.project.node import Node
from tests.typed_variants import garbage, variants
from tools.website import exercises

DRIVER = """
const keys = new Map();
const told = ([name, text]) => {
  const { status, mistake, text: said } = cnnlibJudge.verdictOnHandwritten(keys.get(name), text);
  return [status, mistake, said];
};
const does = { learn: (one) => keys.set(one.name, one) && true, told };
require("readline").createInterface({ input: process.stdin }).on("line", (line) => {
  const [what, list] = JSON.parse(line);
  console.log(JSON.stringify(list.map(does[what])));
});
"""
MIXED = Exercise("mixed", 3.25, {"the whole number is left out": 0.25})
NEGATIVE = Exercise("negative", -9, {"the sign is turned round": 9})
FOUR = Exercise("four", [0, 0, 0, 9], {"spread evenly": [2.25] * 4})
SHARES = Exercise("shares", [0.5, -0.25], {"the other way round": [-0.25, 0.5]}, tolerance=4e-3)
THOUSANDS = Exercise("thousands", 1936)
MADE = {one.name: one for one in (MIXED, NEGATIVE, FOUR, SHARES, THOUSANDS)}
QUIZ = {
    f"{letter}{name}": as_exercise(f"{letter}{name}", question)
    for letter in FORMS
    for name, question in form(letter, "spring").items()
}
KNOWN = MADE | QUIZ
RIGHT = {  # how people type it, ¦ between; both sides must call it right
    "mixed": (
        "3.25¦3,25¦3 1/4¦3¼¦3 1⁄4¦３ １/４¦３．２５¦13/4¦13∕4¦ [3  1/4] ¦(3,25)¦+3.25¦3, 25¦3.250"
        "¦٣ ١/٤¦'3.25'¦“3,25”¦\u00a0“3,25”¦\u3000'3.25'¦[[3.25]]¦३.२५"
        "¦= 3.25¦x[1,1] = 3 1/4¦ Δ_2=3,25"
    ),
    "negative": "-9¦−9¦–9¦—9¦‑9¦‐9¦‒9¦―9¦﹣9¦－9¦⁻9¦－９¦- 9¦− 9¦(–9)¦-9.0¦-18/2¦[-9]¦–9,0",
    "four": (
        "0 0 0 9¦0, 0, 0, 9¦0,0,0,9¦0;0;0;9¦0; 0; 0; 9¦0/0/0/9¦0|0|0|9"
        "¦0、0、0、9¦０、０、０、９¦0，0，0，9¦[0, 0, 0, 9]¦(0 0 0 9)¦{0; 0; 0; 9}¦0 0; 0 9"
        "¦[[0, 0], [0, 9]]¦  0  0 0 9 ¦0\u00a00\u30000 9"
        "¦٠ ٠ ٠ ٩"
    ),
    "shares": "0.5 -0.25¦0,5 –0,25¦1/2; −1/4¦½ –¼¦0,5; - 0,25¦0,5、－0,25¦.5, -.25¦(1/2, -1/4)",
    "thousands": "1936¦1,936¦1, 936¦1.936e3",
}
WRONG = {
    "mixed": (
        "4 1/4¦31/4¦3 1/0¦3 1¦-3 1/4¦3.25.¦three¦3-1/4¦325¦NaN¦Infinity¦[3.25, 0]¦{3.25: 1}¦]3["
    ),
    "negative": "9¦–-9¦9–¦−¦-9 0¦(9)¦-9-9¦true",
    "four": (
        "0 0 0 8¦x = 0 0 0 8¦2 = 0 0 0 9¦0 0 9¦0 0 0 9 0¦0 0 0 -9¦0009¦0 0 0 x¦[0, 0, [0, 9]]"
        "¦0;;0;9¦9 0 0 0"
    ),
    "shares": "-0.25 0.5¦0,5¦0.5 0.25¦1/2 1/4¦0 5 -0 25",
    "thousands": "1,36¦19 36¦1936 1",
}


def cases(table):
    return [(name, text) for name, texts in table.items() for text in texts.split("¦")]


@pytest.fixture(scope="module")
def node(tmp_path_factory):
    if shutil.which("node") is None:
        absent("browser", "no node, which runs the pages' script here: install Node.js")
    script = exercises.script("judge") + DRIVER
    node = Node(tmp_path_factory.mktemp("node") / "quiz.js", script)
    node.ask("learn", *(as_data(one, "") for one in KNOWN.values()))
    yield node
    node.close()


def told_by_gain(name, text):
    told = judged(KNOWN[name], text)
    return [told.status, told.mistake, told.text]


def differences(node, asked):
    there = node.ask("told", *asked)
    pairs = [(one, told_by_gain(*one), other) for one, other in zip(asked, there, strict=True)]
    return [pair for pair in pairs if pair[1] != pair[2]]


def test_what_is_right_is_right_on_the_page_and_in_gain(node):
    asked = cases(RIGHT)
    assert [case for case in asked if judged(KNOWN[case[0]], case[1]).status != "right"] == []
    there = node.ask("told", *asked)
    assert [case for case, told in zip(asked, there, strict=True) if told[0] != "right"] == []


def test_what_is_wrong_is_wrong_on_both_sides_with_the_same_words(node):
    asked = cases(WRONG)
    assert {judged(KNOWN[name], text).status for name, text in asked} == {"wrong"}
    assert differences(node, asked) == []


def test_a_dash_is_a_minus_here_where_it_is_one_in_the_explorers(node):
    known = [chr(n) for n in range(0x10000) if not 0xD800 <= n < 0xE000]
    signs = [one for one in known if unicodedata.category(one) in ("Pd", "Sm", "Lm", "Sk")]
    asked = [("negative", f"{one}9") for one in signs]
    there = node.ask("told", *asked)
    page = {one for one, told in zip(signs, there, strict=True) if told[0] == "right"}
    assert page == {"-", "－", *DASHES}
    assert {one for one in signs if judged(NEGATIVE, f"{one}9").status == "right"} == page


def test_several_numbers_for_one_are_told_as_such(node):
    (told,) = node.ask("told", ("negative", "3;4"))
    assert told[2] == "negative: Not yet: one number is wanted, met 2 numbers of shape (2,)."
    (told,) = node.ask("told", ("negative", "abc"))
    assert told[2] == "negative: Not yet: that is text, wanted numbers."


def test_a_long_text_is_told_at_once(node):
    texts = ("9" * 5000, "9" * 5000 + "x", "9" + " " * 5000 + "x", "9" * 2500 + "." + "9" * 2500)
    asked = [("negative", text) for text in texts]
    start = time.perf_counter()
    assert [told[0] for told in node.ask("told", *asked)] == ["wrong"] * len(texts)
    assert {told_by_gain(*one)[0] for one in asked} == {"wrong"}
    assert time.perf_counter() - start < 4  # and not half a minute


def test_a_wrong_number_is_told_as_a_number_and_not_as_text(node):
    (told,) = node.ask("told", ("four", "0 0 0 8"))
    assert told[2] == "four: Not yet: only [3] is not right: look at it again."


def written(name, value):
    """Some of the forms of an answer, the same ones each time."""
    return random.Random(f"{name} {value}").sample(variants(value), 2)


def test_every_answer_of_the_quiz_in_many_forms_gets_the_same_verdict(node):
    asked = [
        (name, text)
        for name, one in QUIZ.items()
        for value in (one.right, *one.wrong.values())
        for text in written(name, value)
    ]
    assert len(asked) > 100 and differences(node, asked)[:5] == []


def test_garbage_and_nothing_get_the_same_verdict(node):
    asked = [(name, text) for name in ("mixed", "four") for text in ["", "  ", *garbage()[::3]]]
    assert differences(node, asked)[:5] == []


TYPED = st.text("0123456789.,;-+/=eE()[]{}'\" −–—，、５（“”|¼½⁄∕٣x\u00a0\u3000", max_size=12)


@settings(
    max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(name=st.sampled_from([*MADE]), text=TYPED)
def test_any_text_gets_the_same_verdict(node, name, text):
    assert differences(node, [(name, text)]) == []
