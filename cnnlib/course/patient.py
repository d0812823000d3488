"""patient: a closed box, one planted bug that is not named, to be found by its gradients (level 4).

Most of the upstream is 0: every number that is left makes a mark of its own.
"""

import contextlib
import itertools
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike

from cnnlib import reference
from cnnlib.course import bugs
from cnnlib.course.case import Case, Design
from cnnlib.course.closed import Closed
from cnnlib.course.result import PASS
from cnnlib.layers import MaxPoolingLayer

BEDS = {  # bug: the exercise of lesson 07 in whose cell its code lies
    "padding not cropped": "7.1",
    "stride ignored backward": "7.2",
    "only the last filter": "7.3",
    "delta rotated in grad_w": "7.4",
    "channels in reverse order": "7.5",
    "ReLU mask >= on the output": "7.6",
    "= for += in overlapping pools": "7.7",
    "every tied cell gets the full delta": "7.8",
    "bias mean for sum": "7.9",
    "only the first filter's gradient": "7.10",
    "1/N applied twice": "7.11",
}
POOL = "pool grad_x"
SPARSE = Design(image=(9, 7), kernel=(3, 3), gradients=("grad_x", "grad_w", "grad_b"))
PEAK = 9  # the largest number of the pool's input; four windows hold it
TIED = 5  # the largest numbers of a window without the peak: two of them
Pairs = dict[str, tuple[np.ndarray, np.ndarray]]  # {gradient: (found, right)}


class SparseCase(Case):
    """A Case whose upstream is 0 but for one cell of each filter that ReLU lets pass, in each
    image; and one that it does not.

    Raises ValueError where there is none: other numbers are needed.
    """

    def _upstream(self, rng, layer):
        dense = super()._upstream(rng, layer)
        kept = np.zeros(dense.shape, bool)
        for n, f in np.ndindex(dense.shape[:2]):
            kept[n, f][_one_of(rng, layer.net[n, f] > 0.1)] = True
        kept[0, 0][_one_of(rng, layer.net[0, 0] < -0.1)] = True
        return dense * kept


def _one_of(rng, mask):
    """The place of one cell where the mask is true."""
    return tuple(rng.choice(np.argwhere(mask)))


class Patient(Closed):
    """One planted bug without a name, one of BEDS; its gradients and the right ones."""

    called, causes = "patient", BEDS

    @cached_property
    def pairs(self) -> Pairs:
        """{gradient: (found, right)}; right by differences, of a pool with ties by the loops."""
        return self._with(self._cause)

    def told(self) -> str:
        """What is wrong with which gradient, in one sentence."""
        return told(self.pairs)

    def diagnose(self, name: str) -> str:
        """The answer, in words, to "the bug is the one of this name".

        A wrong name is planted in the same patient, and what it does there is told. Raises
        ValueError for a name that is no bug.
        """
        if name is ...:
            return f"{self!r}."
        guessed = self._with(name)
        if guessed.keys() != self.pairs.keys():
            return f"Not yet: with “{name}” the shapes do not fit. Here {told(self.pairs)}."
        if all(np.allclose(guessed[of][0], found) for of, (found, _) in self.pairs.items()):
            same = "" if name == self.open() else " The other name gives the same numbers."
            return (
                f"Right: {self._cause}.{same} Its code lies closed in {BEDS[self._cause]}: mend it."
            )
        return f"Not yet: with “{name}” {told(guessed)}. Here {told(self.pairs)}."

    @cached_property
    def _case(self):
        """The convolution, with numbers on which the bug shows where a convolution can show it."""
        for tried in itertools.count(self._seed):
            with contextlib.suppress(ValueError):
                return SparseCase(SPARSE, tried)

    def _with(self, bug):
        """The Pairs while this bug is planted."""
        case = self._case
        with bugs.planted(bug):
            try:
                found = case.analytic()
            except (ValueError, IndexError):  # shapes that do not fit
                found = {}
            pooled = self._pooled()
        pairs = {name: (a, case.numeric[name]) for name, a in found.items()}
        return pairs | {POOL: (pooled, self._pool_by_loops())}

    # ---- a max pool 3x3, stride 2, with one cell in four windows and a tie in the others

    @cached_property
    def _pool_numbers(self):
        """(x, grad_out) of the pool, (1, 7, 5) and (1, 3, 2)."""
        rng = np.random.default_rng(self._seed)
        x = rng.integers(0, TIED, (1, 7, 5)).astype(float)
        x[0, 2, 2] = PEAK
        x[0, 5:, [1, 3]] = TIED
        return x, rng.integers(1, 9, (1, 3, 2)).astype(float)

    def _pooled(self):
        x, grad_out = self._pool_numbers
        layer = MaxPoolingLayer(5, 7, 1, 3, 3, 2)
        layer.forward(x)
        return layer.backward(grad_out)

    def _pool_by_loops(self):
        x, grad_out = self._pool_numbers
        winners = reference.max_pool2d(x, 3, 2)[1]
        return reference.max_pool2d_grad_x(grad_out, winners, (7, 5), 3, 2)


def told(pairs: Pairs) -> str:
    """What is wrong with which gradient, in one sentence, from its numbers."""
    wrong = {name: differing(*pair) for name, pair in pairs.items()}
    right = [name for name, words in wrong.items() if not words]
    parts = [f"{name} is wrong in {words}" for name, words in wrong.items() if words]
    if right:
        *first, last = right
        are = f"{', '.join(first)} and {last} are" if first else f"{last} is"
        parts.append(f"{are} right")
    return "; ".join(parts)


def differing(found: ArrayLike, right: ArrayLike) -> str:
    """How many entries are wrong, and whether all are by one factor; "" where all are right."""
    a, n = np.asarray(found, float), np.asarray(right, float)
    wrong = int((~(np.abs(a - n) <= PASS)).sum())  # NaN is not right
    if not wrong:
        return ""
    factor = (a * n).sum() / (n * n).sum() if n.any() else 0
    alike = factor and np.allclose(a, factor * n, atol=PASS)
    return f"{wrong} of {a.size} entries" + f", all {factor:.3g} times the right one" * bool(alike)
