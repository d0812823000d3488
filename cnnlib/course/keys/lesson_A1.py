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


# ---- the slips of the running example, in the article's subscripts: from 1, and 0 outside

IMAGE = np.array([[1, 0, 1, 0], [1, 1, 1, 0], [1, 0, 1, 0], [0, 0, 1, 0]])
KERNEL = np.array([[1, -1], [1, -1]])
DELTAS = np.array([[1, 0, 2], [3, 0, 4], [0, 0, 0]])
NET = reference.conv2d(IMAGE[None], KERNEL[None, None], [0])[0]
OUT, ABOVE, GRAD_OUT = (
    np.maximum(NET, 0),
    np.array([[1, 2], [3, 4]]),
    np.arange(1, 10).reshape(3, 3),
)
ROWS, SIZE, BORDER = 7, 4, 2 - 1 - 2  # of slip 18: delta's rows, the image's, K - 1 - p
HALF, SLOPE = 0.5, 0.5 * (1 - 0.5)  # of a sigmoid at 0: itself, and its derivative
FROM_ABOVE, READ = 3, 2  # of slip 20: dE/dout and i


def at(array, m, n):
    """A number by subscripts from 1; 0 outside."""
    rows, columns = array.shape
    return array[m - 1, n - 1] if 1 <= m <= rows and 1 <= n <= columns else 0


def weights_gradient(factor=IMAGE, off=-1, deltas=DELTAS):
    """The general line: beside delta_rc the factor at row r + m + off, column c + n + off."""
    places = [(r, c) for r in (1, 2, 3) for c in (1, 2, 3)]
    return np.array(
        [
            [
                sum(at(deltas, r, c) * at(factor, r + m + off, c + n + off) for r, c in places)
                for n in (1, 2)
            ]
            for m in (1, 2)
        ]
    )


def first_row(place):
    """dE/di in row 1; place(c, m, n): the subscripts of the delta beside h_mn."""
    cells = [(m, n) for m in (1, 2) for n in (1, 2)]
    return np.array(
        [
            sum(at(KERNEL, *cell) * at(DELTAS, *place(c, *cell)) for cell in cells)
            for c in (1, 2, 3, 4)
        ]
    )


def cell_of(row, column):
    """Subscripts as an answer."""
    return np.array([row, column])


EXERCISES = [
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
            "the image is missing: in the right line each delta meets a cell of it": both_lines(
                right=DELTA
            ),
            "h_11 and the image are missing; those are the deltas alone": both_lines(
                printed=DELTA, right=DELTA
            ),
            "the deltas are missing: each of them meets h_11": both_lines(
                printed=np.full(DELTA.shape, H[0, 0])
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
        name="A1.slip2",
        right=weights_gradient(),
        wrong={
            "that is the printed line": weights_gradient(OUT, 0),
            "the factor is mended, the index is still one off": weights_gradient(off=0),
            "the index is mended, but out_o is this layer's own output": weights_gradient(OUT),
            "two off: each read is two cells too far": weights_gradient(off=1),
            "delta is rotated; here it slides as it is": weights_gradient(
                deltas=DELTAS[::-1, ::-1]
            ),
            "net_o is this layer's, too: before f": weights_gradient(NET),
            "transposed: m goes down, n goes across": weights_gradient().T,
            "the kernel is no factor here": weights_gradient(KERNEL),
            "mean instead of sum": weights_gradient() / DELTAS.size,
        },
        hints=(
            "Which array does a weight meet: what the layer gave, or what it was given?",
            "The input i. And delta_11 meets i_11 through h_11, so the index is i + m - 1.",
            "Lay the nine deltas on i, with the corner on i_11, i_12, i_21, i_22: {solution}",
        ),
    ),
    Exercise(
        name="A1.slip3",
        right=cell_of(2 + 1 - 1, 3 + 1 - 1),
        wrong={
            "that is the printed index, i + m and j + n": cell_of(2 + 1, 3 + 1),
            "that is counted from 0": cell_of(2 - 1, 3 - 1),
            "transposed: the first subscript is the row": cell_of(3, 2),
            "that is the cell of delta_11": cell_of(1, 1),
            "only the column is mended": cell_of(2 + 1, 3),
            "only the row is mended": cell_of(2, 3 + 1),
            "rotated: here delta slides as it is": cell_of(4 - 2, 4 - 3),
        },
        hints=(
            "With m = n = 1 and delta_11, the cell must be i_11.",
            "So the index is r + m - 1, c + n - 1, with r = 2 and c = 3.",
            "{solution}",
        ),
    ),
    Exercise(
        name="A1.slip5",
        right=DELTAS.sum(),
        wrong={
            "that is the printed sum, four of the deltas": DELTAS[:2, :2].sum(),
            "that is how many there are; add them up": DELTAS.size,
            "mean instead of sum": DELTAS.mean(),
            "that is the largest": DELTAS[:2, 2].sum(),
            "that is one column": DELTAS[:1].sum(),
            "that is the row of delta_21": DELTAS[1].sum(),
        },
        hints=(
            "How many cells has the output of the running example?",
            "Nine, and the bias is used in every one: add up all of delta.",
            "{solution}",
        ),
    ),
    Exercise(
        name="A1.slip9",
        right=GRAD_OUT * (NET > 0),
        wrong={
            "that is the printed line: f' is missing": GRAD_OUT,
            "times net; wanted is f'(net)": GRAD_OUT * NET,
            "times f(net); wanted is f'(net)": GRAD_OUT * OUT,
            "that is f'(net) alone": (NET > 0) * 1,
            "the other way round: what was negative gets it": GRAD_OUT * (NET < 0),
            "the sign of net is -1 below 0; f' is 0 there": GRAD_OUT * np.sign(NET),
            "that is f(net); delta is dE/dout times f'(net)": OUT,
        },
        hints=(
            "Between out and net lies f: which factor does the chain rule add?",
            "f'(net): 1 where net is above 0, else 0.",
            "The middle column of net is negative: {solution}",
        ),
    ),
    Exercise(
        name="A1.slip11",
        right=2 * ABOVE.sum(),
        wrong={
            "that comes in; both tied cells get all of it": ABOVE.sum(),
            "each window has two tied cells, not four": 4 * ABOVE.sum(),
            "that is half of what comes in": ABOVE.sum() / 2,
            "that is the number of windows, twice": 2 * ABOVE.size,
            "each window has its maximum twice, not three times": 3 * ABOVE.sum(),
        },
        hints=(
            "How often does each window pay out?",
            "Twice, once for each of the two cells. And 10 comes in.",
            "{solution}",
        ),
    ),
    Exercise(
        name="A1.slip12",
        right=first_row(lambda c, m, n: (2 - m, c - n + 1)),
        wrong={
            "that is the printed line": first_row(lambda c, m, n: (1 + m, c + n)),
            "the kernel still slides as it is; the index must fall": first_row(
                lambda c, m, n: (m, c + n - 1)
            ),
            "only the columns are turned round, or that is the second row": first_row(
                lambda c, m, n: (m, c - n + 1)
            ),
            "one off: through h_11 the output begins at the cell itself": first_row(
                lambda c, m, n: (3 - m, c - n + 2)
            ),
            "one off the other way: i_11 is used by net_11": first_row(
                lambda c, m, n: (1 - m, c - n)
            ),
            "that is the row of delta": np.append(DELTAS[0], 0),
        },
        hints=(
            "Which output has used i_11? And i_12 through h_12?",
            "net_11 both times: delta at row i - m + 1, column j - n + 1.",
            "{solution}",
        ),
    ),
    Exercise(
        name="A1.slip13",
        right=np.array([(1, 3 - c + 1) for c in (2, 3)]),
        wrong={
            "those are the two h of the printed line": np.array([(1, c) for c in (3, 1)]),
            "not rotated: when the column of delta rises, that of h falls": np.array(
                [(1, c - 1) for c in (2, 3)]
            ),
            "transposed: the first subscript is the row": np.array([(c, 1) for c in (2, 1)]),
            "one off: the window of net_13 begins at i_13, so h_11 lies on it": np.array(
                [(1, 4 - c + 1) for c in (2, 3)]
            ),
            "that is row 2 of h; the first row of i is met by the first row only": np.array(
                [(2, 3 - c + 1) for c in (2, 3)]
            ),
            "those are the deltas; asked are the h beside them": np.array([(1, c) for c in (2, 3)]),
            "that is counted from 0": np.array([(0, 3 - c) for c in (2, 3)]),
        },
        hints=(
            "Where does the window of net_12 begin? Which weight lies on i_13 there?",
            "At i_12, so h_12 lies on i_13. The window of net_13 begins at i_13 itself.",
            "{solution}",
        ),
    ),
    Exercise(
        name="A1.slip16",
        right=ABOVE.sum(),
        wrong={
            "overwrote instead of adding: that is the last window's": ABOVE[-1, -1],
            "that is the first window's; all four have sent theirs": ABOVE[0, 0],
            "mean instead of sum": ABOVE.mean(),
            "that is the cell's own number": KERNEL.size * 2 + 1,
            "times the number of windows: each sends its own once": ABOVE.sum() * ABOVE.size,
            "that is what = writes last, and what it wrote before that": ABOVE[1].sum(),
        },
        hints=(
            "How many windows has the cell won?",
            "All four: what they send adds up.",
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
        name="A1.slip18",
        right=ROWS + 2 * BORDER,
        wrong={
            "nothing is cropped yet": ROWS,
            "cropped on one side only": ROWS + BORDER,
            "the sign: a negative border takes away": ROWS - 2 * BORDER,
            "that is p on each side; the border is K - 1 - p": ROWS - 2 * 2,
            "that is the size of the image": SIZE,
            "two on each side are too many: K - 1 - p is -1": ROWS + 4 * BORDER - 2,
        },
        hints=(
            "K - 1 - p = 2 - 1 - 2 = -1: one row less on each side.",
            "There are two sides.",
            "{solution}",
        ),
    ),
    Exercise(
        name="A1.slip19",
        right=SLOPE,
        wrong={
            "that is what is left of it in an array of whole numbers": SLOPE // 1,
            "that is the sigmoid itself; its derivative is s(1 - s)": HALF,
            "that is ReLU's f', not the sigmoid's": HALF + HALF,
            "that is s + s(1 - s)": HALF + SLOPE,
            "that is s squared times s": HALF**3,
            "the sign: the sigmoid rises": -SLOPE,
        },
        hints=(
            "The sigmoid of 0 is 0.5.",
            "f' = s (1 - s), with s = 0.5.",
            "{solution}",
        ),
    ),
    Exercise(
        name="A1.slip20",
        right=FROM_ABOVE * READ * SLOPE,
        wrong={
            "that is what the code gives: this layer's f' is missing": FROM_ABOVE * READ,
            "that is times f, not times f'": FROM_ABOVE * READ * HALF,
            "the input is missing": FROM_ABOVE * SLOPE,
            "dE/dout is missing": READ * SLOPE,
            "beside a weight stands the input, not the weight": FROM_ABOVE * READ * 0,
            "f' counts once": FROM_ABOVE * READ * SLOPE**2,
        },
        hints=(
            "delta = dE/dout times f'(net), and net is 0 here.",
            "The sigmoid's f' at 0 is 0.25; then times i.",
            "{solution}",
        ),
    ),
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
            "that is how many more are found now; asked is how many live on": NINE - FOUND - 5,
            "random numbers find one more of the six, not four": NINE - FOUND - 4,
            "one more lives? Random numbers find more bugs than ones do, not fewer": NINE
            - FOUND
            + 1,
        },
        hints=(
            "Which of the six lives only because every number from above is the same?",
            "A rotated delta of ones is the same delta. All others hide elsewhere.",
            "{solution}",
        ),
    ),
]
