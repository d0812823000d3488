"""The answers of lesson 00 and the wrong answers it knows by name."""

import numpy as np

from cnnlib import reference
from cnnlib.course.exercise import Exercise

SIDE, MAPS, MORE_MAPS, DIGITS = 28, 8, 16, 10  # of the network in the picture
X = np.array([[1, 0, 1, 0], [1, 1, 1, 0], [1, 0, 1, 0], [0, 0, 1, 0]])
EDITED = np.where(np.arange(16).reshape(4, 4) == 13, 5, X)  # x[3,1] is 5
W = np.array([[1, -1], [1, -1]])


def net(x, w=W):
    return reference.conv2d(x[None], w[None, None], [0])[0]


NET = net(EDITED)
EXERCISES = [
    Exercise(
        name="0.maps",
        right=MAPS,
        wrong={
            "784 is the number of pixels in one map of 28x28; asked is the number of maps": SIDE**2,
            "that is the second convolution": MORE_MAPS,
            "that is one side of a map; asked is the number of maps": SIDE,
            "that is one side of a map after pooling; asked is the number of maps": SIDE // 2,
            "those are the maps of both convolutions; asked is the first": MAPS + MORE_MAPS,
            "that is the image itself, one map; the convolution stands to its right": 1,
            "all numbers of the layer; asked is the number of maps": MAPS * SIDE**2,
            "that is the number of scores, at the very end": DIGITS,
        },
        hints=(
            "It is the second column of the picture.",
            "Look at the first number under it, or in what ConvLayer printed.",
            "(8, 28, 28) means 8 maps.",
        ),
    ),
    Exercise(
        name="0.net",
        right=NET[2, 1],
        wrong={
            "that is the old one; x[3,1] is 5 now": net(X)[2, 1],
            "is the kernel turned round? The minus stands on the right": net(EDITED, W[::-1, ::-1])[
                2, 1
            ],
            "the minus signs are dropped: the right column is subtracted": net(EDITED, abs(W))[
                2, 1
            ],
            "that is the kernel with rows and columns exchanged: "
            "the minus stands on the right": net(EDITED, W.T)[2, 1],
            "that is the upper row of the window only; add the lower one": net(EDITED, W[:1])[2, 1],
            "that is the lower row of the window only; add the upper one": net(EDITED, W[:1])[3, 1],
            "that is x[3,1] alone; four products are added": EDITED[3, 1],
            "that is net[1,2]: the row comes first": NET[1, 2],
            "that is net[1,0]: rows and columns are counted from 0": NET[1, 0],
        },
        hints=(
            "The window holds [[0, 1], [5, 1]]. Lay [[1, -1], [1, -1]] on it.",
            "0*1 + 1*(-1) for the upper row. The lower row is 5*1 + 1*(-1).",
            "{solution}",
        ),
    ),
]
