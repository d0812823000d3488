"""What an answer does beside its result: to its arguments, to its layer, and to the type of it."""

import numpy as np
import pytest

from cnnlib import ops
from cnnlib.course.check import verdict
from cnnlib.course.exercise import find
from tests.mutants import spoilers
from tests.test_keys_mutants import tried

RIGHT = {name: find(name).right for name in ("6.forward", "6.delta", "6.backward", "6.line")}


def delta_over_grad_out(self, grad_out):
    grad_out *= self.activator.derivative(self.net)
    return grad_out


def delta_kept_as_net(self, grad_out):
    delta = grad_out * self.activator.derivative(self.net)
    self.net = delta
    return delta


def backward_over_grad_out(self, grad_out):
    grad_x = RIGHT["6.backward"](self, grad_out)
    grad_out[...] = self.delta
    return grad_x


def backward_with_a_step(self, grad_out):
    grad_x = RIGHT["6.backward"](self, grad_out)
    self.weights -= self.learning_rate * self.weights_grad
    return grad_x


def backward_with_an_update(self, grad_out):
    grad_x = RIGHT["6.backward"](self, grad_out)
    for one in self.filters:
        one.update(self.learning_rate)
    return grad_x


def backward_that_centres_x(self, grad_out):
    grad_x = RIGHT["6.backward"](self, grad_out)
    self.x -= self.x.mean()
    return grad_x


def forward_that_scales_the_weights(self, x):
    out = RIGHT["6.forward"](self, x)
    self.weights *= 0.5
    return out


def forward_over_x(self, x):
    out = RIGHT["6.forward"](self, x.copy())
    x[...] = 0
    return out


def forward_that_clears_gradients(self, x):
    self.weights_grad[...] = 0
    return RIGHT["6.forward"](self, x)


def step_that_clears_the_gradient(self, learning_rate):
    RIGHT["6.line"](self, learning_rate)
    self.bias_grad[...] = 0


@pytest.mark.parametrize(
    ("name", "answer", "told"),
    [
        ("6.delta", delta_over_grad_out, "grad_out is written over"),
        ("6.delta", delta_kept_as_net, "self.net is another one afterwards"),
        ("6.backward", backward_over_grad_out, "grad_out is written over"),
        ("6.backward", backward_with_a_step, "self.weights is another one afterwards"),
        ("6.backward", backward_with_an_update, "self.weights is another one afterwards"),
        ("6.backward", backward_that_centres_x, "self.x is another one afterwards"),
        ("6.forward", forward_that_scales_the_weights, "self.weights is another one afterwards"),
        ("6.forward", forward_over_x, "x is written over"),
        ("6.forward", forward_that_clears_gradients, "self.weights_grad is another one"),
        ("6.line", step_that_clears_the_gradient, "self.bias_grad is another one afterwards"),
    ],
)
def test_what_a_method_must_leave_alone(name, answer, told):
    wrong = verdict(name, answer)
    assert wrong.status == "wrong" and told in wrong.text


@pytest.mark.parametrize("name", ["5.5", "6.2", "6.3", "7.6.mend", "8.line", "8.3"])
def test_a_result_written_over_an_argument_is_wrong(name):
    results = [status for _, status in tried(name, spoilers)]
    assert results and set(results) == {"wrong"}


def test_a_delta_written_over_grad_out_is_wrong_in_every_form():
    results = [status for _, status in tried("6.delta", spoilers)]
    assert results and set(results) == {"wrong"}


@pytest.mark.parametrize(
    ("size_of", "status"),
    [
        (lambda n, k, p, s: int(np.floor((n + 2 * p - k) / s)) + 1, "right"),
        (lambda n, k, p, s: np.int64((n + 2 * p - k) // s + 1), "right"),
        (lambda n, k, p, s: np.floor((n + 2 * p - k) / s) + 1, "wrong"),
        (lambda n, k, p, s: float((n + 2 * p - k) // s + 1), "wrong"),
        (lambda n, k, p, s: np.array((n + 2 * p - k) // s + 1.0), "wrong"),
    ],
)
def test_a_float_is_no_size(size_of, status):
    told = verdict("6.size", size_of)
    assert told.status == status
    assert status == "right" or "is a float" in told.text


def test_floor_forgotten_is_named_though_some_of_it_is_whole():
    assert "floor forgotten" in verdict("6.size", lambda n, k, p, s: (n + 2 * p - k) / s + 1).text


def test_a_forgotten_n_is_named_and_a_row_at_a_time_is_right():
    def three_indices(delta):
        N, F, H_out, W_out = delta.shape
        grad_b = np.zeros(F)
        for _, f, i, j in np.ndindex(N, F, H_out, W_out):
            grad_b[f] += delta[f, i, j]
        return grad_b

    def row_by_row(delta):
        grad_b = np.zeros(delta.shape[1])
        for n, f, i in np.ndindex(delta.shape[:3]):
            grad_b[f] += delta[n, f, i].sum()
        return grad_b

    assert "n is missing" in verdict("4.line", three_indices).text
    assert verdict("4.line", row_by_row).status == "right"


def test_exchanged_indices_are_named_though_they_run_out():
    def conv(xp, w, b, s):
        size = [(n - k) // s + 1 for n, k in zip(xp.shape, w.shape)]
        net = np.full(size, float(b))
        for i, j in np.ndindex(net.shape):
            for u, v in np.ndindex(w.shape):
                net[i, j] += w[u, v] * xp[0, i * s + u, j * s + v]
        return net

    def add_back(sent, grad_xp, s):
        (K_H, K_W), (H_out, W_out) = sent.shape[1:3], sent.shape[4:]
        for u, v in np.ndindex(K_H, K_W):
            grad_xp[:, :, u : u + H_out * s : s, v : v + W_out * s : s] += sent[:, v, u]
        return grad_xp

    assert "no channel" in verdict("1.line", conv).text
    assert "u and v are exchanged" in verdict("9.back", add_back).text


def test_a_layer_without_a_batch_of_its_own_is_right():
    def forward(self, x):
        self.x = x
        if x.ndim == 3:
            self.net = ops.conv2d(x[None], self.weights, self.bias, self.stride, self.zero_padding)
            self.net = self.net[0]
        else:
            nets = [
                ops.conv2d(one[None], self.weights, self.bias, self.stride, self.zero_padding)[0]
                for one in x
            ]
            self.net = np.stack(nets)
        self.out = self.activator.forward(self.net)
        return self.out

    assert verdict("6.forward", forward).status == "right"
