"""recording: what a network computes of one image, kept while it trains (level 6)."""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from cnnlib.arguments import whole
from cnnlib.network import Network
from cnnlib.views.explorers.layer_maps import Trace, layer_names, trace
from cnnlib.views.words import Arrays

KERNELS = 64  # of a layer with more nobody looks at each one
APART = 1.25  # the last step takes the place of one that is not so many times earlier


class Recording:
    """What training_theatre plays: train(..., on_step=recording) keeps one watched image's numbers.

    Steps close together at first, where much changes, and further apart later: 0, 1, 2, 3, 5, 8,
    13, ..., each the sum of the two before it; and the last one, when finish() is called, in place
    of one just before it. Step 0 is the network before training. A second training goes on
    counting. Kept are each layer's out and
    delta, and w and grad_w of at most 64 kernels. `bytes` says what it holds now. also: another
    function of (step, network, loss) to call.

    Raises ValueError or TypeError for a label that is no class, an image that the network cannot
    take, an `also` that cannot be called.
    """

    def __init__(
        self,
        network: Network,
        x: ArrayLike,
        label: int,
        also: Callable[[int, Network, float], object] | None = None,
    ) -> None:
        self.label = whole(label, "label", 0)
        if also is not None and not callable(also):
            raise TypeError(f"also is {also!r}, wanted a function of (step, network, loss)")
        self.also = also
        self._x = np.array(x, float)
        self.layers, self.names = network.layers, layer_names(network.layers)
        self.steps: list[int] = []
        self.frames: list[Arrays] = []
        self.losses: list[float] = []
        self.shares: list[float] = []
        self._network = network
        self._step = 0
        self._next = 1, 2  # the next two steps to keep
        found = self._traced()
        self.shapes = found[0]  # of all layers, the left out ones, too
        self._keep(found)

    @property
    def bytes(self) -> int:
        """Bytes of all recorded numbers (float32)."""
        return sum(a.nbytes for frame in self.frames for a in frame.values())

    @property
    def step(self) -> int:
        """How many steps the network has made."""
        return self._step

    def __call__(self, step: int, network: Network, loss: float) -> None:
        """What train calls after each step."""
        self._step += 1
        self._network = network
        if self._step == self._next[0]:
            self._next = self._next[1], sum(self._next)
            self._keep(self._traced())
        if self.also is not None:
            self.also(step, network, loss)

    def finish(self) -> None:
        """Keep the step that the network has come to, too."""
        last = self.steps[-1]
        if last == self._step:
            return
        if self._step < APART * last:
            for kept in (self.steps, self.frames, self.losses, self.shares):
                kept.pop()
        self._keep(self._traced())

    def now(self) -> Arrays:
        """The numbers of the network as it stands; nothing is kept."""
        if self.steps[-1] == self._step:
            return self.frames[-1]
        return self._frame(self._traced()[0])

    def _traced(self) -> Trace:
        """What the network makes of the image now; a training that diverges makes no noise."""
        with np.errstate(all="ignore"):
            return trace(self._network, self._x, self.label)

    def _keep(self, found: Trace) -> None:
        """One more step: its numbers, its loss, and the share of the label."""
        arrays, loss, p = found
        self.steps.append(self._step)
        self.frames.append(self._frame(arrays))
        self.losses.append(loss)
        self.shares.append(float(p[self.label]))

    def _frame(self, arrays: Arrays) -> Arrays:
        """Of what was found and of the weights, the numbers that are looked at."""
        weights = {f"w:{n}": getattr(layer, "weights", None) for n, layer in enumerate(self.layers)}
        kept = {key: a for key, a in (arrays | weights).items() if self._looked_at(key, a)}
        with np.errstate(over="ignore"):
            return {key: np.array(a, np.float32) for key, a in kept.items()}

    def _looked_at(self, key: str, a: Any) -> bool:
        """Are these numbers worth their place?"""
        what, _, n = key.partition(":")
        if what in ("w", "grad_w"):
            return np.ndim(a) == 4 and a.shape[0] * a.shape[1] <= KERNELS
        if what == "back":  # a pool only hands on
            return hasattr(self.layers[int(n)], "weights")
        if what == "out":
            return not self.names[int(n)].startswith("flatten")
        return what in ("x", "grad_x")

    def __repr__(self) -> str:
        count, last = len(self.steps), self.steps[-1]
        steps = f"{count} steps, 0 to {last}" if last else "1 step"
        return f"Recording: {steps}; {self.bytes / 1e6:.1f} MB"
