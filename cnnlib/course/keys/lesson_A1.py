"""The answers of the appendix A1 and the wrong answers it knows by name."""

import numpy as np

from cnnlib import reference
from cnnlib.course.exercise import Exercise
from cnnlib.course.keys.lesson_02 import (
    BORDER_OF_HEIGHT,
    BORDERS,
    BORDERS_TRANSPOSED,
    K_ZEROS,
    NO_BORDER,
    ONE_ZERO,
    TWICE_THE_BORDER,
    WRONG_BORDERS,
    WRONG_TURNS,
)

RNG = np.random.default_rng(31)
CASES = tuple(
    (RNG.standard_normal(out), RNG.standard_normal(kernel))
    for out, kernel in (
        ((2, 2), (2, 3)),
        ((3, 2), (1, 3)),
        ((1, 2), (2, 4)),
        ((4, 3), (3, 3)),
        ((1, 2), (1, 5)),
        ((2, 3), (3, 2)),
        ((2, 1), (5, 2)),
        ((2, 3), (1, 1)),
    )
)


def gathered(delta, kernel):
    """The right grad_input: every pixel of the smallest image that fits."""
    size = tuple(n + k - 1 for n, k in zip(delta.shape, kernel.shape))
    return reference.conv2d_grad_x(delta[None], kernel[None, None], size)[0]


def bordered(border):
    """The loop of the exercise with the border that border(K_H, K_W) gives to np.pad."""

    def grad_input(delta, kernel):
        (K_H, K_W), (H_out, W_out) = kernel.shape, delta.shape
        wide, turned = np.pad(delta, border(K_H, K_W)), kernel[::-1, ::-1]
        H, W = H_out + K_H - 1, W_out + K_W - 1
        sums = [(wide[y : y + K_H, z : z + K_W] * turned).sum() for y in range(H) for z in range(W)]
        return np.reshape(sums, (H, W))

    return grad_input


AS_IN_GATHER = (K_ZEROS, BORDER_OF_HEIGHT, TWICE_THE_BORDER)  # other slips all stop alike


def of_another_size(name):
    """What a wrong border is called where the whole of it is slid over, not as in the exercise."""
    return f"{name}; so the result has another size"


# ---- values, right or wrong

NINE, FOUND = 9, 3  # bugs of slip 21, and those that the article's check finds
DELTA, H = np.array([[1, 2], [3, 4]]), np.array([[2, 0], [1, 1]])
I = np.array([[2, 1, 0], [2, 1, 2], [1, 2, 0]])  # noqa: E741  as the article calls the image


def both_lines(printed=DELTA * H[0, 0], right=DELTA * I[:2, :2]):
    """What the printed line gives, and what the right one gives."""
    return np.array([printed.sum(), right.sum()])


def beside(delta):
    """delta(m, n), the subscripts of the delta beside h_mn, for h_11, h_12, h_21 and h_22."""
    return np.array([delta(m, n) for m in (1, 2) for n in (1, 2)])


EXERCISES = [
    Exercise(
        name="A1.live",
        right=NINE - FOUND,
        wrong={
            "some of the nine do touch the first filter's weights, and those are found": NINE,
            "that is how many it finds; asked is how many live": FOUND,
            "it looks at weights only: what about the input gradient and the bias?": 0,
            "one more: a bias is no weight, and it looks at the first filter only": (
                NINE - FOUND - 1
            ),
            "one less: which three change the weights of the first filter, "
            "with ones from above?": NINE - FOUND + 1,
            "two more: the bias and the input gradient are not looked at": NINE - FOUND - 2,
            "two less: it finds more than one; which change the weights of the first filter?": (
                NINE - FOUND + 2
            ),
            "many more: it looks at the weights of the first filter only": NINE - FOUND - 4,
            "many more: it looks at the weights of the first filter only, "
            "with ones from above": NINE - FOUND - 5,
        },
        hints=(
            "It sees the weights of the first filter, and nothing else. Which bugs change those?",
            "Four do. But one of them only rotates delta, and delta is all ones.",
            "Own output, stride and channels are found: {solution}",
        ),
    ),
    Exercise(
        name="A1.1",
        right=both_lines(),
        wrong={
            "the other way round: first the printed number, then the right one": both_lines()[::-1],
            "beside the weight stands i, the image; each delta meets another cell of it": (
                both_lines(right=DELTA * I[0, 0])
            ),
            "printed is h_11 in every product, not each h in turn": both_lines(printed=DELTA * H),
            "one off: the first delta meets i_11": both_lines(right=DELTA * I[1:, 1:]),
            "delta is not rotated here: the first delta meets the first cell": both_lines(
                right=DELTA[::-1, ::-1] * I[:2, :2]
            ),
            "transposed: delta_12 meets i_12": both_lines(right=DELTA.T * I[:2, :2]),
            "beside the weight stands the input, not the kernel": both_lines(right=DELTA * H),
            "the printed line multiplies by h_11 = 2": both_lines(printed=DELTA),
            "the right number is right; the printed line has four products, not one": both_lines(
                printed=DELTA[0, 0] * H[0, 0]
            ),
            "the printed number is right; the right line has four products, not one": both_lines(
                right=DELTA[0, 0] * I[0, 0]
            ),
            "the first product of each line; there are four": both_lines(
                printed=DELTA[0, 0] * H[0, 0], right=DELTA[0, 0] * I[0, 0]
            ),
            "the right line sums products, not cells of the image": both_lines(right=I[:2, :2]),
            "that is the right number; asked is a pair, the printed one comes first": (
                both_lines()[1]
            ),
            "that is the printed number; asked is a pair, the right one comes second": (
                both_lines()[0]
            ),
        },
        hints=(
            "Printed: four products, each of them a delta times h_11.",
            "(1 + 2 + 3 + 4) * 2. Right: lay delta on i with its corner on i_11.",
            "{solution}",
        ),
    ),
    Exercise(
        name="A1.2",
        right=gathered,
        wrong={
            "that is the slip: the border of the rows comes from the kernel's height": bordered(
                lambda K_H, K_W: K_W - 1
            ),
            **{name: bordered(BORDERS[name]) for name in AS_IN_GATHER},
            "the border is too small, so a window runs out of it: "
            "K_H - 1 rows and K_W - 1 columns of zeros on each side": bordered(BORDERS[NO_BORDER]),
            "the border is too small for most kernels: "
            "K_H - 1 rows and K_W - 1 columns of zeros on each side": bordered(BORDERS[ONE_ZERO]),
            "the border is transposed, or before and after are meant: "
            "((K_H - 1, K_H - 1), (K_W - 1, K_W - 1))": bordered(BORDERS[BORDERS_TRANSPOSED]),
            **{of_another_size(name): wrong for name, wrong in WRONG_BORDERS.items()},
            **WRONG_TURNS,
        },
        hints=(
            "How many zeros must lie above delta, "
            "so that its first row meets the kernel's last one only?",
            "K_H - 1 above and below, K_W - 1 on the left and on the right.",
            "{solution}",
        ),
        cases=CASES,
    ),
    Exercise(
        name="A1.3",
        right=beside(lambda m, n: (3 - m, 3 - n)),
        wrong={
            "the kernel is not rotated: when m and n rise, the index of delta falls": beside(
                lambda m, n: (m, n)
            ),
            "that is slip 12, i + m and j + n: the index must fall": beside(
                lambda m, n: (2 + m, 2 + n)
            ),
            "not rotated: through h_12 the window begins one column before, not behind": beside(
                lambda m, n: (1 + m, 1 + n)
            ),
            "one off: through h_11 the window begins at i_22 itself": beside(
                lambda m, n: (4 - m, 4 - n)
            ),
            "rotated by 90 degrees, not by 180": beside(lambda m, n: (n, 3 - m)),
            "transposed: h_12 lies one column further, so its delta one column before": beside(
                lambda m, n: (3 - n, 3 - m)
            ),
            "one off: the first row and column have the number 1": beside(
                lambda m, n: (2 - m, 2 - n)
            ),
            "that is the example in the question; which output uses i_22 through h_11?": beside(
                lambda m, n: (m, 3 - n)
            ),
            "turned on one axis only: when n rises, the column of delta falls, too": beside(
                lambda m, n: (3 - m, n)
            ),
            "rotated by 90 degrees the other way, not by 180": beside(lambda m, n: (3 - n, m)),
            "transposed and not rotated: when m and n rise, the indices of delta fall": beside(
                lambda m, n: (n, m)
            ),
            "always the same delta; the window moves, and another one holds i_22": beside(
                lambda m, n: (2, 2)
            ),
        },
        hints=(
            "Which output uses i_22 through h_11? The one whose window begins at i_22.",
            "That is net_22, so delta_22. Through h_12: the window begins one column before.",
            "delta at (3 - m, 3 - n)",
        ),
    ),
    Exercise(
        name="A1.4",
        right=NINE - FOUND - 1,
        wrong={
            "one falls: ones look the same when they are rotated, random numbers do not": (
                NINE - FOUND
            ),
            "the other blindnesses stay: identity, first filter, weights only": 0,
            "that is how many are found now; only one of the six lived because of the ones": FOUND
            + 1,
            "that is how many are found with ones; how many of the six live on?": FOUND,
            "nine is all of them; some were found with ones already": NINE,
            "that is how many die of the random numbers; asked is how many live on": NINE
            - FOUND
            - 5,
            "the random numbers kill one of the six, not four": NINE - FOUND - 4,
            "one kill more with random numbers, not one life more": NINE - FOUND + 1,
        },
        hints=(
            "Which of the six lives only because every number from above is the same?",
            "A rotated delta of ones is the same delta. All others hide elsewhere.",
            "{solution}",
        ),
    ),
]
