"""lesson_key: all that is wanted to mark a student's sheet stands in one row of the key: the right
answers, and each known wrong one with the letter of its mistake."""

from collections.abc import Callable, Sequence
from string import ascii_lowercase

from teaching import paper
from teaching.questions import Kind, Question, written

HOW = "Bold is right. Write the letter of a mistake beside the answer: it stands above the table."


def lesson_key(
    title: str, kinds: Sequence[Kind], names: Sequence[str], question: Callable[..., Question]
) -> str:
    """The mistakes by letter, on every page of the table, and a row for each student, in the order
    of the sheets. question(kind, name): what a student is asked."""
    known = "".join(_known(kind, question(kind, names[0])) for kind in kinds)
    rows = "".join(
        _row(who, [(kind, question(kind, name)) for kind in kinds])
        for name, who in zip(names, paper.listed(names))
    )
    return (
        f'<section class="key"><h2>{paper.escape(title)}</h2>\n<p>{HOW}</p>\n'
        f'<table><thead><tr><td colspan="2"><div class="known">{known}</div></td></tr></thead>\n'
        f"<tbody>{rows}</tbody></table></section>\n"
    )


def _known(kind, question):
    mistakes = "".join(f"<li>{paper.told(mistake)}</li>" for mistake in question.wrong)
    return f'<div><b>{kind.name}: {paper.told(kind.shows)}</b><ol type="a">{mistakes}</ol></div>'


def _row(who, asked):
    lines = "".join(map(_line, asked))
    return f'<tr><th scope="row">{who}</th><td>{lines}</td></tr>\n'


def _line(one):
    kind, question = one
    wrong = "".join(
        f"<span><i>{letter}</i> <span>{written(value)}</span></span>"
        for letter, value in zip(ascii_lowercase, question.wrong.values())
    )
    return f"<p>{kind.name} <b>{written(question.right)}</b>{wrong}</p>\n"
