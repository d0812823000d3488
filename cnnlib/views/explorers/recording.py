"""recording: what a network computes of one image, kept while it trains (level 6)."""

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike

from cnnlib.arguments import whole
from cnnlib.network import Network
from cnnlib.views.explorers.layer_maps import layer_names, trace
from cnnlib.views.words import Arrays


class Recording:
    """What training_theatre plays: train(..., on_step=recording) keeps one watched image's numbers.

    It holds at most `limit` bytes: when that is reached, every second recorded step is dropped and
    from then on half as many are taken. Step 0 is the network before training. `bytes` says what it
    holds now. also: another function of (step, network, loss) to call.

    Raises ValueError or TypeError for an `every` below 1, a label that is no class, a limit below
    two steps, an `also` that cannot be called.
    """

    def __init__(
        self,
        network: Network,
        x: ArrayLike,
        label: int,
        every: int = 1,
        limit: int = 4_000_000,
        also: Callable[[int, Network, float], object] | None = None,
    ) -> None:
        self.label = whole(label, "label", 0)
        self.every = whole(every, "every", 1)
        self.limit = int(limit)
        if also is not None and not callable(also):
            raise TypeError(f"also is {also!r}, wanted a function of (step, network, loss)")
        self.also = also
        self._x = np.array(x, float)
        self.layers, self.names = network.layers, layer_names(network.layers)
        self.steps: list[int] = []
        self.frames: list[Arrays] = []
        self.losses: list[float] = []
        self.shares: list[float] = []
        self._keep(0, network)
        if 2 * self.bytes > self.limit:
            met = f"limit is {limit} bytes"
            raise ValueError(f"{met}, wanted room for two steps of {self.bytes} bytes each")

    @property
    def bytes(self) -> int:
        """Bytes of all recorded numbers (float32)."""
        return sum(a.nbytes for frame in self.frames for a in frame.values())

    def __call__(self, step: int, network: Network, loss: float) -> None:
        """What train calls after each step."""
        if step % self.every == 0:
            self._keep(step, network)
            if self.bytes > self.limit:
                self._thin_out()
        if self.also is not None:
            self.also(step, network, loss)

    def _keep(self, step, network):
        found, loss, p = trace(network, self._x, self.label)
        self.steps.append(step)
        self.frames.append({key: np.asarray(a, np.float32) for key, a in found.items()})
        self.losses.append(loss)
        self.shares.append(float(p[self.label]))

    def _thin_out(self):
        """Half of the steps are dropped, and from now on half as many taken."""
        self.every *= 2
        for kept in (self.steps, self.frames, self.losses, self.shares):
            del kept[1::2]

    def __repr__(self) -> str:
        steps = f"{len(self.steps)} steps, 0 to {self.steps[-1]}, every {self.every}"
        held = f"{self.bytes / 1e6:.1f} of at most {self.limit / 1e6:.1f} MB"
        return f"Recording: {steps}; {held}"
