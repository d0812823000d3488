"""scripts: the behaviour of the explorers, in JavaScript and CSS modules of one idea each, joined
to the one text that anywidget or a page wants (level 5).

`grids/` and `maps/` are the two kinds of explorer, `shared/` is what they have in common, `page/`
what a page without a notebook adds, and `loader/` what an explorer in a notebook fetches its kind
with. In the text all modules share one scope, so a name may be taken only once. The forms that a
module may use are few, and anything else is refused:

    import { a, b } from "./other.js";      at its start; the other module then comes before it
    export function, export async function, export class, export const
    @import "./other.css";
"""

import re
from functools import cache
from pathlib import Path

HERE = Path(__file__).parent
IMPORT = re.compile(r'^(?:import \{[^}]*\} from|@import) "(\.{1,2}/[\w/.]+)";\n', re.MULTILINE)
EXPORT = re.compile(r"^export (?=(?:(?:async )?function|class|const) )", re.MULTILINE)
LEFT = re.compile(r"^(?:import|export|@import)\b.*", re.MULTILINE)
INDENT = re.compile(r"^ +", re.MULTILINE)
COMMENT = re.compile(r"^ *(?:/\*(?:(?!\*/).)*\*/|//[^\n]*)\n|^\n", re.MULTILINE | re.DOTALL)
MODULE = "export default { render };\n"  # what makes the classic script one that can be imported


@cache
def modules(kind: str, ending: str = "js") -> dict[Path, str]:
    """The modules of a kind, as `joined` finds them from <kind>/main.<ending>."""
    return joined(HERE.resolve() / kind / f"main.{ending}")


def joined(main: Path) -> dict[Path, str]:
    """{path: text} of a module and all that it imports, each after those it needs.

    Raises ValueError for an import or an export of another form, or for modules in a circle.
    """
    found = {}

    def take(path, asked):
        if path in asked:
            raise ValueError(f"{path.name} imports itself, through {asked[-1].name}")
        text = path.read_text(encoding="utf-8")
        for other in IMPORT.findall(text):
            if (needed := (path.parent / other).resolve()) not in found:
                take(needed, [*asked, path])
        found[path] = EXPORT.sub("", IMPORT.sub("", text))
        if wrong := LEFT.search(found[path]):
            raise ValueError(f"{path.name}: {wrong[0]!r} is no import or export that can be joined")

    take(main.resolve(), [])
    return found


@cache
def classic(kind: str) -> str:
    """The modules of a kind as one classic script, without comments and indents."""
    return shortened(modules(kind))


def script(kind: str) -> str:
    """The module of a kind of explorer, "grids" or "maps", or of the "loader"."""
    return classic(kind) + MODULE


@cache
def style(kind: str) -> str:
    """The style sheet of a kind of explorer."""
    return shortened(modules(kind, "css"))


def shortened(found: dict[Path, str]) -> str:
    """Modules as one text without what only people read: a notebook stores it."""
    return INDENT.sub("", COMMENT.sub("", "".join(found.values())))
