"""designs: the settings of a gradient check, as the page words them (level 6)."""

from collections.abc import Mapping

from cnnlib import activations
from cnnlib.course import clinic

CHOICES = {
    "upstream": ("random", "ones"),
    "activator": ("relu", "identity"),
    "batch": ("2", "1"),
    "image": ("7x5", "6x6"),
    "channels_filters": ("3, 2", "2, 2", "1, 1"),
    "kernel": ("3x2", "3x3"),
    "stride": ("2", "1", "3"),
    "padding": ("1", "0", "2"),
    "epsilon": ("1e-5", "1e-1", "1e-3", "1e-7", "1e-9", "1e-11"),
    "dtype": ("float64", "float32"),
    "compared": ("everything", "weights only", "first filter's weights"),
}
START = {name: values[0] for name, values in CHOICES.items()}
ACTIVATORS = {"relu": activations.ReluActivator, "identity": activations.IdentityActivator}


def offered(settings: Mapping[str, object]) -> dict[str, str]:
    """Settings as the page's words; ValueError for a name or a value that is not offered."""
    for name, value in settings.items():
        if name not in CHOICES:
            raise ValueError(f"{name!r} is no setting; {', '.join(CHOICES)} are")
        if str(value) not in CHOICES[name]:
            raise ValueError(f"{name} is {value!r}, wanted one of {', '.join(CHOICES[name])}")
    return {name: str(value) for name, value in settings.items()}


def case_of(settings: Mapping[str, str]) -> clinic.Case:
    """The clinic.Case, with its arrays, of a whole set of settings."""
    channels, filters = map(int, settings["channels_filters"].split(", "))
    (H, W), (K_H, K_W) = (map(int, settings[k].split("x")) for k in ("image", "kernel"))
    everything = settings["compared"] == "everything"
    design = clinic.Design(
        image=(H, W),
        channels=channels,
        filters=filters,
        kernel=(K_H, K_W),
        stride=int(settings["stride"]),
        padding=int(settings["padding"]),
        batch=int(settings["batch"]),
        upstream=settings["upstream"],
        activator=ACTIVATORS[settings["activator"]],
        epsilon=float(settings["epsilon"]),
        dtype=settings["dtype"],
        gradients=clinic.GRADIENTS if everything else ("grad_w",),
        first_filter_only=settings["compared"].startswith("first"),
    )
    return clinic.Case(design)
