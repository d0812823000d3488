"""ready: does everything that the lessons need work here? Answered in plain words (level 4)."""

import re
import sys

import numpy as np

REMEDY = """Not yet. In a terminal, in the folder of the project (on Windows: .venv\\Scripts\\pip):
    .venv/bin/pip install -r requirements.txt
Then choose the menu Kernel > Restart Kernel, and run this cell again. \
More help: troubleshooting.ipynb"""
AGAIN = "Not yet. Do what stands beside real digits, and run this cell again."


def check_setup() -> None:
    """Print a line for each thing that the lessons need, and what to do when one is missing.

    It never raises.
    """
    lines = {**_packages(), "real digits": _tried(_digits), "gradients": _tried(_gradients)}
    for name, trouble in lines.items():
        print(f"{name:12} {trouble or 'good'}")
    digits = lines.pop("real digits")  # it says itself what brings its file back
    if any(lines.values()):
        print(REMEDY)
    else:
        print(AGAIN if digits else "Everything works. Go on with the next cell.")


def _packages():
    """{package: what is wrong with it, or ""}, of what cnnlib says that it and its views need."""
    from importlib.metadata import PackageNotFoundError, metadata

    try:
        about = metadata("cnnlib")
    except PackageNotFoundError:
        return {"cnnlib": "is not installed, only found in a folder"}
    wanted = {"Python": about["Requires-Python"]}
    for needs in about.get_all("Requires-Dist", []):
        package, _, extra = needs.partition(";")
        if "extra" not in extra or "views" in extra:
            name, least = re.match(r"([\w-]+)(.*)", package).groups()
            wanted[name] = least
    return {name: _version_trouble(name, least) for name, least in wanted.items()}


def _version_trouble(name, least):
    """What is wrong with the version of a package, or ""; least: such as ">=2.0"."""
    from importlib.metadata import PackageNotFoundError, version

    try:
        found = sys.version.split()[0] if name == "Python" else version(name)
    except PackageNotFoundError:
        return "is missing"
    parts = [tuple(int(n) for n in re.findall(r"\d+", text)[:3]) for text in (found, least)]
    return "" if parts[0] >= parts[1] else f"version {found} is too old, wanted {least.strip()}"


def _tried(step):
    """What step() complains of, or the error that it raised, or ""."""
    try:
        return step()
    except Exception as error:  # whatever it is, it is told in words
        return f"does not work: {type(error).__name__}: {error}"


def _digits():
    from cnnlib import datasets

    shape = datasets.digits().train_x.shape
    return "" if shape == (1437, 1, 8, 8) else f"have shape {shape}, wanted (1437, 1, 8, 8)"


def _gradients():
    """A small layer's grad_x against central differences."""
    from cnnlib import ConvLayer, TanhActivator, numerical_gradient, relative_error

    rng = np.random.default_rng(0)
    layer = ConvLayer(
        input_width=4,
        input_height=5,
        channel_number=2,
        filter_width=3,
        filter_height=2,
        filter_number=2,
        zero_padding=1,
        stride=2,
        activator=TanhActivator(),
        learning_rate=0.1,
        rng=rng,
    )
    x = rng.standard_normal((2, 5, 4))
    upstream = rng.standard_normal(layer.forward(x).shape)
    found = layer.backward(upstream)
    numeric = numerical_gradient(lambda x: (layer.forward(x) * upstream).sum(), x)
    error = relative_error(found, numeric)
    return "" if error < 1e-6 else f"are wrong: relative error {error:.1g}, wanted below 1e-6"
