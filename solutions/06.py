"""One answer to each exercise of lesson 06; tested by the checks that the learner runs."""
import numpy as np


def exercise_6_line():
    def update(self, learning_rate):
        self.weights -= learning_rate * self.weights_grad
        self.bias -= learning_rate * self.bias_grad

    return update


def exercise_6_predict():
    return [9, 7]


def exercise_6_1():
    return 6 * (32 - 5 + 1) ** 2


def exercise_6_2():
    return lambda w, grad_w, learning_rate, lam: w - learning_rate * (grad_w + lam * w)


def exercise_6_3():
    return lambda grad_out, net: grad_out * np.where(net > 0, 1, 0.1)
