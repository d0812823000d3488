"""threads: BLAS takes one thread where products are small, and as many as before elsewhere."""

import numpy as np
import pytest
from threadpoolctl import threadpool_info, threadpool_limits

from cnnlib import digit_network, softmax_cross_entropy, train
from cnnlib.threads import one_blas_thread

X, LABELS = np.random.default_rng(0).random((4, 1, 8, 8)), np.arange(4)


def threads():
    """The number of threads of NumPy's BLAS; SciPy, which other tests load, has one of its own."""
    pools = [pool for pool in threadpool_info() if pool["user_api"] == "blas"]
    return [pool["num_threads"] for pool in pools if "numpy" in pool["filepath"]]


@pytest.fixture(autouse=True)
def two_threads():
    if not threads():
        pytest.skip("NumPy's BLAS is none that threadpoolctl knows")
    with threadpool_limits(2, "blas"):
        if set(threads()) != {2}:
            pytest.skip("NumPy's BLAS was built for one thread")
        yield


def test_one_thread_inside_and_as_many_as_before_afterwards():
    with one_blas_thread():
        assert set(threads()) == {1}
    assert set(threads()) == {2}


def test_as_many_as_before_after_an_error_too():
    with pytest.raises(KeyError), one_blas_thread():
        raise KeyError
    assert set(threads()) == {2}


def test_training_takes_one_thread():
    met = []

    def loss(scores, labels):
        met.extend(threads())
        return softmax_cross_entropy(scores, labels)

    network = digit_network(np.random.default_rng(0))
    rng = np.random.default_rng(0)
    train(network, X, LABELS, epochs=1, batch_size=2, rng=rng, loss=loss)
    assert set(met) == {1} and set(threads()) == {2}


@pytest.mark.parametrize("x", [X, X[0]])
def test_predicting_takes_one_thread(x):
    met = []
    network = digit_network(np.random.default_rng(0))
    forward = network.forward
    network.forward = lambda x: (met.extend(threads()), forward(x))[1]
    network.predict(x)
    assert set(met) == {1} and set(threads()) == {2}


def test_in_a_browser_nothing_is_asked(monkeypatch):
    monkeypatch.setattr("sys.platform", "emscripten")
    monkeypatch.setattr("cnnlib.threads._libraries", None)
    with one_blas_thread():
        assert set(threads()) == {2}
