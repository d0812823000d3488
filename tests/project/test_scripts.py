"""The scripts of the explorers: formatted and linted, small, and joined as they were meant."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from cnnlib import views
from cnnlib.views import scripts

ROOT = Path(__file__).parents[2]
SCRIPT = (".js", ".css")
MODULES = sorted(path for path in scripts.HERE.rglob("*") if path.suffix in SCRIPT)
OF_THE_SITE = sorted(
    path for path in (ROOT / "tools" / "website").rglob("*") if path.suffix in SCRIPT
)
KINDS = ("grids", "maps", "page", "site", "loader")
NAMED = re.compile(r"^(?:export )?(?:async )?(?:function|class|const|let) (\w+)", re.MULTILINE)


def biome():
    """The formatter and linter that requirements-dev.txt brings."""
    beside = Path(sys.executable).with_name("biome")
    return str(beside) if beside.exists() else shutil.which("biome")


def test_biome_finds_nothing_to_format_and_nothing_wrong():
    assert biome() is not None, "biome is missing: pip install -r requirements-dev.txt"
    command = [biome(), "check", "--error-on-warnings", "--colors=off"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    files = len(MODULES) + len(OF_THE_SITE) + 1  # and biome.json
    assert f"Checked {files} files" in done.stdout + done.stderr


def test_biome_sees_what_is_wrong(tmp_path):
    (tmp_path / "biome.json").write_text(
        (ROOT / "biome.json").read_text(encoding="utf-8").replace("cnnlib/views/scripts/", "")
    )
    long = "".join(f"  tell({n});\n" for n in range(31))
    for text in (
        "const a = 1; const b = 2;\n",
        "nobody(1);\n",
        f"export function f(tell) {{\n{long}}}\n",
    ):
        (tmp_path / "one.js").write_text(text)
        done = subprocess.run([biome(), "check"], cwd=tmp_path, capture_output=True)
        assert done.returncode != 0, text


@pytest.mark.parametrize(
    "path", [*MODULES, *OF_THE_SITE], ids=lambda path: f"{path.parent.name}/{path.name}"
)
def test_modules_stay_small(path):
    lines = path.read_text(encoding="utf-8").splitlines()
    assert len(lines) <= 200
    assert [line for line in lines if len(line) > 100] == []


# ---- joined


@pytest.mark.parametrize("kind", KINDS)
def test_a_module_comes_after_those_it_imports(kind):
    places = {path: n for n, path in enumerate(scripts.modules(kind))}
    for path, place in places.items():
        text = path.read_text(encoding="utf-8")
        for other in re.findall(r'from "(.*)";', text):
            assert places[(path.parent / other).resolve()] < place


def test_every_module_is_used():
    used = {path for kind in KINDS for path in scripts.modules(kind)}
    used |= {path for kind in ("grids", "maps") for path in scripts.modules(kind, "css")}
    assert used == {path.resolve() for path in MODULES}


@pytest.mark.parametrize("kind", ["grids", "maps"])
def test_joined_modules_share_one_scope_so_every_name_is_taken_once(kind):
    names = [
        name
        for text in (scripts.modules(kind) | scripts.modules("site")).values()
        for name in NAMED.findall(text)
    ]
    assert len(names) > 20
    assert sorted(names) == sorted(set(names))


@pytest.mark.parametrize("kind", KINDS)
def test_a_joined_script_keeps_the_code_and_drops_comments_and_indents(kind):
    whole = "".join(scripts.modules(kind).values())
    code = [line for line in whole.splitlines() if not re.match(r"\s*(/\*|\*|//|$)", line)]
    assert scripts.classic(kind).splitlines() == [line.lstrip() for line in code]
    assert [line for line in code if line.count("`") % 2] == []  # an indent inside a text counts
    assert not re.search(r"^(import|export) ", scripts.classic(kind), re.MULTILINE)
    assert "</" not in scripts.classic(kind)  # it stands in a page's <script>


def test_a_module_is_the_classic_script_with_its_export():
    for kind in ("grids", "maps", "loader"):
        assert scripts.script(kind) == scripts.classic(kind) + "export default { render };\n"
        assert scripts.classic(kind).endswith("}\n")


def test_a_style_sheet_is_joined_in_the_order_of_its_imports():
    style = scripts.style("grids")
    places = [style.index(start) for start in ("--ink:", ".ex-live {", ".lk-edit {", ".lk-bar {")]
    assert places == sorted(places)
    assert "@import" not in style and "/*" not in style


def test_explorers_of_a_kind_share_one_script_and_one_style():
    grids = [views.explore_forward([[1, 2], [3, 4]], [[1]]), views.explore_bias_gradient([[1]])]
    canvases = views.TrainingProgress(1), views.kernel_lab()
    for kind, explorers in (("grids", grids), ("maps", canvases)):
        (behaviour,) = {explorer.behaviour for explorer in explorers}
        assert behaviour.script == scripts.script(kind)
        assert behaviour.style == scripts.style(kind)
        for explorer in explorers:
            sent = explorer.get_state()
            assert sent["_esm"] == scripts.script("loader") and len(sent["_esm"]) < 1000
            assert sent["behaviour"] == f"IPY_MODEL_{behaviour.model_id}"
            assert not {behaviour.script, behaviour.style} & {str(v) for v in sent.values()}


def test_a_closed_explorer_leaves_what_the_others_share():
    one, other = (views.explore_forward([[1, 2], [3, 4]], [[1]]) for _ in range(2))
    one.close()
    assert other.behaviour.comm is not None
    other.behaviour.close()  # as Widget.close_all() does
    after = views.explore_forward([[1, 2], [3, 4]], [[1]])
    assert after.behaviour.comm is not None and after.behaviour is not other.behaviour


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """write(**texts): modules of a kind "one" in place of the real ones."""
    monkeypatch.setattr(scripts, "HERE", tmp_path)
    (tmp_path / "one").mkdir()
    scripts.modules.cache_clear()

    def write(**texts):
        for name, text in texts.items():
            (tmp_path / "one" / f"{name}.js").write_text(text, encoding="utf-8")

    yield write
    scripts.modules.cache_clear()


def test_an_import_over_several_lines_is_joined(folder):
    folder(
        main='import {\n  a,\n  b,\n} from "./other.js";\n\nexport function c() {}\n',
        other="export const a = 1;\nexport class b {}\n",
    )
    joined = "".join(scripts.modules("one").values())
    assert joined == "const a = 1;\nclass b {}\n\nfunction c() {}\n"


@pytest.mark.parametrize(
    "text",
    [
        'import a from "./other.js";\n',
        'import * as all from "./other.js";\n',
        'import { a } from "elsewhere";\n',
        'import "./other.js";\n',
        "export default 1;\n",
        "export { a };\n",
        "export let a = 1;\n",
    ],
)
def test_another_form_is_refused(folder, text):
    folder(main=text, other="export const a = 1;\n")
    with pytest.raises(ValueError, match="is no import or export that can be joined") as error:
        scripts.modules("one")
    assert "main.js" in str(error.value) and text.strip() in str(error.value)


def test_modules_in_a_circle_are_refused(folder):
    folder(main='import { a } from "./other.js";\n', other='import { b } from "./main.js";\n')
    with pytest.raises(ValueError, match="main.js imports itself, through other.js"):
        scripts.modules("one")
