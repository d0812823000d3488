"""cnnlib: how a convolutional network computes its gradients.

Importing it loads NumPy and nothing else.
"""

import importlib
import types
import typing

from cnnlib import datasets, geometry, gradient_check, ops, reference
from cnnlib.activations import IdentityActivator, ReluActivator, SigmoidActivator, TanhActivator
from cnnlib.course.check import check, hint, use
from cnnlib.course.copies import my_copy
from cnnlib.course.ready import check_setup
from cnnlib.course.source import show_source
from cnnlib.gradient_check import numerical_gradient, relative_error
from cnnlib.layers import (
    ConvLayer,
    Filter,
    FlattenLayer,
    FullyConnectedLayer,
    MaxPoolingLayer,
    MeanPoolingLayer,
)
from cnnlib.loss import softmax_cross_entropy
from cnnlib.network import Network, digit_network, mnist_network
from cnnlib.trained import trained_network
from cnnlib.training import DIGIT_RECIPE, MNIST_RECIPE, History, Training, train

__version__ = "0.1.0"

__all__ = [
    "DIGIT_RECIPE",
    "MNIST_RECIPE",
    "ConvLayer",
    "Filter",
    "FlattenLayer",
    "FullyConnectedLayer",
    "History",
    "IdentityActivator",
    "MaxPoolingLayer",
    "MeanPoolingLayer",
    "Network",
    "ReluActivator",
    "SigmoidActivator",
    "TanhActivator",
    "Training",
    "bugs",
    "check",
    "check_setup",
    "clinic",
    "datasets",
    "digit_network",
    "geometry",
    "gradient_check",
    "hint",
    "mnist_network",
    "my_copy",
    "numerical_gradient",
    "ops",
    "reference",
    "relative_error",
    "show_source",
    "softmax_cross_entropy",
    "train",
    "trained_network",
    "use",
]

if typing.TYPE_CHECKING:  # what an editor may read; when the code runs, __getattr__ loads them
    from cnnlib import views as views
    from cnnlib.course import bugs, clinic

_LATE = {"bugs": "cnnlib.course.bugs", "clinic": "cnnlib.course.clinic", "views": "cnnlib.views"}


def __dir__() -> list[str]:
    return sorted({*globals(), *_LATE})


def __getattr__(name: str) -> types.ModuleType:
    """bugs, clinic and views are loaded when a lesson asks for them."""
    if name in _LATE:
        return importlib.import_module(_LATE[name])
    raise AttributeError(f"module 'cnnlib' has no attribute {name!r}")
