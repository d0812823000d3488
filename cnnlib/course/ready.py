"""ready: does everything that the lessons need work here? Answered in plain words (level 4)."""

import json
import os
import re
import sys
from pathlib import Path

import numpy as np

REMEDY = """Not yet. In a terminal, in the folder of the project (on Windows: .venv\\Scripts\\pip):
    .venv/bin/pip install -r requirements.txt
Then choose the menu Kernel > Restart Kernel, and run this cell again. \
More help: troubleshooting.ipynb"""
AGAIN = "Not yet. Do what stands beside {}, and run this cell again."
WIDGETS = ("anywidget", "@jupyter-widgets/jupyterlab-manager")  # JupyterLab's part of an explorer
ENABLE = """are switched off in JupyterLab. In a terminal, in the folder of the project:
    .venv/bin/jupyter labextension enable {}
             (on Windows .venv\\Scripts\\jupyter), then start JupyterLab again"""


def check_setup() -> None:
    """Print what of the things that the lessons need is missing, and what to do; then what is good.

    It never raises.
    """
    lines = {**_packages(), "real digits": _tried(_digits), "gradients": _tried(_gradients)}
    lines["explorers"] = _tried(_explorers)
    for name, trouble in lines.items():
        if trouble:
            print(f"{name:14} {trouble}")
    print("Good:", ", ".join(name for name, trouble in lines.items() if not trouble) or "nothing")
    # these say themselves what helps
    told = [name for name in ("real digits", "explorers") if lines.pop(name)]
    if any(lines.values()):
        print(REMEDY)
    elif told:
        print(AGAIN.format(" and ".join(told)))
    else:
        print("Everything works. Go on with the next cell.")


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


def _explorers():
    """What in JupyterLab's settings keeps explorers from living, or ""."""
    off = [name for name in WIDGETS if any(_is_off(name, folder) for folder in _settings())]
    return ENABLE.format(" ".join(off)) if off else ""


def _settings():
    """The folders where Jupyter looks for settings."""
    brought = os.environ.get("JUPYTER_CONFIG_PATH", "").split(os.pathsep)
    own = os.environ.get("JUPYTER_CONFIG_DIR") or Path.home() / ".jupyter"
    shared = [Path(sys.prefix, "etc", "jupyter"), "/usr/local/etc/jupyter", "/etc/jupyter"]
    return [Path(folder) for folder in [own, *filter(None, brought), *shared]]


def _is_off(extension, folder):
    """Do the settings in a folder switch this extension of JupyterLab off?"""
    page = folder / "labconfig" / "page_config.json"
    if not page.is_file():
        return False
    disabled = json.loads(page.read_text(encoding="utf-8")).get("disabledExtensions", {})
    return bool(disabled.get(extension)) if isinstance(disabled, dict) else extension in disabled
