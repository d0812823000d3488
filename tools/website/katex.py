"""katex: formulas converted by KaTeX with Node.

Nothing of it runs on a page: what a page needs is the HTML, a style sheet and fonts.
"""

import base64
import json
import re
import shutil
import subprocess
from pathlib import Path

from tools.website.npm import Package, command

KATEX = Package("katex@0.19.1", "24da5a599eb2fcede2e270b99a6ff48bca816beecc95feeb84e8cccbd1bb34fd")
CONVERT = Path(__file__).with_name("convert.js")
OLD_FONTS = re.compile(r',url\(fonts/[\w-]+\.(?:woff|ttf)\) format\("\w+"\)')
FONT = re.compile(r"url\((fonts/[\w-]+\.woff2)\)")


def convert(formulas, package):
    """Formulas [(tex, whether it stands on a line of its own), ...] as HTML with MathML.

    Raises ValueError, in KaTeX's words, for a formula that it cannot read.
    """
    script = [command("node"), str(CONVERT), str(package / "dist" / "katex.js")]
    done = subprocess.run(script, input=json.dumps(formulas), capture_output=True, text=True)
    if done.returncode:
        raise ValueError(f"a formula cannot be converted: {done.stderr.strip()}")
    return json.loads(done.stdout)


def style(package):
    """KaTeX's style sheet; of each font it names the file for browsers of today only."""
    text = (package / "dist" / "katex.min.css").read_text(encoding="utf-8")
    return OLD_FONTS.sub("", text)


def whole_style(package):
    """KaTeX's style sheet with its fonts inside, for a page that is one file."""

    def data(found):
        font = base64.b64encode((package / "dist" / found[1]).read_bytes()).decode()
        return f"url(data:font/woff2;base64,{font})"

    return FONT.sub(data, style(package))


def copy_style(package, out):
    """Put KaTeX's style sheet, the fonts that it names, and its licence into the folder `out`."""
    (out / "fonts").mkdir(parents=True, exist_ok=True)
    (out / "katex.css").write_text(style(package), encoding="utf-8")
    for font in (package / "dist" / "fonts").glob("*.woff2"):
        shutil.copy(font, out / "fonts")
    shutil.copy(package / "LICENSE", out / "LICENSE")
