"""Train the network that comes with the package, and write cnnlib/data/network.npz.

python tools/train_network.py [path]; about a minute on one core. The seed is fixed: the same
machine gives the same file, another one may round differently.
"""

import sys
from pathlib import Path

import numpy as np

from cnnlib import MNIST_RECIPE, Network, datasets, mnist_network, train
from cnnlib.trained import WEIGHTS

SEED, COPIES = 0, 8
RECIPE = MNIST_RECIPE | {"epochs": 6, "decay": 0.6}  # longer than in the lesson: it is done once


def trained(seed: int) -> Network:
    """The network after training on MNIST's training images of mnist_small and warped copies."""
    digits, rng = datasets.mnist_small(), np.random.default_rng(seed)
    images, labels = datasets.warped(digits.train_x, digits.train_y, copies=COPIES, rng=rng)
    network = mnist_network(rng)
    train(network, images, labels, rng=rng, **RECIPE)
    return network


def main(path: Path) -> None:
    """Train, write the file, and say how well it reads images that it has never seen."""
    network, digits = trained(SEED), datasets.mnist_small()
    network.save(path)
    share = network.accuracy(digits.test_x, digits.test_y)
    print(f"{path}: {path.stat().st_size:,} bytes, reads {share:.1%} of the held-out images")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else WEIGHTS)
