"""How surely the network that comes with the package reads what is drawn on the pad.

    python benchmarks/strokes.py [drawings of each digit in each style]

Each drawing of drawings.py goes through the pad's own scanner. Prints the share that is read right,
a row for each style, a column for each digit. Fails below 93 % of all or 80 % of one style.
"""

import sys

import numpy as np
from drawings import STYLES, strokes

import cnnlib
from cnnlib.views.explorers.draw_a_digit import known
from cnnlib.views.explorers.scanner import scanner_like

ALL, EACH = 93, 80  # percent


def measured(count):
    """Right answers in percent: a row for each style, a column for each digit."""
    network, rng = cnnlib.trained_network(), np.random.default_rng(0)
    scan = scanner_like(known(network)).scan
    right = np.empty((len(STYLES), 10))
    for row, style in enumerate(STYLES):
        for digit in range(10):
            images = [scan(strokes(digit, style, rng)) for _ in range(count)]
            right[row, digit] = 100 * np.mean(network.predict(np.stack(images)[:, None]) == digit)
    return right


def main(count):
    """Print the table; True when both thresholds are met."""
    right = measured(count)
    print("| style | " + " | ".join(map(str, range(10))) + " | all |")
    print("|---" * 12 + "|")
    for name, row in [*zip(STYLES, right, strict=True), ("**all**", right.mean(0))]:
        print(f"| {name} | " + " | ".join(f"{v:.0f}" for v in row) + f" | **{row.mean():.1f}** |")
    worst = right.mean(1).min()
    print(f"{right.mean():.1f} % of all, {worst:.1f} % of the worst style; wanted {ALL}, {EACH}")
    return right.mean() >= ALL and worst >= EACH


if __name__ == "__main__":
    sys.exit(not main(int(sys.argv[1]) if len(sys.argv) > 1 else 100))
