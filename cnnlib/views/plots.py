"""plots: still pictures of training, images, kernels and feature maps (level 5, matplotlib).

Each function draws one figure on white, and returns it; `show` lays any figure on a white card with
round corners, which looks meant in a light and in a dark notebook. Signed numbers always use one
diverging scale that is centred on 0 and shared by the whole stack.
"""

import io
import textwrap
from collections.abc import Iterable

import matplotlib.pyplot as plt
import numpy as np
from IPython.display import display
from matplotlib.figure import Figure
from numpy.typing import ArrayLike
from PIL import Image, ImageDraw

from cnnlib.arguments import whole
from cnnlib.training import History

SIGNED, PLAIN = "RdBu_r", "gray"
CORNER, RIM = 10, (136, 136, 136, 255)  # pixels; a grey that is seen on both papers
STYLE = {
    "figure.facecolor": "white",
    "axes.facecolor": "white",
    "savefig.facecolor": "white",
    "font.size": 10.0,
    "text.color": "black",
    "axes.labelcolor": "black",
    "axes.edgecolor": "0.3",
    "xtick.color": "black",
    "ytick.color": "black",
    "axes.grid": False,
    "axes.titlesize": 11.0,
    "figure.dpi": 100.0,
}


def _figure(rows=1, columns=1, size=(6.0, 3.2)):
    """A white figure and its axes as a 2-D array, whatever style the reader has set."""
    with plt.rc_context(STYLE):
        return plt.subplots(rows, columns, figsize=size, squeeze=False, layout="constrained")


def on_card(picture: bytes) -> bytes:
    """A PNG on white, its corners cut round and a fine line drawn around it."""
    card = Image.open(io.BytesIO(picture)).convert("RGBA")
    edge = (0, 0, card.width - 1, card.height - 1)
    mask = Image.new("L", card.size)
    ImageDraw.Draw(mask).rounded_rectangle(edge, CORNER, 255)
    card.putalpha(mask)
    ImageDraw.Draw(card).rounded_rectangle(edge, CORNER, outline=RIM)
    made = io.BytesIO()
    card.save(made, "png", optimize=True)
    return made.getvalue()


def show(figure: Figure, number: str, caption: str) -> None:
    """Show a matplotlib figure as "Figure 3.1 · caption"; the caption also is the picture's text
    alternative.

    number: the lesson's and the figure's number in it, as text. The figure is closed.
    """
    told, picture = f"Figure {number} · {caption}", io.BytesIO()
    figure.savefig(picture, format="png", bbox_inches="tight", pad_inches=0.16, facecolor="white")
    plt.close(figure)
    display(
        {"image/png": on_card(picture.getvalue()), "text/plain": told},
        metadata={"image/png": {"alt": told}},
        raw=True,
    )
    print(textwrap.fill(told, 78))


def largest(maps: Iterable[np.ndarray]) -> float:
    """The scale of a stack: the largest |number| in it; 1 where all are 0, so that 0 stays in the
    middle."""
    sizes = [float(np.abs(m).max(initial=0)) for m in maps]
    top = max(sizes, default=0.0)
    if not np.isfinite(top):
        raise ValueError(
            "the maps hold numbers that are not finite, wanted finite numbers to colour"
        )
    return top or 1.0


def plot_history(history: History) -> Figure:
    """Loss of every step, and accuracy after each epoch, of a cnnlib.History, side by side; returns
    the figure."""
    if not history.loss:
        raise ValueError("the history holds 0 steps, wanted at least 1: train first")
    epochs = np.arange(1, len(history.epoch_loss) + 1)
    fig, ((left, right),) = _figure(1, 2, (9.0, 3.4))
    steps = np.arange(1, len(history.loss) + 1)
    left.plot(steps, history.loss, color="0.7", linewidth=0.8, label="each step")
    if len(epochs):
        ends = epochs * len(steps) / len(epochs)
        left.plot(ends, history.epoch_loss, "o-", markersize=3, label="mean of an epoch")
    left.set(title="Loss", xlabel="step", ylabel="cross-entropy", yscale="log")
    right.plot(epochs, history.train_accuracy, "o-", markersize=3, label="training images")
    if history.validation_accuracy:
        held_out = history.validation_accuracy
        right.plot(epochs, held_out, "s--", markersize=3, label="held-out images")
    right.set(title="Accuracy", xlabel="epoch", ylabel="share read right")
    right.set_ylim(top=1.005)
    right.xaxis.get_major_locator().set_params(integer=True)
    for axes in (left, right):
        axes.legend(frameon=False)
        axes.grid(color="0.92")
    return fig


def confusion(labels: ArrayLike, predicted: ArrayLike, classes: int | None = None) -> np.ndarray:
    """counts (K, K): row = the true class, column = the answer. labels and predicted are whole
    numbers, (N,) each."""
    true, read = np.atleast_1d(labels), np.atleast_1d(predicted)
    if true.shape != read.shape or true.ndim != 1 or not true.size:
        met = f"labels has shape {true.shape}, predicted {read.shape}"
        raise ValueError(f"{met}, wanted the same (N,) with N above 0")
    if (
        true.dtype.kind not in "iu"
        or read.dtype.kind not in "iu"
        or min(true.min(), read.min()) < 0
    ):
        raise TypeError("labels and predicted are wanted as whole numbers from 0 up")
    K = int(max(true.max(), read.max())) + 1
    if classes is not None:
        K = whole(classes, "classes", K)
    counts = np.zeros((K, K), int)
    np.add.at(counts, (true, read), 1)
    return counts


def plot_confusion(labels: ArrayLike, predicted: ArrayLike, classes: int | None = None) -> Figure:
    """The confusion matrix as a table of counts, mistakes shaded; returns the figure."""
    counts = confusion(labels, predicted, classes)
    mistakes = counts * (1 - np.eye(len(counts), dtype=int))
    fig, ((axes,),) = _figure(1, 1, (5.2, 5.0))
    axes.imshow(mistakes, cmap="Reds", vmin=0, vmax=2 * max(1, mistakes.max()))
    for (i, j), n in np.ndenumerate(counts):
        if n:
            axes.text(j, i, n, ha="center", va="center", weight="bold" if i == j else "normal")
    right = int(np.trace(counts))
    axes.set(title=f"{right} of {counts.sum()} read right", xlabel="answer", ylabel="true digit")
    axes.set(xticks=range(len(counts)), yticks=range(len(counts)))
    axes.set_xticks(np.arange(len(counts) + 1) - 0.5, minor=True)
    axes.set_yticks(np.arange(len(counts) + 1) - 0.5, minor=True)
    axes.grid(which="minor", color="0.85")
    axes.tick_params(which="both", length=0)
    return fig


def show_images(
    images: Iterable[ArrayLike],
    titles: Iterable[object] | None = None,
    columns: int = 6,
    title: str | None = None,
) -> Figure:
    """Images (H, W), of any sizes, in rows; returns the figure.

    Images of one size are one stack: grey from 0 to its largest number, or, if any number is
    negative, the signed scale with a colour bar. titles: one an image. Raises ValueError for
    another number of titles or other shapes.
    """
    shown = [np.asarray(image, float) for image in images]
    if any(image.ndim != 2 or not image.size for image in shown):
        raise ValueError(f"the images have shapes {[i.shape for i in shown]}, wanted (H, W) each")
    names = [""] * len(shown) if titles is None else [str(t) for t in titles]
    if len(names) != len(shown):
        raise ValueError(f"{len(names)} titles for {len(shown)} images, wanted one each")
    columns = max(1, min(columns, len(shown)))
    rows = max(1, -(-len(shown) // columns))
    wide = 1.4 if len(shown) > 3 else 2.4
    fig, grid = _figure(rows, columns, (max(3.2, wide * columns + 0.6), (wide + 0.3) * rows + 0.2))
    for axes, image, text in zip(grid.flat, shown, names, strict=False):
        _show_one(
            fig,
            axes,
            image,
            [other for other in shown if other.shape == image.shape],
            len(shown) <= 3,
        )
        axes.set_title(text, fontsize=10)
    for axes in grid.flat[len(shown) :]:
        axes.set_visible(False)
    if title:
        fig.suptitle(title)
    if not shown:
        fig.suptitle(title or "no images to show")
    return fig


def _show_one(fig, axes, image, stack, bar):
    top, signed = largest(stack), any(other.min() < 0 for other in stack)
    drawn = axes.imshow(
        image, cmap=SIGNED if signed else PLAIN, vmin=-top if signed else 0, vmax=top
    )
    axes.set(xticks=[], yticks=[])
    if signed and bar:
        fig.colorbar(drawn, ax=axes, shrink=0.8)


def _show_stack(maps, columns, title, names, xlabel):
    """A stack (n, H, W) in rows, one signed scale and one colour bar; returns the figure."""
    top = largest(maps)
    columns = max(1, min(columns, len(maps)))
    rows = -(-len(maps) // columns)
    fig, grid = _figure(rows, columns, (max(3.6, 0.95 * columns + 1.0), 1.1 * rows + 0.7))
    for axes in grid.flat:
        axes.set_visible(False)
    for axes, one, name in zip(grid.flat, maps, names, strict=False):
        axes.set_visible(True)
        drawn = axes.imshow(one, cmap=SIGNED, vmin=-top, vmax=top)
        axes.set(xticks=[], yticks=[])
        axes.set_title(name, fontsize=8, pad=2)
    fig.colorbar(drawn, ax=grid, shrink=0.9, label=xlabel)
    fig.suptitle(title)
    return fig


def plot_difference(name: str, analytic: ArrayLike, numeric: ArrayLike) -> Figure:
    """A gradient, the right one by differences, and how far apart they are, map under map; returns
    the figure.

    Both of one shape: (F,), or any that ends in (H, W). The two upper rows have one signed scale;
    the third is a heat map of |analytic - numeric|. Raises ValueError for two shapes.
    """
    a, n = np.atleast_2d(np.asarray(analytic, float)), np.atleast_2d(np.asarray(numeric, float))
    if a.shape != n.shape:
        raise ValueError(f"analytic has shape {a.shape}, numeric {n.shape}, wanted the same")
    of = {"analytic": a, "numeric": n, "|difference|": np.abs(a - n)}
    maps = {row: one.reshape(-1, *a.shape[-2:]) for row, one in of.items()}
    top, columns = largest([a, n]), len(maps["analytic"])
    fig, grid = _figure(3, columns, (max(3.6, 1.3 * columns), 5.0))
    for axes, (row, stack) in zip(grid, maps.items(), strict=True):
        heat = {"cmap": "Reds", "vmin": 0, "vmax": largest(stack)}
        scale = heat if row == "|difference|" else {"cmap": SIGNED, "vmin": -top, "vmax": top}
        for one, drawn_on in zip(stack, axes, strict=True):
            drawn = drawn_on.imshow(one, **scale)
            drawn_on.set(xticks=[], yticks=[])
        axes[0].set_ylabel(row)
        fig.colorbar(drawn, ax=axes, shrink=0.8)
    for axes, place in zip(grid[0], np.ndindex(a.shape[:-2]), strict=True):
        axes.set_title(f"{name}{list(place) or ''}", fontsize=9)
    return fig


def show_kernels(w: ArrayLike, title: str = "kernels", columns: int = 8) -> Figure:
    """Kernels w (F, C, K_H, K_W), or one filter's (C, K_H, K_W), a picture each, one signed scale;
    the figure."""
    w = np.asarray(w, float)
    if w.ndim not in (3, 4) or not w.size:
        raise ValueError(f"w has shape {w.shape}, wanted (F, C, K_H, K_W) or (C, K_H, K_W)")
    w = w[None] if w.ndim == 3 else w
    F, C = w.shape[:2]
    names = [f"w[{f}]" if C == 1 else f"w[{f}, {c}]" for f in range(F) for c in range(C)]
    return _show_stack(w.reshape(F * C, *w.shape[2:]), columns, title, names, "weight")


def show_feature_maps(out: ArrayLike, title: str = "feature maps", columns: int = 8) -> Figure:
    """Feature maps out (F, H, W) of one image, or their delta, a picture each, one signed scale;
    returns the figure."""
    maps = np.asarray(out, float)
    if maps.ndim == 4 and len(maps) == 1:
        maps = maps[0]
    if maps.ndim != 3 or not maps.size:
        met = f"out has shape {maps.shape}, wanted (F, H, W)"
        raise ValueError(f"{met}: one image's maps; of a batch take out[0]")
    return _show_stack(
        maps, columns, title, [f"map {f}" for f in range(len(maps))], "number in the map"
    )
