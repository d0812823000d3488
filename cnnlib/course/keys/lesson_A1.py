"""The answers of the appendix A1 and the wrong answers it knows by name."""

import numpy as np

from cnnlib import reference
from cnnlib.course.exercise import Exercise

RNG = np.random.default_rng(31)
# no kernel is taller than wide: there the slip would only stop, and not be named
CASES = tuple(
    (RNG.standard_normal(out), RNG.standard_normal(kernel))
    for out, kernel in (((2, 2), (2, 3)), ((3, 2), (1, 3)), ((1, 2), (2, 4)))
)


def gathered(delta, kernel):
    """The right grad_input: every pixel of the smallest image that fits."""
    size = tuple(n + k - 1 for n, k in zip(delta.shape, kernel.shape))
    return reference.conv2d_grad_x(delta[None], kernel[None, None], size)[0]


def bordered(rows, columns, rotate=True):
    """The loop of the exercise with a border of rows(kernel) and columns(kernel) zeros, right or
    wrong."""

    def grad_input(delta, kernel):
        (K_H, K_W), (H_out, W_out) = kernel.shape, delta.shape
        wide = np.pad(delta, ((rows(K_H, K_W),) * 2, (columns(K_H, K_W),) * 2))
        turned = kernel[::-1, ::-1] if rotate else kernel
        H, W = H_out + K_H - 1, W_out + K_W - 1
        sums = [(wide[y : y + K_H, z : z + K_W] * turned).sum() for y in range(H) for z in range(W)]
        return np.reshape(sums, (H, W))

    return grad_input


EXERCISES = [
    Exercise(
        name="A1.live",
        right=6,
        wrong={
            "some of the nine do touch the first filter's weights, and those are found": 9,
            "that is how many it finds; asked is how many live": 3,
            "it looks at weights only: what about the input gradient and the bias?": 0,
            "one more: a bias is no weight, and it looks at the first filter only": 5,
            "one less: which three change the weights of the first filter, "
            "with ones from above?": 7,
        },
        hints=(
            "It sees the weights of the first filter, and nothing else. Which bugs change those?",
            "Four do. But one of them only rotates delta, and delta is all ones.",
            "Own output, stride and channels are found: {solution}",
        ),
    ),
    Exercise(
        name="A1.1",
        right=[20, 14],
        wrong={
            "the other way round: first the printed number, then the right one": [14, 20],
            "beside the weight stands i, the image; each delta meets another cell of it": [20, 20],
            "printed is h_11 in every product, not each h in turn": [9, 14],
            "one off: the first delta meets i_11": [20, 11],
            "delta is not rotated here: the first delta meets the first cell": [20, 16],
            "transposed: delta_12 meets i_12": [20, 13],
            "beside the weight stands the input, not the kernel": [20, 9],
            "the printed line multiplies by h_11 = 2": [10, 14],
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
                lambda K_H, K_W: K_W - 1, lambda K_H, K_W: K_W - 1
            ),
            "the border is K - 1 wide, not K": bordered(lambda K_H, K_W: K_H, lambda K_H, K_W: K_W),
            "the kernel is not rotated; that line was right": bordered(
                lambda K_H, K_W: K_H - 1, lambda K_H, K_W: K_W - 1, rotate=False
            ),
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
        right=[[2, 2], [2, 1], [1, 2], [1, 1]],
        wrong={
            "the kernel is not rotated: when m and n rise, the index of delta falls": [
                [1, 1],
                [1, 2],
                [2, 1],
                [2, 2],
            ],
            "that is slip 12, i + m and j + n: the index must fall": [
                [3, 3],
                [3, 4],
                [4, 3],
                [4, 4],
            ],
            "not rotated: through h_12 the window begins one column before, not behind": [
                [2, 2],
                [2, 3],
                [3, 2],
                [3, 3],
            ],
            "one off: through h_11 the window begins at i_22 itself": [
                [3, 3],
                [3, 2],
                [2, 3],
                [2, 2],
            ],
            "rotated by 90 degrees, not by 180": [[1, 2], [2, 2], [1, 1], [2, 1]],
            "transposed: h_12 lies one column further, so its delta one column before": [
                [2, 2],
                [1, 2],
                [2, 1],
                [1, 1],
            ],
            "one off: the first row and column have the number 1": [[1, 1], [1, 0], [0, 1], [0, 0]],
        },
        hints=(
            "Which output uses i_22 through h_11? The one whose window begins at i_22.",
            "That is net_22, so delta_22. Through h_12: the window begins one column before.",
            "delta at (3 - m, 3 - n)",
        ),
    ),
    Exercise(
        name="A1.4",
        right=5,
        wrong={
            "one falls: ones look the same when they are rotated, random numbers do not": 6,
            "the other blindnesses stay: identity, first filter, weights only": 0,
            "only one of the six lived because of the ones": 4,
            "that is how many are found now": [4],
        },
        hints=(
            "Which of the six lives only because every number from above is the same?",
            "A rotated delta of ones is the same delta. All others hide elsewhere.",
            "{solution}",
        ),
    ),
]
