"""One answer to each exercise of lesson 08; tested by the checks that the learner runs."""

import numpy as np


def exercise_8_bias():
    return 2 + 1, -1 + 3


def exercise_8_batch():
    return (0.6 - 1) / 4


def exercise_8_hand():
    return 2 * 1 - 1 * 0, 2 * (-1) - 1 * 1, 2 * 2 - 1 * 1


def exercise_8_line():
    def grad_of_scores(scores, labels):
        e = np.exp(scores - scores.max(1, keepdims=True))
        p = e / e.sum(1, keepdims=True)
        onehot = np.eye(scores.shape[1])[labels]
        return (p - onehot) / len(scores)

    return grad_of_scores


def exercise_8_dense():
    def dense_backward(delta, x, w):
        return delta.T @ x, delta.sum(0), delta @ w

    return dense_backward


def exercise_8_predict():
    return -np.log(1 / 10)


def exercise_8_1():
    return (2 * np.log(2) + 0) / 2


def exercise_8_2():
    def prepare(pixels, marks):
        return pixels[:, None] / 255, marks % 10

    return prepare


def exercise_8_3():
    def squared_error_grad(scores, targets):
        return (scores - targets) / len(scores)

    return squared_error_grad


def exercise_8_4():
    return 10 * 16 * 10 * 10 + 10


def exercise_8_5():
    def confusion(labels, predicted, K):
        counts = np.zeros((K, K), int)
        for label, answer in zip(labels, predicted):
            counts[label, answer] += 1
        return counts

    return confusion


def also_8_5():
    def confusion(labels, predicted, K):
        counts = np.zeros((K, K), int)
        np.add.at(counts, (labels, predicted), 1)
        return counts

    return confusion


def exercise_8_6():
    return 0.9 * (0.9 * 1 + 1) + 1, 1 / (1 - 0.9)
