"""The answers of lesson 00 and the wrong answers it knows by name."""

from cnnlib.course.exercise import Exercise

EXERCISES = [
    Exercise(
        name="0.maps",
        right=16,
        wrong={
            "64 is the number of pixels in one map of 8x8; asked is the number of maps": 64,
            "that is the second convolution": 32,
            "that is the image itself, one map; the convolution stands to its right": 1,
            "all numbers of the layer; asked is the number of maps": 1024,
            "that is the number of scores, at the very end": 10,
        },
        hints=(
            "It is the second column of the picture.",
            "Look at the first number under it, or in what ConvLayer printed.",
            "(16, 8, 8) means 16 maps.",
        ),
    ),
    Exercise(
        name="0.net",
        right=3,
        wrong={
            "that is the old one; x[3,1] is 5 now": -2,
            "is the kernel turned round? The minus stands on the right": -3,
            "the minus signs are dropped: the right column is subtracted": 7,
            "that is the kernel with rows and columns exchanged: the minus stands on the right": -5,
            "that is the upper row of the window only; add the lower one": -1,
            "that is the lower row of the window only; add the upper one": 4,
            "that is x[3,1] alone; four products are added": 5,
            "that is net[1,2]: the row comes first": 2,
            "that is net[1,0]: rows and columns are counted from 0": 1,
        },
        hints=(
            "The window holds [[0, 1], [5, 1]]. Lay [[1, -1], [1, -1]] on it.",
            "0*1 + 1*(-1) for the upper row. The lower row is 5*1 + 1*(-1).",
            "{solution}",
        ),
    ),
]
