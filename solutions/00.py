"""One answer to each exercise of lesson 00; tested by the checks that the learner runs."""


def exercise_0_maps():
    return 8


def exercise_0_net():
    return 0 * 1 + 1 * (-1) + 5 * 1 + 1 * (-1)
