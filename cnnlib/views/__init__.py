"""views: explorers to point at, and plots to look at.

Importing it loads matplotlib, ipywidgets and anywidget.
"""

import sys
from collections import abc

from cnnlib.views.explorers import base
from cnnlib.views.explorers.bias_gradient import explore_bias_gradient
from cnnlib.views.explorers.bug_clinic import bug_clinic
from cnnlib.views.explorers.draw_a_digit import draw_a_digit
from cnnlib.views.explorers.forward import explore_forward
from cnnlib.views.explorers.gradient_check_lab import gradient_check_lab
from cnnlib.views.explorers.im2col import explore_columns
from cnnlib.views.explorers.input_gradient import explore_input_gradient
from cnnlib.views.explorers.kernel_gradient import explore_kernel_gradient
from cnnlib.views.explorers.kernel_lab import kernel_lab
from cnnlib.views.explorers.layer_walk import walk_the_layers
from cnnlib.views.explorers.max_pooling import explore_max_pooling
from cnnlib.views.explorers.mean_pooling import explore_mean_pooling
from cnnlib.views.explorers.recording import Recording
from cnnlib.views.explorers.sick_training import sick_training
from cnnlib.views.explorers.softmax import explore_softmax
from cnnlib.views.explorers.stride_and_padding import explore_stride_and_padding
from cnnlib.views.explorers.training_progress import TrainingProgress
from cnnlib.views.explorers.training_room import training_room
from cnnlib.views.explorers.training_theatre import training_theatre
from cnnlib.views.page import export_page
from cnnlib.views.plots import (
    plot_confusion,
    plot_difference,
    plot_history,
    show,
    show_feature_maps,
    show_images,
    show_kernels,
)

__all__ = [
    "Recording",
    "TrainingProgress",
    "bug_clinic",
    "draw_a_digit",
    "examples",
    "explore_bias_gradient",
    "explore_columns",
    "explore_forward",
    "explore_input_gradient",
    "explore_kernel_gradient",
    "explore_max_pooling",
    "explore_mean_pooling",
    "explore_softmax",
    "explore_stride_and_padding",
    "export_page",
    "gradient_check_lab",
    "kernel_lab",
    "plot_confusion",
    "plot_difference",
    "plot_history",
    "show",
    "show_feature_maps",
    "show_images",
    "show_kernels",
    "sick_training",
    "training_room",
    "training_theatre",
    "walk_the_layers",
]


def examples() -> dict[str, abc.Callable[[], base.Explorer]]:
    """{name of an explorer: a function that makes it with good small numbers}, of all of them.

    views.examples()["explore_forward"]() is the explorer that the gallery shows first. The function
    is the `example` in the explorer's own file.
    """
    modules = {name: sys.modules[globals()[name].__module__] for name in __all__}
    return {name: module.example for name, module in modules.items() if hasattr(module, "example")}
