"""How fast cnnlib.ops is, beside its peers and the bare matrix product.

    python benchmarks/ops.py [--quick]

Five convolutions and four pools, forward and backward, in float32 and float64, in one thread and in
two; how far the other ways of writing a convolution are behind; the memory that each takes; how the
time grows. The contenders take turns in one process. Prints tables; writes results/ops.csv and
results/ops.png. PyTorch and scipy take part when they are installed.
"""

import sys

import numpy as np
from contenders import agree, arrays, bare_matmul, others, ours, pools, pytorch, steps
from measure import (
    RESULTS,
    installed,
    machine,
    mean,
    peak,
    quartiles,
    spread,
    table,
    taken,
    threads,
    write,
)

CONVOLUTIONS = [  # N, C, H, W, F, kernel, stride, padding
    (64, 1, 28, 28, 8, 5, 1, 2),
    (64, 8, 14, 14, 16, 5, 1, 0),
    (32, 16, 32, 32, 32, 3, 1, 1),
    (32, 16, 32, 32, 32, 3, 2, 1),
    (16, 64, 56, 56, 64, 3, 1, 1),
]
POOLS = [  # N, C, H = W, window, stride
    (64, 8, 28, 2, 2),
    (16, 64, 56, 2, 2),
    (64, 8, 28, 3, 2),
    (32, 32, 32, 3, 2),
]
GROWTH = {
    "images": [(n, 16, 32, 32, 32, 3, 1, 1) for n in (1, 4, 16, 64, 256)],
    "channels": [(32, c, 32, 32, 32, 3, 1, 1) for c in (1, 4, 16, 64)],
    "kernel": [(32, 16, 32, 32, 32, k, 1, k // 2) for k in (1, 3, 5, 7, 9)],
    "image size": [(32, 16, h, h, 32, 3, 1, 1) for h in (8, 16, 32, 64)],
}
GROWN = {"images": 0, "channels": 1, "kernel": 5, "image size": 2}  # which number of a shape grows
WAYS = ("forward", "backward")
records = []


def keep(head, contender, milliseconds=np.nan, ratio=(np.nan,) * 3, megabytes=np.nan):
    """One line of the CSV file.

    head: what, shape, number type, threads; ratio: quartiles of (time of ops / time of this
    contender).
    """
    what, shape, dtype, count = head
    q1, middle, q3 = ratio
    numbers = {
        "milliseconds": milliseconds,
        "q1": q1,
        "ratio": middle,
        "q3": q3,
        "megabytes": megabytes,
    }
    words = {
        "what": what,
        "shape": "x".join(map(str, shape)),
        "dtype": dtype,
        "threads": count,
        "contender": contender,
    }
    records.append(words | {name: f"{number:.4g}" for name, number in numbers.items()})


def compared(what, shape, dtype, count, contenders, seconds, rounds=9):
    """Time the contenders.

    Returns (median milliseconds of ops, {name: quartiles of ops / name} of the others).
    """
    times = taken(contenders, seconds, rounds, pause=0 if count == 1 else 0.12)
    milliseconds = {name: 1e3 * float(np.median(each)) for name, each in times.items()}
    ratios = {name: quartiles(times, "ops", name) for name in times}
    for name, ratio in ratios.items():
        keep((what, shape, dtype, count), name, milliseconds[name], ratio)
    del ratios["ops"]
    return milliseconds["ops"], ratios


def rivals(shape, dtype):
    """{name: (forward, backward)} of ops, the bare product and PyTorch."""
    given = arrays(shape, dtype)
    found = {"ops": ours(*given), "bare matmul": bare_matmul(*given)}
    return found | ({"PyTorch": pytorch(*given)} if installed("torch") else {})


def convolutions(dtype, count, seconds):
    """ops beside the bare product and PyTorch over the five shapes; a table for each way."""
    for n, way in enumerate(WAYS):
        rows, medians = [], []
        for shape in CONVOLUTIONS:
            contenders = {name: pair[n] for name, pair in rivals(shape, dtype).items()}
            milliseconds, beside = compared(way, shape, dtype, count, contenders, seconds)
            rows.append([shape, f"{milliseconds:.3g}", *map(spread, beside.values())])
            medians.append([q[1] for q in beside.values()])
        rows.append(["geometric mean", "", *(f"{mean(column):.3g}" for column in zip(*medians))])
        rows.append(["largest", "", *(f"{max(column):.3g}" for column in zip(*medians))])
        table([f"{way}, {dtype}, threads: {count}", *columns(beside)], rows)


def columns(beside):
    """The headings of a comparison with ops."""
    return ["ops ms", *(f"ops / {name}" for name in beside)]


def pooling(dtype, count, seconds):
    """Max pooling beside PyTorch."""
    rows = []
    for shape in POOLS:
        both = pools(shape, dtype)
        for n, way in enumerate(WAYS):
            contenders = {name: pair[n] for name, pair in both.items()}
            milliseconds, beside = compared(f"pool {way}", shape, dtype, count, contenders, seconds)
            rows.append([f"{way} {shape}", f"{milliseconds:.3g}", *map(spread, beside.values())])
    table([f"max pooling, {dtype}, threads: {count}", *columns(beside)], rows)


def behind(dtype, seconds):
    """How many times slower the other ways are; one thread."""
    for n, way in enumerate(WAYS):
        rows = []
        for shape in CONVOLUTIONS:
            given = arrays(shape, dtype)
            contenders = {"ops": ours(*given)[n]}
            for name, (share, *both) in others(*given).items():
                contenders[name] = both[n], share
            what = f"{way}, other ways"
            _, beside = compared(what, shape, dtype, 1, contenders, seconds, rounds=3)
            rows.append([shape, *(f"{1 / q[1]:,.3g}" for q in beside.values())])
        table([f"{way}, {dtype}: times slower than ops", *beside], rows)


def memory(dtype):
    """The most megabytes at a time in one forward and backward pass, beside what was given.

    The results are part of them.
    """
    rows = []
    for shape in CONVOLUTIONS:
        given = arrays(shape, dtype)
        held = {name: peak(step) / 1e6 for name, step in steps(*given).items()}
        for name, megabytes in held.items():
            keep(("peak memory", shape, dtype, 1), name, megabytes=megabytes)
        x, delta = given[0], given[3]
        results = (x.nbytes + delta.nbytes) / 1e6  # grad_x and net are as large
        rows.append([shape, *(f"{number:.3g}" for number in (results, *held.values()))])
    table([f"MB at a time, {dtype}", "results alone", *held], rows)


def growth(seconds):
    """The time of a forward pass while one size grows; float32, one thread.

    Returns {size: [(its value, {name: milliseconds}), ...]}.
    """
    grown = {}
    for size, shapes in GROWTH.items():
        rows = []
        grown[size] = []
        for shape in shapes:
            contenders = {name: pair[0] for name, pair in rivals(shape, "float32").items()}
            what = f"growth, {size}"
            milliseconds, beside = compared(what, shape, "float32", 1, contenders, seconds)
            rows.append([shape, f"{milliseconds:.3g}", *map(spread, beside.values())])
            taken_by = {name: milliseconds / ratio for name, (_, ratio, _) in beside.items()}
            grown[size].append((shape[GROWN[size]], {"ops": milliseconds} | taken_by))
        table([f"growth with {size}, forward", *columns(beside)], rows)
    return grown


COLOURS = {"ops": "#333333", "bare matmul": "#c0504d", "PyTorch": "#4f81bd"}


def chart(grown):
    """results/ops.png: ops beside the others for each shape, and the growth."""
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot as plt

    figure, axes = plt.subplots(2, 4, figsize=(15, 6.5), layout="constrained")
    kinds = [(way, dtype) for dtype in ("float32", "float64") for way in WAYS]
    for axis, (way, dtype) in zip(axes[0], kinds):
        chart_ratios(axis, way, dtype)
    for axis, (size, points) in zip(axes[1], grown.items()):
        chart_growth(axis, size, points)
    figure.savefig(RESULTS / "ops.png", dpi=80)
    print("written:", RESULTS / "ops.png")


def chart_ratios(axis, way, dtype):
    """Bars: the time of ops beside that of the others, with quartiles."""
    for k, name in enumerate(("bare matmul", "PyTorch")):
        wanted = {"what": way, "dtype": dtype, "threads": 1, "contender": name}
        found = [record for record in records if wanted.items() <= record.items()]
        q1, middle, q3 = (np.array([float(r[q]) for r in found]) for q in ("q1", "ratio", "q3"))
        style = {"color": COLOURS[name], "label": f"ops / {name}"}
        places = np.arange(len(found)) + 0.4 * k
        axis.bar(places, middle, 0.4, yerr=[middle - q1, q3 - middle], **style)
    axis.axhline(1, color="black", lw=0.8)
    axis.set(title=f"{way}, {dtype}, one thread", xticks=[])
    axis.set(xlabel="the five shapes", ylabel="ratio of times")
    axis.legend()


def chart_growth(axis, size, points):
    """Lines: the time of each while one size grows."""
    values = [value for value, _ in points]
    for name in points[0][1]:
        milliseconds = [each[name] for _, each in points]
        axis.loglog(values, milliseconds, "o-", color=COLOURS[name], label=name)
    axis.set(title=f"forward, growth with {size}", xlabel=size, ylabel="ms")
    axis.set_xticks(values, [str(value) for value in values])
    axis.minorticks_off()
    axis.legend()


def main(quick):
    """The whole run: about seven minutes; --quick: about one, with wide spreads."""
    seconds = 0.1 if quick else 1.5
    print(*machine(), "", sep="\n")
    for dtype in ("float32", "float64"):
        agree((3, 2, 9, 8, 4, 3, 2, 1), dtype)
        for count in (1, 2) if installed("threadpoolctl") else ("default",):
            with threads(count):
                convolutions(dtype, count, seconds)
                pooling(dtype, count, seconds / 2)
        with threads(1):
            memory(dtype)
    with threads(1):
        behind("float32", seconds)
        grown = growth(seconds)
    write("ops", records)
    chart(grown)


if __name__ == "__main__":
    main("--quick" in sys.argv[1:])
