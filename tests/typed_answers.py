"""What a text that is typed into a page stands for, as Python reads it: the value that a reader
would write in the notebook. The pages' own script must read it in the same way."""

import ast
import math
import re
import warnings

from cnnlib.typed import plain

NUMBER = r"[+-]? *(?:(?=\.?\d)[\d.]+(?:[eE][+-]?\d+)?|(?:(?:np|numpy|math)\.)?(?:inf|nan))"
FRACTION = re.compile(rf"{NUMBER}(?: */ *{NUMBER})?", re.ASCII)
QUOTED = re.compile(r"'[^'\\]*'|\"[^\"\\]*\"")
TRUTHS = {"true": True, "false": False}
PHONES = {"‘": "'", "’": "'", "“": '"', "”": '"', "…": "..."}


class Unreadable(Exception):
    """A text that is no value."""


def answer_of(typed):
    """The value that a typed text stands for; a text where it is no value of Python."""
    text = plain(typed).translate(str.maketrans(PHONES))
    text = re.sub(r"\s", " ", text).strip()
    if not text:
        return ...
    if re.fullmatch(r"-0+,\d+", text):  # Python would lose the minus
        return text
    try:
        return _Reader(text).value()
    except Unreadable:
        pass
    if found := re.fullmatch(r"[(\[]?([^()\[\]'\"]*;[^()\[\]'\"]*)[)\]]?", text):
        return tuple(part.strip() for part in found[1].split(";"))
    return re.sub(r"^(['\"])(.*)\1$", r"\2", text)


class _Reader:
    """Reads one text by Python's own grammar, and lets pass what is a value."""

    def __init__(self, text):
        self.text = text

    def value(self):
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # of 1or 2
                tree = ast.parse(self.text, mode="eval")
        except (SyntaxError, ValueError, MemoryError, RecursionError):
            raise Unreadable from None
        if "#" in self.text:
            raise Unreadable
        return self.of(tree.body)

    def of(self, node):
        kinds = {ast.Tuple: tuple, ast.List: list, ast.Set: self.set_of}
        if type(node) in kinds:
            return kinds[type(node)](map(self.of, node.elts))
        written = ast.get_source_segment(self.text, node)
        if written.lower() in TRUTHS:
            return TRUTHS[written.lower()]
        if written in ("None", "..."):
            return None if written == "None" else ...
        if QUOTED.fullmatch(written):
            return written[1:-1]
        if FRACTION.fullmatch(written):
            return self.fraction(*written.replace(" ", "").split("/"))
        raise Unreadable

    def set_of(self, values):
        values = list(values)
        if not all(type(value) in (int, float) for value in values):
            raise Unreadable
        return set(values)

    def fraction(self, above, below=None):
        if below is None:
            return self.number(above)
        over, under = float(self.number(above)), float(self.number(below))
        if not under or not math.isfinite(over) or not math.isfinite(under):
            raise Unreadable
        return over / under

    def number(self, text):
        plain = re.sub(r"(np|numpy|math)\.", "", text)
        return int(plain) if re.fullmatch(r"[+-]?\d+", plain) else float(plain)
