"""katex: formulas converted by KaTeX with Node.

Nothing of it runs on a page: what a page needs is the HTML, a style sheet and fonts.
"""

import json
import re
import shutil
import subprocess
from pathlib import Path

from tools.website.npm import Package, command

KATEX = Package("katex@0.19.1", "24da5a599eb2fcede2e270b99a6ff48bca816beecc95feeb84e8cccbd1bb34fd")
CONVERT = Path(__file__).with_name("convert.js")
OLD_FONTS = re.compile(r',url\(fonts/[\w-]+\.(?:woff|ttf)\) format\("\w+"\)')


def convert(formulas, package):
    """Formulas [(tex, whether it stands on a line of its own), ...] as HTML with MathML.

    Raises ValueError, in KaTeX's words, for a formula that it cannot read.
    """
    script = [command("node"), str(CONVERT), str(package / "dist" / "katex.js")]
    done = subprocess.run(script, input=json.dumps(formulas), capture_output=True, text=True)
    if done.returncode:
        raise ValueError(f"a formula cannot be converted: {done.stderr.strip()}")
    return json.loads(done.stdout)


def copy_style(package, out):
    """Put KaTeX's style sheet, the fonts that it names, and its licence into the folder `out`."""
    (out / "fonts").mkdir(parents=True, exist_ok=True)
    style = (package / "dist" / "katex.min.css").read_text(encoding="utf-8")
    (out / "katex.css").write_text(OLD_FONTS.sub("", style), encoding="utf-8")
    for font in (package / "dist" / "fonts").glob("*.woff2"):
        shutil.copy(font, out / "fonts")
    shutil.copy(package / "LICENSE", out / "LICENSE")
