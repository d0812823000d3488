"""How fast a network trains, and in how much memory: python benchmarks/training.py [--quick].

One step of two networks beside the same networks in PyTorch, in float32 and float64, in one thread
and two; the time until lesson 08's network first reads 98 % of the held-out digits; the memory of
one epoch over 60,000 images of 28x28. Prints tables; writes results/training.csv and
results/training.png. PyTorch takes part when it is installed.
"""

import statistics
import sys
import time
from functools import partial

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

# images a step, side, filters, kernel, paddings: convolution, ReLU and pool twice, then a dense
# layer of 10
NETWORKS = {
    "28x28, 8 and 16 filters 5x5": (64, 28, (8, 16), 5, (2, 0)),
    "8x8, 16 and 32 filters 3x3": (16, 8, (16, 32), 3, (1, 1)),
}
RATE, MOMENTUM = 0.03, DIGIT_RECIPE["momentum"]
records = []


def keep(what, case, dtype, count, contender, unit, value, ratio=(np.nan,) * 3):
    """One line of the CSV file; ratio: quartiles of (time of cnnlib / time of this contender)."""
    head = {
        "what": what,
        "case": case,
        "dtype": dtype,
        "threads": count,
        "contender": contender,
        "unit": unit,
    }
    records.append(
        head
        | {name: f"{v:.4g}" for name, v in zip(("value", "q1", "ratio", "q3"), (value, *ratio))}
    )


def sizes(shape):
    """For each of the two convolutions (channels, side, filters, padding, side after it), and the
    inputs of the dense layer."""
    _, side, filters, K, paddings = shape
    found, channels = [], 1
    for F, p in zip(filters, paddings):
        after = side + 2 * p - K + 1
        found.append((channels, side, F, p, after))
        channels, side = F, after // 2
    return found, channels * side * side


def ours(shape, dtype, seed=0):
    """The network of cnnlib."""
    rng, layers = np.random.default_rng(seed), []
    convolutions, inputs = sizes(shape)
    for C, side, F, p, after in convolutions:
        K = shape[3]
        layers.append(
            ConvLayer(side, side, C, K, K, F, p, 1, ReluActivator(), RATE, rng=rng, dtype=dtype)
        )
        layers.append(MaxPoolingLayer(after, after, F, 2, 2, 2))
    dense = FullyConnectedLayer(inputs, 10, IdentityActivator(), RATE, rng=rng, dtype=dtype)
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
    rng = np.random.default_rng(0)
    return lambda: train(
        network, x, labels, epochs=1, batch_size=batch_size, momentum=MOMENTUM, rng=rng
    )


def their_steps(network, x, labels, batch_size):
    """One epoch in PyTorch: the same batches, the same rule; the loss and what is read right are
    kept, as train does."""
    import torch

    loss_of, rng = torch.nn.CrossEntropyLoss(), np.random.default_rng(0)
    optimizer = torch.optim.SGD(network.parameters(), RATE, momentum=MOMENTUM)
    x, labels = torch.tensor(x), torch.tensor(labels)

    def epoch():
        losses, right = [], 0
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
    rng, network = np.random.default_rng(1), ours(shape, np.float64)
    x, labels = rng.random((40, 1, shape[1], shape[1])), rng.integers(0, 10, 40)
    rival = their_steps(theirs(shape, network), x, labels, 8)
    mine = train(
        network, x, labels, epochs=1, batch_size=8, momentum=MOMENTUM, rng=np.random.default_rng(0)
    ).loss
    assert np.allclose(mine, rival(), rtol=1e-9)


def step_times(seconds):
    """Both networks, beside PyTorch; eight steps an epoch, divided by eight."""
    rows = []
    for (case, shape), dtype in [
        (item, d) for item in NETWORKS.items() for d in ("float32", "float64")
    ]:
        rng, N = np.random.default_rng(0), shape[0]
        x, labels = (
            rng.random((8 * N, 1, shape[1], shape[1])).astype(dtype),
            rng.integers(0, 10, 8 * N),
        )
        for count in (1, 2) if installed("threadpoolctl") else ("default",):
            with threads(count):
                network = ours(shape, dtype)
                contenders = {"cnnlib": (our_steps(network, x, labels, N), 8)}
                if installed("torch"):
                    contenders["PyTorch"] = (their_steps(theirs(shape, network), x, labels, N), 8)
                times = taken(contenders, seconds, pause=0 if count == 1 else 0.12)
                ratios = {name: quartiles(times, "cnnlib", name) for name in times}
            for name in times:
                keep(
                    "one step",
                    case,
                    dtype,
                    count,
                    name,
                    "ms",
                    1e3 * np.median(times[name]),
                    ratios[name],
                )
            milliseconds = [f"{1e3 * np.median(each):.3g}" for each in times.values()]
            rows.append([case, N, dtype, count, *milliseconds, spread(ratios[name])])
    table(
        ["one step", "images", "type", "threads", *(f"{name} ms" for name in times), "ratio"], rows
    )


class Reached(Exception):
    """The network reads enough of the held-out images."""


def until(seed, wanted=0.98, every=20):
    """(seconds of training, steps) until lesson 08's training first reads `wanted` of the held-out
    digits."""
    digits = datasets.digits()
    network, spent, reached = (
        ours(NETWORKS["8x8, 16 and 32 filters 3x3"], np.float64, seed),
        [0.0],
        [],
    )
    start = time.perf_counter()
    images, labels = datasets.shifted(digits.train_x, digits.train_y)

    def look(step, network, loss):
        begin = time.perf_counter()
        if step % every == 0 and network.accuracy(digits.test_x, digits.test_y) >= wanted:
            reached.extend([begin - start - spent[0], step])
            raise Reached
        spent[0] += time.perf_counter() - begin  # looking is no training

    try:
        train(
            network, images, labels, rng=np.random.default_rng(seed), on_step=look, **DIGIT_RECIPE
        )
    except Reached:
        return tuple(reached)
    return float("inf"), float("inf")


def time_to_read(seeds):
    """The time to 98 %, for several starts; shifting the training images is part of it."""
    with threads(1):
        found = [until(seed) for seed in range(seeds)]
    seconds, steps = zip(*found)
    for seed, each in enumerate(seconds):
        keep("time to 98 %", f"seed {seed}", "float64", 1, "cnnlib", "s", each)
    rows = [["seconds", *(f"{f(seconds):.2f}" for f in (min, statistics.median, max))]]
    rows.append(["steps of 16 images", *(f"{f(steps):.0f}" for f in (min, statistics.median, max))])
    table([f"held-out digits, 98 %, {seeds} seeds", "best", "median", "worst"], rows)


def memory(images):
    """The most megabytes at a time that an epoch adds to the data, for data in three number
    types."""
    rows, settings = [], {"epochs": 1, "batch_size": 64, "momentum": MOMENTUM}
    for data, numbers in (("float32", "float32"), ("float32", "float64"), ("uint8", "float64")):
        x = (
            np.random.default_rng(0)
            .integers(0, 2, (images, 1, 28, 28), np.uint8)
            .astype(data, copy=False)
        )
        labels, network = (
            np.arange(images) % 10,
            ours(NETWORKS["28x28, 8 and 16 filters 5x5"], numbers),
        )
        rng = np.random.default_rng(0)
        megabytes = (
            peak(partial(train, network, x, labels, rng=rng, validation=(x, labels), **settings))
            / 1e6
        )
        keep(
            "memory of an epoch", f"{images} images, {data}", numbers, 1, "cnnlib", "MB", megabytes
        )
        rows.append(
            [f"{data} images, {numbers} network", f"{x.nbytes / 1e6:.0f}", f"{megabytes:.1f}"]
        )
    table([f"MB, one epoch over {images:,} images", "the data", "added at most"], rows)


def chart():
    """results/training.png: a step of cnnlib beside one of PyTorch."""
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot as plt

    figure, axes = plt.subplots(1, 2, figsize=(11, 3.6), layout="constrained")
    for axis, case in zip(axes, NETWORKS):
        for k, name in enumerate(("cnnlib", "PyTorch")):
            found = [
                r
                for r in records
                if (r["what"], r["case"], r["contender"]) == ("one step", case, name)
            ]
            labels = [f"{r['dtype']}\nthreads: {r['threads']}" for r in found]
            axis.bar(
                np.arange(len(found)) + 0.4 * k, [float(r["value"]) for r in found], 0.4, label=name
            )
            axis.set_xticks(np.arange(len(found)) + 0.2, labels)
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
