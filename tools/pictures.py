"""pictures: the pictures of explorers in README.md, taken anew in Chromium.

python tools/pictures.py
    open each explorer below as a page of its own, do with it what a reader would do, and write
    docs/images/<name>.png
"""

import io
import shutil
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from PIL import Image
from playwright.sync_api import Page, sync_playwright

from cnnlib import views

FOLDER = Path(__file__).resolve().parents[1] / "docs" / "images"
SIZE, SHARP = {"width": 880, "height": 900}, 1.5  # pixels of the page, and of the picture for each
MARGIN = 8  # pixels of the page around an explorer
COLOURS = 256  # of a picture: flat areas and letters need no more
MOST = 150_000  # bytes of one picture
STILL = 600  # ms until nothing moves


class Picture(NamedTuple):
    """make(): the explorer; clicks: CSS selectors of what is clicked before the picture is
    taken."""

    make: Callable[[], Any]
    clicks: Sequence[str]


def kernel_gradient() -> Any:
    """The explorer of lesson 03, which asks for the cells behind a weight's gradient."""
    image = [[1, 0, 1, 0], [1, 1, 1, 0], [1, 0, 1, 0], [0, 0, 1, 0]]
    delta = [[1, 0, 2], [3, 0, 4], [0, 0, 0]]
    return views.explore_kernel_gradient(image, delta, predict=True)


def kernel_lab() -> Any:
    """The kernel lab of lesson 01, where the photograph's edge is picked."""
    lab = views.kernel_lab()
    lab.select("net", 20, 11)
    return lab


def draw_a_digit() -> Any:
    """The pad of lesson 08, on which a 3 is drawn."""
    pad = views.draw_a_digit()
    points = "8,9 5,13 4,17 6,21 10,21 13,18 14,14 15,18 18,22 23,22 26,18 27,13 25,9"
    pad.draw([tuple(map(int, point.split(","))) for point in points.split()])
    return pad


EXAMPLES = views.examples()
PICTURES = {
    "input_gradient": Picture(EXAMPLES["explore_input_gradient"], ['[data-cell="grad_x:1,1"]']),
    "kernel_gradient": Picture(
        kernel_gradient,
        [f'[data-cell="{key}"]' for key in ("grad_w:0,1", "x:0,1", "x:0,2", "x:0,3", "x:1,1")],
    ),
    "max_pooling": Picture(EXAMPLES["explore_max_pooling"], ['[data-cell="grad_out:1,1"]']),
    "kernel_lab": Picture(kernel_lab, []),
    "draw_a_digit": Picture(draw_a_digit, []),
}


def taken(page: Page, picture: Picture, folder: Path) -> bytes:
    """The picture of an explorer as PNG bytes."""
    path = folder / "page.html"
    views.export_page(picture.make(), path)
    page.goto(path.as_uri())
    root = page.locator("main > *").first
    for selector in picture.clicks:
        root.locator(selector).last.click()
    page.mouse.move(0, 0)
    page.wait_for_timeout(STILL)
    box = root.bounding_box()
    box |= {side: box[side] - MARGIN for side in ("x", "y")}
    box |= {side: box[side] + 2 * MARGIN for side in ("width", "height")}
    return page.screenshot(clip=box, full_page=True)


def small(png: bytes) -> bytes:
    """The same picture with few colours; ValueError where it stays larger than MOST bytes."""
    made = io.BytesIO()
    colours = Image.open(io.BytesIO(png)).convert("RGB").quantize(COLOURS)
    colours.save(made, "png", optimize=True)
    if made.tell() > MOST:
        raise ValueError(f"a picture has {made.tell():,} bytes, wanted at most {MOST:,}")
    return made.getvalue()


def main() -> None:
    """Write all pictures, and say how large they are."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    FOLDER.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright, tempfile.TemporaryDirectory() as folder:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = browser.new_page(viewport=SIZE, device_scale_factor=SHARP, color_scheme="light")
        for name, picture in PICTURES.items():
            png = small(taken(page, picture, Path(folder)))
            (FOLDER / f"{name}.png").write_bytes(png)
            print(f"docs/images/{name}.png  {len(png):,} bytes")
        browser.close()


if __name__ == "__main__":
    main()
