"""questions: what a guess is worth, in words."""

import pytest

from cnnlib.views.explorers.questions import compared, how_much, which


def test_a_guess_near_the_right_number_is_right_and_a_slip_is_named():
    judge = how_much("", "q", 1 / 3, {"the sign is wrong": -1 / 3, "it is doubled": 2 / 3}).judge
    assert judge("0.3333") == judge(1 / 3) == judge("1/3") == (True, "Right: q is 0.3333.")
    assert judge("−1/3") == (False, "Not yet: −0.3333 comes out when the sign is wrong.")
    assert judge(0.66667) == (False, "Not yet: 0.6667 comes out when it is doubled.")
    assert judge(7) == judge("7") == (False, "Not yet: q is not 7.")
    assert judge(0.33) == (False, "Not yet: q is not 0.33.")


def test_the_first_of_two_slips_with_one_number_is_named():
    judge = how_much("", "q", 1.0, {"a": 2.0, "b": 2.0}).judge
    assert judge(2) == (False, "Not yet: 2 comes out when a.")


@pytest.mark.parametrize("guess", ["x", "", None, float("nan")])
def test_what_is_no_number_is_no_guess(guess):
    with pytest.raises(ValueError, match=r"is not a (finite )?number; q stays hidden\."):
        how_much("", "q", 1.0, {}, "q stays hidden.").judge(guess)


@pytest.mark.parametrize("guess", ["d", "", None, 1, ["a"]])
def test_what_is_no_option_is_no_guess(guess):
    question = which("Which?", ["a", "b"], lambda guess: (guess == "a", "words"))
    assert question.judge("a") == (True, "words") and question.judge("b") == (False, "words")
    assert question.options == ("a", "b")
    with pytest.raises(ValueError, match="is no answer here; a, b are"):
        question.judge(guess)


@pytest.mark.parametrize(
    "marked, words",
    [
        ("", "you marked none, and there are cells that take part"),
        ("de", "none of your cells takes part"),
        ("a", "this cell takes part, but others are missing"),
        ("ab", "these 2 cells take part, but others are missing"),
        ("ad", "of your 2 cells only 1 takes part, and others are missing"),
        ("abcd", "of your 4 cells only 3 take part"),
    ],
)
def test_a_set_of_cells_is_compared_without_saying_which_are_right(marked, words):
    assert compared(frozenset(marked), frozenset("abc")) == f"Not yet: {words}."
