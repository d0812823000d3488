"""One answer to each exercise of lesson 06; tested by the checks that the learner runs."""

import numpy as np

from cnnlib import ops


def as_batch(a):
    """As in the lesson."""
    return a if a.ndim == 4 else a[None]


def exercise_6_derive():
    return [3 * 1, 5 * 0, 7 * 0]


def exercise_6_hand():
    return (2 * -1 + 2 * 0 + 1 * -1) + (2 * -1 + 2 * -1) + 1 * -1 + 0


def exercise_6_step():
    return [1 - 0.001 * 9, 0 - 0.001 * 7]


def exercise_6_size():
    def calculate_output_size(input_size, filter_size, zero_padding, stride):
        return (input_size + 2 * zero_padding - filter_size) // stride + 1

    return calculate_output_size


def exercise_6_line():
    def update_filter(self, learning_rate):
        self.weights -= learning_rate * self.weights_grad
        self.bias -= learning_rate * self.bias_grad

    return update_filter


def exercise_6_forward():
    def forward(self, x):
        self.x = x
        net = ops.conv2d(as_batch(x), self.weights, self.bias, self.stride, self.zero_padding)
        self.net = net if x.ndim == 4 else net[0]
        self.out = self.activator.forward(self.net)
        return self.out

    return forward


def exercise_6_delta():
    def delta_of(self, grad_out):
        return grad_out * self.activator.derivative(self.net)

    return delta_of


def exercise_6_backward():
    def backward(self, grad_out):
        self.delta = self.delta_of(grad_out)
        delta, x, places = as_batch(self.delta), as_batch(self.x), (self.stride, self.zero_padding)
        self.weights_grad[...] = ops.conv2d_grad_w(delta, x, self.weights.shape[2:], *places)
        self.bias_grad[...] = ops.conv2d_grad_b(delta)
        grad_x = ops.conv2d_grad_x(delta, self.weights, x.shape[2:], *places)
        return grad_x if self.x.ndim == 4 else grad_x[0]

    return backward


def exercise_6_predict():
    return 16 * 4 * 4


def exercise_6_1():
    return 6 * (32 - 5 + 1) ** 2


def exercise_6_2():
    return lambda w, grad_w, learning_rate, lam: w - learning_rate * (grad_w + lam * w)


def exercise_6_3():
    return lambda grad_out, net: grad_out * np.where(net > 0, 1, 0.1)


def exercise_6_4():
    return (1 * 3 * 3 + 1) * 16 + (16 * 3 * 3 + 1) * 32


def exercise_6_5():
    return (1 / 4) / (1 / 8)
