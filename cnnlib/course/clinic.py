"""clinic: gradient checks, strong and weak, and which planted bug each of them lets live (level 4).

And `patient`, whose bug is not named, and `training`, a training that is sick in one way.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cache

import numpy as np

from cnnlib.activations import IdentityActivator
from cnnlib.course import bugs
from cnnlib.course.case import GRADIENTS, Case, Design, convolution_of
from cnnlib.course.layer_check import check_layer, wrong_gradient
from cnnlib.course.own_layer import use_layer
from cnnlib.course.patient import Patient as patient
from cnnlib.course.result import PASS, Result, compared
from cnnlib.course.ward import AILMENTS, overfitted
from cnnlib.course.ward import SickTraining as training
from cnnlib.layers import MaxPoolingLayer

__all__ = [
    "AILMENTS",
    "CHECKS",
    "GRADIENTS",
    "PASS",
    "WEAK",
    "Case",
    "Design",
    "Result",
    "check_layer",
    "overfitted",
    "patient",
    "survivors",
    "training",
    "use_layer",
    "wrong_gradient",
]
Check = Callable[[], Result]


_case = cache(Case)


def _check(**settings):
    return lambda: _case(replace(Design(), **settings)).result()


def _hand_numbers():
    """Ties and net = 0: the 4x4 example by the library, beside the numbers worked by hand."""
    design = Design(image=(4, 4), channels=1, kernel=(2, 2), stride=1, padding=0)
    conv = convolution_of(design, np.random.default_rng(0))
    conv.weights[...] = [[[[1, -1], [1, -1]]], [[[1, 1], [-1, -1]]]]
    pool = MaxPoolingLayer(3, 3, 1, 2, 2, 1)
    image = np.array([[[1, 0, 1, 0], [1, 1, 1, 0], [1, 0, 1, 0], [0, 0, 1, 0]]])
    out = conv.forward(image)
    pool.forward(out[:1])
    routed = pool.backward(np.array([[[1, 2], [3, 4]]]))
    grad_x = conv.backward(np.concatenate([routed, np.zeros((1, 3, 3))]))
    grad_w = conv.weights_grad[0, 0].copy()
    # filter 2: four outputs stand on ReLU's kink
    conv.backward(np.stack([np.zeros((3, 3)), np.ones((3, 3))]))
    return {
        "pool grad_x": (routed[0], [[1, 0, 2], [3, 0, 4], [0, 0, 0]]),
        "sum of pool grad_x": (routed.sum(), 10),
        "grad_w": (grad_w, [[10, 3], [10, 1]]),
        "grad_x": (grad_x[0], [[1, -1, 2, -2], [4, -4, 6, -6], [3, -3, 4, -4], [0, 0, 0, 0]]),
        "delta on the kink": (conv.delta[1], [[0, 0, 0], [1, 1, 0], [1, 0, 0]]),
    }


CONV, POOLS = ("grad_x", "grad_w", "grad_b", "grad_scores"), ("pool grad_x", "mean pool grad_x")
CHECKS = {
    "(a)": _check(gradients=CONV),
    "(b)": _check(gradients=CONV, image=(8, 6), padding=0),
    "(c)": _check(gradients=POOLS),
    "(d)": lambda: compared(_hand_numbers, limit=0.0),
}
WEAK = {
    "ones, identity": _check(gradients=CONV, upstream="ones", activator=IdentityActivator),
    "identity": _check(gradients=CONV, activator=IdentityActivator),
    "one image": _check(gradients=CONV, batch=1),
    "one channel, one filter": _check(gradients=CONV, channels=1, filters=1),
    "stride 1, no padding": _check(gradients=CONV, stride=1, padding=0),
    "weights only": _check(gradients=("grad_w",)),
    "2x2/2 pool": _check(gradients=POOLS, pool=(2, 2)),
    "the source's": _check(
        gradients=("grad_w",),
        image=(5, 5),
        kernel=(3, 3),
        batch=1,
        upstream="ones",
        activator=IdentityActivator,
        first_filter_only=True,
    ),
}


def survivors(checks: Mapping[str, Check] | None = None) -> dict[str, dict[str, bool]]:
    """{bug: {check: True where the bug lives, that is, where the check passes}}, computed now.

    checks: {name: function that gives a Result}; default CHECKS, then WEAK.
    """
    checks, alive = CHECKS | WEAK if checks is None else checks, {}
    for name in bugs.BUGS:
        with bugs.planted(name):
            alive[name] = {check: run().passed for check, run in checks.items()}
    return alive
