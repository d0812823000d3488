"""show_source: the code as it is, without docstrings."""

import textwrap

import pytest

from cnnlib import reference, show_source


def documented(x, text='"""'):
    """Not shown,

    on three lines.
    """

    return x + text  # shown


class Documented:
    "Not shown."

    def method(self):
        """Not shown."""
        return "shown"


def test_show_source_leaves_the_docstring_out(capsys):
    method = 'def method(self):\n    return "shown"\n'
    shown = {
        documented: 'def documented(x, text=\'"""\'):\n    return x + text  # shown\n',
        Documented: "class Documented:\n" + textwrap.indent(method, "    "),
        Documented.method: method,
    }
    for thing, source in shown.items():
        show_source(thing)
        assert capsys.readouterr().out == source


def test_show_source_shows_the_library(capsys):
    show_source(reference.conv2d_grad_b)
    shown = capsys.readouterr().out
    assert shown.startswith("def conv2d_grad_b(delta: ArrayLike) -> np.ndarray:\n")
    assert '"""' not in shown and "return" in shown


def test_show_source_keeps_the_formatter_to_itself(capsys):
    show_source(reference.conv2d)
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "def conv2d(" and lines[3] == ") -> np.ndarray:"


def test_show_source_of_what_is_not_python_is_refused():
    with pytest.raises(TypeError, match="builtin"):
        show_source(len)
