"""The answers of lesson 06 and the wrong answers it knows by name."""
from types import SimpleNamespace

import numpy as np

from cnnlib.exercises import Exercise

rng = np.random.default_rng(6)
W, GRAD_W = rng.standard_normal((2, 3)), rng.standard_normal((2, 3))
GRAD_OUT, NET = rng.standard_normal((3, 4)), rng.standard_normal((3, 4))
NET[0, 0] = 0


class _Tried:
    """A filter to try an update on: call it with an update, read weights and bias afterwards."""

    def __init__(self, update):
        self.update = update

    def __call__(self, learning_rate):
        tried = SimpleNamespace(weights=W.copy(), bias=2.0, weights_grad=GRAD_W.copy(), bias_grad=4.0)
        self.update(tried, learning_rate)
        return np.append(np.asarray(tried.weights), tried.bias)


def _update(self, learning_rate, step=lambda rate, grad: rate * grad):
    self.weights -= learning_rate * self.weights_grad
    self.bias -= step(learning_rate, self.bias_grad)


EXERCISES = [
    Exercise(
        name="6.line",
        right=_update,
        wrong={
            "the bias has not moved": lambda f, rate: _update(f, rate, lambda rate, grad: 0),
            "descent goes against the gradient: minus": lambda f, rate: _update(f, rate, lambda rate, grad: -rate * grad),
            "the learning rate is forgotten": lambda f, rate: _update(f, rate, lambda rate, grad: grad),
        },
        hints=(
            "It is the line above, for the bias.",
            "self.bias, self.bias_grad and the learning rate.",
            "self.bias -= learning_rate * self.bias_grad",
        ),
        cases=((0.1,), (0.5,)),
        wrap=_Tried,
    ),
    Exercise(
        name="6.predict",
        right=np.array([9, 7]),
        wrong={
            "mean instead of sum": np.array([1, 7 / 9]),
            "that is the sum over both filters": 16,
        },
        hints=("Lesson 04: a sum over all positions.", "0+1+1+2+2+2+1 for filter 1.", "1+2+1+2+1 for filter 2."),
    ),
    Exercise(
        name="6.1",
        right=4704,
        wrong={
            "the channels are added up, they do not appear in out": 14112,
            "+1 is forgotten in the output size": 4374,
            "that is one filter": 784,
            "that is the number of weights": 450,
        },
        hints=("The output size by (1.6).", "28 x 28 for each filter.", "6 * 28 * 28"),
    ),
    Exercise(
        name="6.2",
        right=lambda w, g, rate, lam: w - rate * (g + lam * w),
        wrong={
            "the decay is missing": lambda w, g, rate, lam: w - rate * g,
            "the learning rate belongs to both terms": lambda w, g, rate, lam: w - rate * g - lam * w,
            "the weights grow: the sign of the decay": lambda w, g, rate, lam: w - rate * (g - lam * w),
            "that is the step; wanted are the new weights": lambda w, g, rate, lam: rate * (g + lam * w),
        },
        hints=("Write the formula letter by letter.", "lam is λ.", "w - learning_rate * (grad_w + lam * w)"),
        cases=((W, GRAD_W, 0.1, 0.5), (W, GRAD_W, 0.3, 0.2)),
    ),
    Exercise(
        name="6.3",
        right=lambda g, net: g * np.where(net > 0, 1, 0.1),
        wrong={
            "no ReLU mask: f' is missing": lambda g, net: g,
            "that is plain ReLU: below 0 the slope is 0.1": lambda g, net: g * (net > 0),
            "that is grad_out times f, not times f'": lambda g, net: g * np.where(net > 0, net, 0.1 * net),
            "at net = 0 the slope 0.1 was wanted": lambda g, net: g * np.where(net >= 0, 1, 0.1),
            "the mask looks at grad_out; it must look at net": lambda g, net: g * np.where(g > 0, 1, 0.1),
        },
        hints=("f' is 1 or 0.1, by the sign of net.", "np.where(net > 0, 1, 0.1)", "grad_out times that, by (6.1)."),
        cases=((GRAD_OUT, NET), (GRAD_OUT[:2], NET[:2])),
    ),
]
