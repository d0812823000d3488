"""show_source: the code as it is, without docstrings."""

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
    show_source(documented)
    assert (
        capsys.readouterr().out
        == 'def documented(x, text=\'"""\'):\n    return x + text  # shown\n'
    )
    show_source(Documented)
    assert (
        capsys.readouterr().out
        == 'class Documented:\n    def method(self):\n        return "shown"\n'
    )
    show_source(Documented.method)
    assert capsys.readouterr().out == 'def method(self):\n    return "shown"\n'


def test_show_source_shows_the_library(capsys):
    show_source(reference.conv2d_grad_b)
    shown = capsys.readouterr().out
    assert (
        shown.startswith("def conv2d_grad_b(delta):\n") and '"""' not in shown and "return" in shown
    )


def test_show_source_of_what_is_not_python_is_refused():
    with pytest.raises(TypeError, match="builtin"):
        show_source(len)
