"""How fast a network trains, and in how much memory.

    python benchmarks/training.py [--quick]

One step of two networks beside the same networks in PyTorch, in float32 and float64, in one thread
and two; the time until lesson 06's network first reads 98 % of the held-out digits; the memory of
one epoch over 60,000 images of 28x28. Prints tables; writes results/training.csv and
results/training.png. PyTorch takes part when it is installed.
"""

import contextlib
import statistics
import sys
import time
from functools import partial
from itertools import product

import numpy as np
from measure import (
    RESULTS,
    installed,
    machine,
    peak,
    quartiles,
    spread,
    table,
    taken,
    threads,
    write,
)

from cnnlib import (
    DIGIT_RECIPE,
    ConvLayer,
    FlattenLayer,
    FullyConnectedLayer,
    IdentityActivator,
    MaxPoolingLayer,
    Network,
    ReluActivator,
    datasets,
    train,
)

# images a step, side, filters, kernel, paddings: convolution, ReLU and pool twice, then ten scores
NETWORKS = {
    "28x28, 8 and 16 filters 5x5": (64, 28, (8, 16), 5, (2, 0)),
    "8x8, 16 and 32 filters 3x3": (16, 8, (16, 32), 3, (1, 1)),
}
RATE = 0.03
MOMENTUM = DIGIT_RECIPE["momentum"]
records = []


def keep(head, contender, unit, value, ratio=(np.nan,) * 3):
    """One line of the CSV file.

    head: what, case, number type, threads; ratio: quartiles of (time of cnnlib / time of this
    contender).
    """
    words = dict(zip(("what", "case", "dtype", "threads"), head, strict=True))
    words |= {"contender": contender, "unit": unit}
    numbers = dict(zip(("value", "q1", "ratio", "q3"), (value, *ratio), strict=True))
    records.append(words | {name: f"{number:.4g}" for name, number in numbers.items()})


def sizes(shape):
    """The two convolutions and the dense layer of a network.

    Returns [(channels, side, filters, padding, side after it), ...] and the dense layer's inputs.
    """
    _, side, filters, K, paddings = shape
    found = []
    channels = 1
    for F, p in zip(filters, paddings):
        after = side + 2 * p - K + 1
        found.append((channels, side, F, p, after))
        channels, side = F, after // 2
    return found, channels * side * side


def ours(shape, dtype, seed=0):
    """The network of cnnlib."""
    K = shape[3]
    convolutions, inputs = sizes(shape)
    start = {"rng": np.random.default_rng(seed), "dtype": dtype}
    layers = []
    for C, side, F, p, after in convolutions:
        layers.append(ConvLayer(side, side, C, K, K, F, p, 1, ReluActivator(), RATE, **start))
        layers.append(MaxPoolingLayer(after, after, F, 2, 2, 2))
    dense = FullyConnectedLayer(inputs, 10, IdentityActivator(), RATE, **start)
    return Network([*layers, FlattenLayer(), dense])


def theirs(shape, network):
    """The same network in PyTorch, with the same starting weights."""
    from torch import nn, tensor

    layers = []
    for C, _, F, p, _ in sizes(shape)[0]:
        layers += [nn.Conv2d(C, F, shape[3], padding=p), nn.ReLU(), nn.MaxPool2d(2)]
    layers += [nn.Flatten(), nn.Linear(sizes(shape)[1], 10)]
    weighted = [layer for layer in network.layers if hasattr(layer, "weights")]
    for module, layer in zip([m for m in layers if hasattr(m, "weight")], weighted):
        module.weight = nn.Parameter(tensor(layer.weights.copy()))
        module.bias = nn.Parameter(tensor(layer.bias.copy()))
    return nn.Sequential(*layers)


def our_steps(network, x, labels, batch_size):
    """A function that makes one epoch of train."""
    settings = {"batch_size": batch_size, "momentum": MOMENTUM, "rng": np.random.default_rng(0)}
    return partial(train, network, x, labels, epochs=1, **settings)


def their_steps(network, x, labels, batch_size):
    """One epoch in PyTorch: the same batches, the same rule.

    The loss and what is read right are kept, as train does.
    """
    import torch

    loss_of = torch.nn.CrossEntropyLoss()
    optimizer = torch.optim.SGD(network.parameters(), RATE, momentum=MOMENTUM)
    rng = np.random.default_rng(0)
    x = torch.tensor(x)
    labels = torch.tensor(labels)

    def epoch():
        losses = []
        right = 0
        order = torch.tensor(rng.permutation(len(x)))
        for batch in order.split(batch_size):
            optimizer.zero_grad()
            scores = network(x[batch])
            loss = loss_of(scores, labels[batch])
            loss.backward()
            optimizer.step()
            losses.append(loss.item())
            right += (scores.argmax(1) == labels[batch]).sum().item()
        return losses

    return epoch


def same_losses(shape):
    """Both networks must tell the same loss, step by step, or the times mean nothing."""
    network = ours(shape, np.float64)
    x, labels = images(40, shape[1], np.float64)
    rival = their_steps(theirs(shape, network), x, labels, 8)
    mine = our_steps(network, x, labels, 8)
    assert np.allclose(mine().loss, rival(), rtol=1e-9)


def images(count, side, dtype):
    """Images of noise, and labels."""
    rng = np.random.default_rng(0)
    return rng.random((count, 1, side, side)).astype(dtype), rng.integers(0, 10, count)


def step_times(seconds):
    """Both networks, beside PyTorch; eight steps an epoch, divided by eight."""
    counts = (1, 2) if installed("threadpoolctl") else ("default",)
    rows = []
    for case, dtype, count in product(NETWORKS, ("float32", "float64"), counts):
        with threads(count):
            times = timed(NETWORKS[case], dtype, seconds, pause=0 if count == 1 else 0.12)
        milliseconds = {name: 1e3 * np.median(each) for name, each in times.items()}
        ratios = {name: quartiles(times, "cnnlib", name) for name in times}
        for name, ratio in ratios.items():
            keep(("one step", case, dtype, count), name, "ms", milliseconds[name], ratio)
        told = [f"{number:.3g}" for number in milliseconds.values()]
        rows.append([case, NETWORKS[case][0], dtype, count, *told, spread(ratio)])
    columns = [f"{name} ms" for name in times]
    table(["one step", "images", "type", "threads", *columns, "ratio"], rows)


def timed(shape, dtype, seconds, pause):
    """{name: seconds of a step in each round} of cnnlib, and of PyTorch where it is."""
    N, side, *_ = shape
    x, labels = images(8 * N, side, dtype)
    network = ours(shape, dtype)
    contenders = {"cnnlib": (our_steps(network, x, labels, N), 8)}
    if installed("torch"):
        contenders["PyTorch"] = (their_steps(theirs(shape, network), x, labels, N), 8)
    return taken(contenders, seconds, pause=pause)


class Reached(Exception):
    """The network reads enough of the held-out images."""


def until(seed, wanted=0.98, every=20):
    """(seconds of training, steps) until that training first reads `wanted` of the digits.

    What is read are those held out.
    """
    digits = datasets.digits()
    network = ours(NETWORKS["8x8, 16 and 32 filters 3x3"], np.float64, seed)
    looked = 0.0
    reached = float("inf"), float("inf")
    start = time.perf_counter()
    x, labels = datasets.shifted(digits.train_x, digits.train_y)

    def look(step, network, loss):
        nonlocal looked, reached
        begin = time.perf_counter()
        if step % every == 0 and network.accuracy(digits.test_x, digits.test_y) >= wanted:
            reached = begin - start - looked, step
            raise Reached
        looked += time.perf_counter() - begin  # looking is no training

    with contextlib.suppress(Reached):
        rng = np.random.default_rng(seed)
        train(network, x, labels, rng=rng, on_step=look, **DIGIT_RECIPE)
    return reached


def time_to_read(seeds):
    """The time to 98 %, for several starts; shifting the training images is part of it."""
    with threads(1):
        found = [until(seed) for seed in range(seeds)]
    seconds, steps = zip(*found)
    for seed, each in enumerate(seconds):
        keep(("time to 98 %", f"seed {seed}", "float64", 1), "cnnlib", "s", each)
    kinds = (min, statistics.median, max)
    rows = [
        ["seconds", *(f"{kind(seconds):.2f}" for kind in kinds)],
        ["steps of 16 images", *(f"{kind(steps):.0f}" for kind in kinds)],
    ]
    table([f"held-out digits, 98 %, {seeds} seeds", "best", "median", "worst"], rows)


def memory(count):
    """The most megabytes that an epoch adds to the data, for data in three number types."""
    rows = []
    for data, dtype in (("float32", "float32"), ("float32", "float64"), ("uint8", "float64")):
        x = np.random.default_rng(0).integers(0, 2, (count, 1, 28, 28), np.uint8)
        x = x.astype(data, copy=False)
        labels = np.arange(count) % 10
        network = ours(NETWORKS["28x28, 8 and 16 filters 5x5"], dtype)
        settings = {"epochs": 1, "batch_size": 64, "momentum": MOMENTUM, "validation": (x, labels)}
        rng = np.random.default_rng(0)
        megabytes = peak(partial(train, network, x, labels, rng=rng, **settings)) / 1e6
        case = f"{count} images, {data}"
        keep(("memory of an epoch", case, dtype, 1), "cnnlib", "MB", megabytes)
        held = f"{x.nbytes / 1e6:.0f}"
        rows.append([f"{data} images, {dtype} network", held, f"{megabytes:.1f}"])
    table([f"MB, one epoch over {count:,} images", "the data", "added at most"], rows)


def chart():
    """results/training.png: a step of cnnlib beside one of PyTorch."""
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot as plt

    figure, axes = plt.subplots(1, 2, figsize=(11, 3.6), layout="constrained")
    for axis, case in zip(axes, NETWORKS):
        for k, name in enumerate(("cnnlib", "PyTorch")):
            wanted = {"what": "one step", "case": case, "contender": name}
            found = [record for record in records if wanted.items() <= record.items()]
            places = np.arange(len(found))
            axis.bar(places + 0.4 * k, [float(r["value"]) for r in found], 0.4, label=name)
            axis.set_xticks(places + 0.2, [f"{r['dtype']}\nthreads: {r['threads']}" for r in found])
        axis.set(title=case, ylabel="ms a step")
        axis.legend()
    figure.savefig(RESULTS / "training.png", dpi=80)
    print("written:", RESULTS / "training.png")


def main(quick):
    """The whole run: about two minutes; --quick: half a minute."""
    print(*machine(), "", sep="\n")
    if installed("torch"):
        for shape in NETWORKS.values():
            same_losses(shape)
    step_times(0.5 if quick else 4)
    time_to_read(3 if quick else 10)
    memory(6000 if quick else 60000)
    write("training", records)
    if installed("torch"):
        chart()


if __name__ == "__main__":
    main("--quick" in sys.argv[1:])
