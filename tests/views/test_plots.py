"""plots: what each figure holds, read from its axes."""

import io

import matplotlib
import numpy as np
import pytest
from PIL import Image

import cnnlib

matplotlib.use("agg")

import matplotlib.pyplot as plt

from cnnlib.views import plots


@pytest.fixture(autouse=True)
def closed():
    yield
    plt.close("all")


def history(epochs=3):
    return cnnlib.History(
        loss=list(np.linspace(2, 0.1, 10 * epochs)),
        epoch_loss=[2.0 / n for n in range(1, epochs + 1)],
        train_accuracy=[1 - 0.5 / n for n in range(1, epochs + 1)],
        validation_accuracy=[1 - 0.6 / n for n in range(1, epochs + 1)],
    )


def images_of(fig):
    return [axes.images[0] for axes in fig.axes if axes.images]


def test_history_shows_every_step_and_both_accuracies():
    made = history()
    left, right = plots.plot_history(made).axes
    assert list(left.lines[0].get_xdata()) == list(range(1, 31))
    shown = [list(line.get_ydata()) for line in (*left.lines, *right.lines)]
    assert shown == [made.loss, made.epoch_loss, made.train_accuracy, made.validation_accuracy]
    assert list(left.lines[1].get_xdata()) == [10, 20, 30]  # the mean stands where its epoch ends
    assert [list(line.get_xdata()) for line in right.lines] == [[1, 2, 3]] * 2
    assert all(
        axes.get_title() and axes.get_xlabel() and axes.get_ylabel() for axes in (left, right)
    )


def test_history_of_nothing_is_refused():
    with pytest.raises(ValueError, match="0 steps"):
        plots.plot_history(cnnlib.History())


def test_history_without_validation_has_one_curve():
    made = history()
    made.validation_accuracy = []
    assert len(plots.plot_history(made).axes[1].lines) == 1


def test_confusion_counts_rows_as_truth():
    counts = plots.confusion([0, 0, 1, 2], [0, 1, 1, 1])
    assert counts.tolist() == [[1, 1, 0], [0, 1, 0], [0, 1, 0]]


def test_confusion_picture_prints_every_count_and_the_total():
    fig = plots.plot_confusion([0, 0, 1, 2], [0, 1, 1, 1])
    (axes,) = fig.axes
    assert {(t.get_position(), t.get_text()) for t in axes.texts} == {
        ((0, 0), "1"),
        ((1, 0), "1"),
        ((1, 1), "1"),
        ((1, 2), "1"),
    }
    assert axes.get_title() == "2 of 4 read right"


@pytest.mark.parametrize("labels, predicted", [([0, 1], [0]), ([], []), ([[0]], [[0]])])
def test_confusion_refuses_other_shapes(labels, predicted):
    with pytest.raises(ValueError, match="shape"):
        plots.confusion(np.array(labels, int), np.array(predicted, int))


def test_confusion_refuses_what_is_no_label():
    with pytest.raises(TypeError, match="whole numbers"):
        plots.confusion([0.5], [1.0])
    with pytest.raises(TypeError, match="whole numbers"):
        plots.confusion([-1], [1])
    with pytest.raises(ValueError, match="classes is 9, wanted at least 10"):
        plots.confusion([0], [9], classes=9)


def test_images_of_one_size_share_a_scale_centred_on_zero():
    fig = plots.show_images([np.eye(2), -3 * np.eye(2)], titles=["a", "b"])
    assert [image.get_clim() for image in images_of(fig)[:2]] == [(-3, 3), (-3, 3)]
    assert [axes.get_title() for axes in fig.axes[:2]] == ["a", "b"]


def test_images_without_a_negative_number_start_at_black():
    assert images_of(plots.show_images([np.eye(3), 0.5 * np.eye(3)]))[0].get_clim() == (0, 1)


def test_a_photograph_beside_signed_edges_keeps_its_own_scale():
    grey, edges = images_of(plots.show_images([np.ones((4, 4)), -np.eye(2)]))[:2]
    assert grey.get_clim() == (0, 1) and edges.get_clim() == (-1, 1)


@pytest.mark.parametrize("count, shown", [(1, 1), (7, 7), (0, 0)])
def test_images_fill_rows_and_hide_the_rest(count, shown):
    fig = plots.show_images([np.eye(2)] * count)
    assert sum(axes.get_visible() for axes in fig.axes) == shown


def test_images_refuse_wrong_titles_and_shapes():
    with pytest.raises(ValueError, match="1 titles for 2 images"):
        plots.show_images([np.eye(2)] * 2, titles=["one"])
    with pytest.raises(ValueError, match=r"\(H, W\)"):
        plots.show_images([np.zeros((1, 2, 2))])


def test_numbers_that_are_not_finite_are_refused():
    with pytest.raises(ValueError, match="not finite"):
        plots.show_images([[[np.nan]]])


def test_kernels_are_named_and_share_one_signed_scale():
    w = np.arange(-6.0, 6).reshape(3, 1, 2, 2)
    fig = plots.show_kernels(w, title="before")
    drawn = images_of(fig)
    assert [axes.get_title() for axes in fig.axes[:3]] == ["w[0]", "w[1]", "w[2]"]
    assert {image.get_clim() for image in drawn[:3]} == {(-6, 6)}
    assert fig.get_suptitle() == "before"


def test_kernels_of_several_channels_are_named_by_both_indices():
    fig = plots.show_kernels(np.ones((1, 2, 3, 3)))
    assert [axes.get_title() for axes in fig.axes[:2]] == ["w[0, 0]", "w[0, 1]"]


def test_feature_maps_take_one_image_only():
    fig = plots.show_feature_maps(np.ones((1, 5, 2, 2)))
    assert sum(axes.get_title().startswith("map") for axes in fig.axes) == 5
    with pytest.raises(ValueError, match="of a batch take out"):
        plots.show_feature_maps(np.ones((2, 5, 2, 2)))


def test_pictures_are_white_in_every_style():
    with plt.style.context("dark_background"):
        fig = plots.show_feature_maps(np.ones((2, 3, 3)))
    assert fig.get_facecolor() == (1, 1, 1, 1)


def test_a_figure_is_a_white_card_with_round_corners():
    whole = io.BytesIO()
    Image.new("RGB", (60, 40), "white").save(whole, "png")
    card = np.array(Image.open(io.BytesIO(plots.on_card(whole.getvalue()))))
    assert card.shape == (40, 60, 4)
    assert card[[0, 0, -1, -1], [0, -1, 0, -1], 3].tolist() == [0] * 4  # nothing in the corners
    assert card[0, 30].tolist() == card[20, 0].tolist() == list(plots.RIM)
    assert (card[5:-5, 5:-5] == 255).all()


def test_a_difference_is_three_rows_of_maps_the_third_a_heat_map():
    rng = np.random.default_rng(0)
    analytic, numeric = rng.standard_normal((2, 2, 3, 4, 5))
    fig = plots.plot_difference("grad_w", analytic, numeric)
    shown = [image for image in images_of(fig) if image.get_array().shape == (4, 5)]
    stacks = [np.stack([i.get_array() for i in shown[n : n + 6]]) for n in (0, 6, 12)]
    wanted = [a.reshape(6, 4, 5) for a in (analytic, numeric, np.abs(analytic - numeric))]
    assert all(np.array_equal(a, b) for a, b in zip(stacks, wanted)) and len(shown) == 18
    top = np.abs([analytic, numeric]).max()
    assert {i.get_clim() for i in shown[:12]} == {(-top, top)}
    assert {i.get_clim() for i in shown[12:]} == {(0, wanted[2].max())}
    titles = [axes.get_title() for axes in fig.axes if axes.get_title()]
    assert titles == [f"grad_w[{f}, {c}]" for f in range(2) for c in range(3)]


def test_a_difference_of_one_number_a_filter_is_one_map():
    fig = plots.plot_difference("grad_b", [1.0, 2.0], [1.0, 2.5])
    shown = [i.get_array() for i in images_of(fig) if i.get_array().shape == (1, 2)]
    assert [a.tolist() for a in shown] == [[[1, 2]], [[1, 2.5]], [[0, 0.5]]]
    with pytest.raises(ValueError, match="analytic has shape .*, wanted the same"):
        plots.plot_difference("grad_b", [1.0], [1.0, 2.0])
