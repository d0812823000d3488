"""trained: a network that has learnt to read, as it comes with the package (level 4)."""

from pathlib import Path

import numpy as np

from cnnlib import npz
from cnnlib.network import Network, mnist_network

__all__ = ["trained_network"]

WEIGHTS = Path(__file__).parent / "data" / "network.npz"


def trained_network() -> Network:
    """The network of mnist_network, trained to read handwritten digits of 28x28 pixels; float32.

    Each call returns a fresh one. It was trained once, by tools/train_network.py, on the 5,000
    training images of datasets.mnist_small() and warped copies of them, on none of the test images.
    Raises FileNotFoundError or ValueError, with what brings the file back, where its weights are
    missing or are not what they were.
    """
    network = mnist_network(np.random.default_rng(0))
    try:
        network.load(WEIGHTS)
    except FileNotFoundError as error:
        raise FileNotFoundError(f"{WEIGHTS} is missing{npz.cure(WEIGHTS)}") from error
    except ValueError as error:
        raise ValueError(f"{error}{npz.cure(WEIGHTS)}") from error
    return network
