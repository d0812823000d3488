"""Right answers to exercises, in another form than solutions/ has: without loops, with einsum, by
Fourier transforms, with lists, over the filters of a layer. Each is as right as the one there."""

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from cnnlib import ops, reference


def exercise_1_line():
    def conv(xp, w, b, s):
        windows = sliding_window_view(xp, w.shape)[::s, ::s]
        return np.einsum("ijuv,uv->ij", windows, w) + b

    return conv


def exercise_1_4():
    def pad(x, p_v, p_h):
        rows, columns = x.shape
        side = np.zeros((rows, p_h))
        wide = np.hstack([side, x, side])
        above = np.zeros((p_v, columns + 2 * p_h))
        return np.vstack([above, wide, above])

    return pad


def exercise_1_5():
    def dilated_size(n, k, d):
        under = d * (k - 1) + 1
        return n - under + 1

    return dilated_size


def exercise_1_6():
    def receptive_field(k1, s1, k2):
        reach = k1
        for _ in range(k2 - 1):
            reach = reach + s1
        return reach

    return receptive_field


def exercise_2_line():
    def scatter(delta, w, input_size, s):
        grad_x = np.zeros(input_size)
        K_H, K_W = w.shape
        for (i, j), d in np.ndenumerate(delta):
            grad_x[i * s : i * s + K_H, j * s : j * s + K_W] += d * w
        return grad_x

    return scatter


def exercise_2_gather():
    def gather(delta, w):
        size = [n + k - 1 for n, k in zip(delta.shape, w.shape)]
        spectrum = np.fft.fft2(delta, size) * np.fft.fft2(w, size)
        return np.fft.ifft2(spectrum).real

    return gather


def exercise_2_4():
    def gather_stride(delta, w, s):
        size = [(n - 1) * s + k for n, k in zip(delta.shape, w.shape)]
        grad_x = np.zeros(size)
        for u, v in np.ndindex(w.shape):
            rows, columns = size[0] - w.shape[0] + u + 1, size[1] - w.shape[1] + v + 1
            grad_x[u:rows:s, v:columns:s] += w[u, v] * delta
        return grad_x

    return gather_stride


def exercise_2_5():
    def true_conv_grad_x(delta, w, input_size):
        H, W = input_size
        grad_x = np.zeros((H, W))
        K_H, K_W = w.shape
        for (i, j), d in np.ndenumerate(delta):
            grad_x[i : i + K_H, j : j + K_W] += d * np.flip(w)
        return grad_x

    return true_conv_grad_x


def exercise_3_line():
    def grad_w_loops(delta, x, kernel_size):
        windows = sliding_window_view(x, delta.shape)
        K_H, K_W = kernel_size
        return np.einsum("uvij,ij->uv", windows, delta)[:K_H, :K_W]

    return grad_w_loops


def exercise_3_2():
    def grad_w_stride(delta, x, kernel_size, stride):
        s_v, s_h = stride
        (H_out, W_out), (K_H, K_W) = delta.shape, kernel_size
        return [
            [
                float((delta * x[u : u + H_out * s_v : s_v, v : v + W_out * s_h : s_h]).sum())
                for v in range(K_W)
            ]
            for u in range(K_H)
        ]

    return grad_w_stride


def exercise_3_3():
    def grad_w_dilated(delta, x, kernel_size, d):
        grad_w = np.zeros(kernel_size)
        for (u, v), _ in np.ndenumerate(grad_w):
            for i in range(delta.shape[0]):
                for j in range(delta.shape[1]):
                    grad_w[u, v] += delta[i, j] * x[i + d * u, j + d * v]
        return grad_w

    return grad_w_dilated


def exercise_4_line():
    def grad_b_loops(delta):
        return [float(sum(image[f].sum() for image in delta)) for f in range(delta.shape[1])]

    return grad_b_loops


def exercise_4_axes():
    return lambda delta: delta.sum(axis=(-2, 0, -1))


def exercise_4_2():
    return lambda delta: np.einsum("nfij->fij", delta)


def exercise_4_3():
    def grad_tripled_bias(delta):
        total = delta.sum(0).sum(-1).sum(-1)
        return total + total + total

    return grad_tripled_bias


def exercise_5_line():
    def route(grad_out, winners, input_size, K_W, s):
        grad_x = np.zeros(input_size)
        i, j = np.indices(winners.shape)
        np.add.at(grad_x, (i * s + winners // K_W, j * s + winners % K_W), grad_out)
        return grad_x

    return route


def exercise_5_2():
    def spread_the_mean(grad_out, input_size, K, s):
        grad_x = np.zeros(input_size)
        H_out, W_out = grad_out.shape
        for u in range(K):
            for v in range(K):
                grad_x[u : u + H_out * s : s, v : v + W_out * s : s] += grad_out / (K * K)
        return grad_x

    return spread_the_mean


def exercise_5_3():
    def route_split(grad_out, x, K, s):
        grad_x = np.zeros(x.shape)
        for (i, j), error in np.ndenumerate(grad_out):
            window = x[i * s : i * s + K, j * s : j * s + K]
            cells = np.argwhere(window == window.max())
            for u, v in cells:
                grad_x[i * s + u, j * s + v] += error / len(cells)
        return grad_x

    return route_split


def exercise_5_4():
    def min_winners(x):
        blocks = sliding_window_view(x, (2, 2))[::2, ::2]
        return blocks.reshape(*blocks.shape[:2], 4).argmin(axis=2)

    return min_winners


def exercise_5_5():
    def soft_max_grad_x(grad_out, x):
        e = np.exp(x - x.max())
        return grad_out * (e / e.sum())

    return soft_max_grad_x


def exercise_6_size():
    def calculate_output_size(input_size, filter_size, zero_padding, stride):
        first_cells = range(0, input_size + 2 * zero_padding - filter_size + 1, stride)
        return len(first_cells)

    return calculate_output_size


def exercise_6_line():
    def update_filter(self, learning_rate):
        self.weights[...] = self.weights - learning_rate * self.weights_grad
        self.bias[:] = self.bias - learning_rate * self.bias_grad

    return update_filter


def exercise_6_forward():
    def forward(self, x):
        self.x = x
        one = x.ndim == 3
        images = x[None] if one else x
        maps = [
            ops.conv2d(images, f.weights[None], f.bias, self.stride, self.zero_padding)
            for f in self.filters
        ]
        net = np.concatenate(maps, axis=1)
        self.net = net[0] if one else net
        self.out = self.activator.forward(self.net)
        return self.out

    return forward


def exercise_6_delta():
    def delta_of(self, grad_out):
        slope = self.activator.derivative(self.net)
        return np.multiply(grad_out, slope)

    return delta_of


def exercise_6_backward():
    def backward(self, grad_out):
        self.delta = self.delta_of(grad_out)
        one = self.x.ndim == 3
        deltas, images = (a[None] if one else a for a in (self.delta, self.x))
        grad_x = np.zeros(images.shape)
        s, p = self.stride, self.zero_padding
        for f, look in enumerate(self.filters):
            look.weights_grad[...] = 0
            look.bias_grad[...] = deltas[:, f].sum()
            for d, x, g in zip(deltas[:, f], images, grad_x):
                look.weights_grad += reference.conv2d_grad_w(
                    d[None], x, look.weights.shape[1:], s, p
                )[0]
                g += reference.conv2d_grad_x(d[None], look.weights[None], x.shape[1:], s, p)
        return grad_x[0] if one else grad_x

    return backward


def exercise_6_2():
    def decayed(w, grad_w, learning_rate, lam):
        return (1 - learning_rate * lam) * w - learning_rate * grad_w

    return decayed


def exercise_6_3():
    def leaky_delta(grad_out, net):
        delta = 0.1 * grad_out
        delta[net > 0] = grad_out[net > 0]
        return delta

    return leaky_delta


def exercise_7_line():
    def numerical_gradient(f, x, epsilon=1e-5):
        grad = np.zeros(x.shape)
        for place in np.ndindex(x.shape):
            step = np.zeros(x.shape)
            step[place] = epsilon
            grad[place] = (f(x + step) - f(x - step)) / epsilon / 2
        return grad

    return numerical_gradient


def exercise_7_6_mend():
    def delta_6(grad_out, net):
        return np.where(net > 0, grad_out, 0)

    return delta_6


def exercise_7_8_mend():
    def pool_8(x, grad_out):
        out, winners = reference.max_pool2d(x[None], 2, 1)
        return reference.max_pool2d_grad_x(grad_out[None], winners, x.shape, 2, 1)[0]

    return pool_8


def exercise_7_9_mend():
    return lambda delta: delta.reshape(len(delta), -1).sum(1)


def exercise_7_13():
    def better(f, q, epsilon):
        near = f(q + epsilon) - f(q - epsilon)
        far = f(q + 2 * epsilon) - f(q - 2 * epsilon)
        return (8 * near - far) / (12 * epsilon)

    return better


def exercise_8_line():
    def grad_of_scores(scores, labels):
        e = np.exp(scores - scores.max(1, keepdims=True))
        grad = e / e.sum(1, keepdims=True)
        grad[np.arange(len(labels)), labels] -= 1
        return grad / len(labels)

    return grad_of_scores


def exercise_8_dense():
    def dense_backward(delta, x, w):
        grad_w, grad_b, grad_x = np.zeros(w.shape), np.zeros(len(w)), np.zeros(x.shape)
        for n, o in np.ndindex(delta.shape):
            grad_w[o] += delta[n, o] * x[n]
            grad_b[o] += delta[n, o]
            grad_x[n] += delta[n, o] * w[o]
        return grad_w, grad_b, grad_x

    return dense_backward


def exercise_8_2():
    def prepare(pixels, marks):
        x = np.expand_dims(pixels, 1).astype(np.float32) / 255
        return x, np.where(marks == 10, 0, marks)

    return prepare


def exercise_8_3():
    return lambda scores, targets: [list((s - t) / len(scores)) for s, t in zip(scores, targets)]


def exercise_8_5():
    def confusion(labels, predicted, K):
        return np.bincount(labels * K + predicted, minlength=K * K).reshape(K, K)

    return confusion


def exercise_9_line():
    def columns_of(windows):
        N, C, H_out, W_out, K_H, K_W = windows.shape
        in_order = np.einsum("ncijuv->cuvnij", windows)
        return in_order.reshape(C * K_H * K_W, N * H_out * W_out)

    return columns_of


def exercise_9_back():
    def add_back(sent, grad_xp, s):
        _, K_H, K_W, _, H_out, W_out = sent.shape
        for i in range(H_out):
            for j in range(W_out):
                window = sent[..., i, j].transpose(0, 3, 1, 2)
                grad_xp[:, :, i * s : i * s + K_H, j * s : j * s + K_W] += window
        return grad_xp

    return add_back


def exercise_9_2():
    def grad_w_letters(delta, windows):
        return np.tensordot(delta, windows, axes=((1, 2, 3), (3, 4, 5)))

    return grad_w_letters


def exercise_9_4():
    def add_back_1d(G, n, s):
        grad_x = [0.0] * n
        for (u, i), g in np.ndenumerate(G):
            grad_x[i * s + u] += g
        return grad_x

    return add_back_1d


def exercise_9_5():
    def depthwise(windows, w):
        return (windows * w[:, None, None]).sum((-1, -2))

    return depthwise


def exercise_A1_2():
    def grad_input(delta, kernel):
        size = tuple(n + k - 1 for n, k in zip(delta.shape, kernel.shape))
        return reference.conv2d_grad_x(delta[None], kernel[None, None], size)[0]

    return grad_input
