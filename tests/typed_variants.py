"""Many ways to type an answer: as it is, rounded, in brackets, with commas, on other keyboards; and
what one slip more makes of it."""

from fractions import Fraction

import numpy as np

WIDE = {n: n + 0xFEE0 for n in range(0x21, 0x7F)}
GARBAGE = """
|...|[...]|(1, ...)|,|()|[]|[[]]|{}|[1, 2|1)|((1))|1 2|1 2 3|1, 2,|1,,2|[,]|ten|no idea|None|none
True|False|true|[True]|[True, 0]|-True|nan|inf|-inf|np.inf|[inf]|[1, nan]|1e400|1e400, 2|∞|1/0|0/0
[1/0]|1/3/2|1//3|2**3|2*3|1+1|0x10|1_000|012|00|01.5|1e3|1.e2|.5|5.|-.5|--3|- 3|+3|-0|-0,5|−0,5
1,000|1,936|12,000,000|1.000,5|1 000|3 # three|'3'|"3"|'2,5'|'a'|'a', 'b'|['a', 1]|'a' 'b'|r'a'|1if
[1, [2]]|[[1, 2], [3]]|[[1], [2]]|[[[1]]]|{1}|{1, 2}|{2, 1, 1}|{1, 'a'}|{[1]}|{0, 1, 3}|1j|f(x)|x[0]
lambda: 3|0,3; 1,3|(0,3; 1,3)|[1; 2; 3]|; ;|1;|'a; b'|a; b|1, 2; 3|(1, 2), (3, 4)|[1, 2], [3, 4]
３|−３|２，５|（１，２）|［１，２］|1⁄9|1∕9|“3”|‘kernel’|…|3\u00a0|\u30003|1\u00a0000|3.0.0|1..2|1e|e5|١
np.array([1, 2])|float("inf")|9999999999999999999999|[9999999999999999999999, 1]|-9, 5|0,05|5,00
1, 100|1, 0|(2, 5)|[2, 5]|1,5|1, -5|3,1,4|0.1 + 0.2|1e-300|1e300|-1e308, 1e308|0.0|[0, 0]|[0]
–3|—2|–1,5|(–2,5; —1)|3–5|3 – 5|–|––3|1e–3|–1/9|－９|＋３|﹣3|⁻3|3;4|3; 4
[nan]|1; nan|3, nan|−…|–...|[[3]]|–1,936
"""


def garbage():
    return [text for line in GARBAGE.strip("\n").split("\n") for text in line.split("|")]


def variants(value):
    """The texts for one answer that is a value."""
    if isinstance(value, str):
        return _of_a_word(value)
    if isinstance(value, tuple) and any(np.ndim(part) for part in value):
        return _of_several(value)
    try:
        array = np.array(sorted(value) if isinstance(value, set) else value, dtype=float)
    except (TypeError, ValueError):
        return []
    found = [text for near in _near(array) for text in _written(near)]
    found += [_rounded(array, digits) for digits in (1, 2, 3, 4, 5, 6, 9)]
    found += [_rounded(array * 1.0001, digits) for digits in (3, 6)]
    return list(dict.fromkeys(text for one in found for text in _framed(one)))


def _of_a_word(word):
    texts = [word, word.upper(), f"  {word} ", word.replace(" ", "   "), f"{word}s", word[:-1]]
    texts += [f"'{word}'", f'"{word}"', f"“{word}”", word.replace("'", "’"), f"[{word}]"]
    return [*texts, word.translate(WIDE), f"'{word}', 1"]


def _of_several(parts):
    lists = [_listed(np.asarray(part, dtype=float)) for part in parts]
    changed = [_listed(np.asarray(part, dtype=float) + 1) for part in parts]
    joined = [", ".join(lists), ", ".join(reversed(lists)), ", ".join(lists[:-1]), lists[0]]
    mixed = [", ".join([*lists[:n], changed[n], *lists[n + 1 :]]) for n in range(len(lists))]
    return [*joined, *mixed, ", ".join(changed), f"[{joined[0]}]", f"({joined[0]}, 1)"]


def _near(array):
    """The numbers, and what a slip makes of them."""
    yield from (array, -array, array * 3, array / 7, np.trunc(array), array + 1e-4, array + 1e-12)
    yield from (array.T, np.flip(array), array.ravel(), array[..., None], array[None])
    yield from (np.round(array, n) for n in (2, 4))
    if array.size > 1:
        for at in (0, array.size // 2, array.size - 1):
            other = array.copy()
            other.flat[at] += 2
            yield other
        yield array.ravel()[1:]
        yield np.roll(array, 1)
        yield np.append(array.ravel(), 0)
        yield np.where(array == array.max(), np.inf, array)
    if array.ndim > 1:
        yield array[0]
        yield np.rot90(array)


def _listed(array):
    """An array as Python writes it, whole numbers without a point."""
    text = str(np.asarray(array, dtype=float).tolist())
    return text.replace(".0,", ",").replace(".0]", "]").removesuffix(".0")


def _rounded(array, digits):
    return str(np.vectorize(lambda n: float(f"{n:.{digits - 1}e}"), [float])(array).tolist())


def _written(array):
    """One array in several hands."""
    text = _listed(array)
    yield text
    yield str(array.tolist())
    if array.ndim == 0:
        yield from _number_written(float(array))
    if array.ndim == 1:
        yield text[1:-1]
        yield f"({text[1:-1]})"
        yield f"{{{text[1:-1]}}}"
        yield "; ".join(part.replace(".", ",") for part in text[1:-1].split(", "))
        yield str([str(number) for number in array.tolist()])


def _number_written(number):
    yield str(number).replace(".", ",")
    yield f"[{number}]"
    yield f"({number},)"
    yield f"[[{number}]]"
    yield f"{number}, {number}"
    if np.isfinite(number):
        yield str(Fraction(number).limit_denominator(99))
        yield f"{number:,.0f}"
        yield f"{number:,.2f}"


def _framed(text):
    yield text
    yield f"  {text.replace(', ', ',')} "
    yield text.replace(", ", " ,  ").replace("-", "− ")
    yield text.replace("-", "−").translate(WIDE)
    yield f"({text})"
    yield f"'{text}'"
