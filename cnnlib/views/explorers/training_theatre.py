"""theatre: what changes while a network learns: record a training run, scrub through it (level
6)."""

import numpy as np

from cnnlib import datasets
from cnnlib.arguments import whole
from cnnlib.network import digit_network
from cnnlib.training import train
from cnnlib.views.explorers.canvas import Canvas, Page, part, player
from cnnlib.views.explorers.layer_walk import layer_names, rows_of, stack_of, trace
from cnnlib.views.maps import number


class Recording:
    """What training_theatre plays: train(..., on_step=recording) keeps the numbers of one watched
    image.

    It holds at most `limit` bytes: when that is reached, every second recorded step is dropped and
    from then on half as many are taken. Step 0 is the network before training. `bytes` says what it
    holds now. also: another function of (step, network, loss) to call. Raises ValueError or
    TypeError for an `every` below 1, a label that is no class, a limit below two steps, an `also`
    that cannot be called.
    """

    def __init__(self, network, x, label, every=1, limit=4_000_000, also=None):
        self.label, self.every, self.limit = (
            whole(label, "label", 0),
            whole(every, "every", 1),
            int(limit),
        )
        if also is not None and not callable(also):
            raise TypeError(f"also is {also!r}, wanted a function of (step, network, loss)")
        self.also = also
        self._x, self.layers, self.names = (
            np.asarray(x, float),
            network.layers,
            layer_names(network.layers),
        )
        self.steps, self.frames, self.losses, self.shares = [], [], [], []
        self._keep(0, network)
        if 2 * self.bytes > self.limit:
            raise ValueError(
                f"limit is {limit} bytes, wanted room for two steps of {self.bytes} bytes each"
            )

    @property
    def bytes(self):
        """Bytes of all recorded numbers (float32)."""
        return sum(a.nbytes for frame in self.frames for a in frame.values())

    def __call__(self, step, network, loss):
        """What train calls after each step."""
        if step % self.every == 0:
            self._keep(step, network)
            if self.bytes > self.limit:
                self.every *= 2
                for kept in (self.steps, self.frames, self.losses, self.shares):
                    del kept[1::2]
        if self.also is not None:
            self.also(step, network, loss)

    def _keep(self, step, network):
        found, loss, p = trace(network, self._x, self.label)
        self.steps.append(step)
        self.frames.append({key: np.asarray(a, np.float32) for key, a in found.items()})
        self.losses.append(loss)
        self.shares.append(float(p[self.label]))

    def __repr__(self):
        return (
            f"Recording: {len(self.steps)} steps, 0 to {self.steps[-1]}, every {self.every}; "
            f"{self.bytes / 1e6:.1f} of at most {self.limit / 1e6:.1f} MB"
        )


class Theatre(Canvas):
    """Every layer's out, delta and grad_w at each recorded step."""

    name = "training_theatre"

    def __init__(self, recording):
        self._recording = recording
        super().__init__()

    def _page(self):
        r = self._recording

        def shown(key):
            return stack_of(key, [f[key] for f in r.frames], r.frames[0], r.layers)

        says = [
            f"After step {step} the network gives label {r.label} the share {number(share)}; "
            f"the loss is {number(loss)}."
            for step, share, loss in zip(r.steps, r.shares, r.losses, strict=True)
        ]
        rows = [*rows_of(r.frames[0], r.names, shown), ("", [part("held")])]
        title, held = "What changes while the network learns?", {"held": repr(r)}
        return Page(title, rows, player("recorded step"), held, says=says, wide=True)


def training_theatre(recording=None):
    """Lesson 08: feature maps, deltas and kernel gradients of every layer, with a scrub bar over
    the recorded steps.

    recording: a views.Recording that was train's on_step; default: 45 steps of the digit network on
    real digits. Colours have one signed scale a stack, fixed over all steps. Drive it: theatre.at =
    3, theatre.step(), theatre.select("grad_w:0", 4, 1, 2), print(theatre.sentence). Nothing is
    edited, guessed or spelled out as a formula: the numbers come from training, and the weights are
    not recorded. Raises TypeError for anything but a Recording.
    """
    if recording is None:
        digits, network = datasets.digits(), digit_network(np.random.default_rng(0))
        recording = Recording(network, digits.test_x[0], digits.test_y[0])
        rng = np.random.default_rng(0)
        train(
            network,
            digits.train_x,
            digits.train_y,
            epochs=1,
            batch_size=32,
            rng=rng,
            on_step=recording,
        )
    if not isinstance(recording, Recording):
        raise TypeError(f"recording is {type(recording).__name__}, wanted a views.Recording")
    return Theatre(recording)
