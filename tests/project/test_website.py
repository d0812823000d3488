"""The site without a browser: every link leads somewhere, every formula is set, nothing is lost of
the notebooks, and nothing comes from elsewhere."""

import json
import re
from functools import cache
from html.parser import HTMLParser
from urllib.parse import unquote

import nbformat
import pytest

from cnnlib.course.exercise import exercises_of, lessons
from cnnlib.course.saving import WIDGET_VIEW
from tests.project.tree import NOTEBOOKS
from tools.builder.widgets import states_in
from tools.website import build, cells, explorers, katex, npm
from tools.website.equations import MENTION, TAG, Equations
from tools.website.formulas import Formulas
from tools.website.markdown import Markdown

NAMES = [path.stem for path in NOTEBOOKS]
PAGES = ["index", *NAMES]
of_each_page = pytest.mark.parametrize("name", PAGES)
of_each_notebook = pytest.mark.parametrize("name", NAMES)
VOID = ("meta", "link", "img", "br", "hr", "col", "input", "wbr")
NO_PROSE = {"pre", "code", "script", "style", "a", "annotation", "svg", "title", "summary"}


class Read(HTMLParser):
    """What a test wants to know of a page."""

    def __init__(self, text):
        super().__init__()
        self.ids, self.links, self.resources, self.words, self.codes = [], [], [], [], []
        self.explorers, self.exercises, self.pictures = [], [], []
        self._open = []
        self.feed(text)
        self.close()
        assert self._open == []

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        if tag not in VOID:
            self._open.append((tag, attrs))
        self.ids += [attrs["id"]] if "id" in attrs else []
        self.links += [attrs] if tag == "a" else []
        self.resources += [attrs[key] for key in ("src",) if key in attrs]
        self.resources += [attrs["href"]] if tag == "link" else []
        self.exercises += [attrs["data-exercise"]] if "data-exercise" in attrs else []
        self.pictures += [attrs] if attrs.get("src", "").startswith("pictures/") else []
        self.codes += [""] if tag == "pre" else []

    def handle_startendtag(self, tag, attrs):
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.handle_endtag(tag)

    def handle_endtag(self, tag):
        while tag not in VOID and self._open.pop()[0] != tag:
            assert tag in ("table", "tr", "thead", "tbody"), tag  # rows and cells need no end

    def handle_data(self, data):
        tags = [tag for tag, _ in self._open]
        classes = " ".join(attrs.get("class") or "" for _, attrs in self._open)
        if "pre" in tags:
            self.codes[-1] += data
        elif tags[-1:] == ["script"] and classes.endswith("explorer "):
            self.explorers.append(data)
        elif not NO_PROSE & set(tags) and "katex" not in classes and "still" not in classes:
            self.words.append(data)


@pytest.fixture(scope="session")
def read(site):
    """read(name) -> what there is in a page."""
    return cache(lambda name: Read((site / f"{name}.html").read_text(encoding="utf-8")))


@cache
def notebook(name):
    [path] = [path for path in NOTEBOOKS if path.stem == name]
    return nbformat.read(path, 4)


def outputs(name, kind):
    """The outputs of a notebook that have data of a kind, in reading order."""
    outs = [out for cell in notebook(name).cells for out in cell.get("outputs", [])]
    return [out for out in outs if kind in out.get("data", {})]


# ---- nothing leads to nowhere, nothing comes from elsewhere


@of_each_page
def test_every_link_leads_to_a_place_that_is_there(read, name):
    for attrs in read(name).links:
        page, _, place = attrs["href"].partition("#")
        if page.startswith("https://"):
            continue
        page = page.removesuffix(".html") or name
        assert page in PAGES, attrs
        assert not place or unquote(place) in read(page).ids, attrs


@of_each_page
def test_a_place_has_a_name_of_its_own(read, name):
    ids = read(name).ids
    assert sorted(ids) == sorted(set(ids))


@of_each_page
def test_what_a_page_loads_lies_in_the_folder(site, read, name):
    loaded = read(name).resources
    assert {"site.css", "katex/katex.css", "explorers.css", "explorers.js"} <= set(loaded)
    for resource in loaded:
        if not resource.startswith("data:"):
            assert (site / resource).is_file(), resource


def test_no_style_sheet_and_no_script_names_another_place(site):
    for path in site.rglob("*.css"):
        for place in re.findall(r"url\(([^)]*)\)", path.read_text(encoding="utf-8")):
            assert place.startswith("data:") or (path.parent / place).is_file(), place
    for path in site.glob("*.js"):
        text = path.read_text(encoding="utf-8")
        if path.name not in ("sections.js", "equations.js"):  # they are texts of the course
            assert not re.search(r"https?://(?!www\.w3\.org/)|\bfetch\(|[=(] *import\(", text), path


def test_katex_comes_with_its_licence_and_modern_fonts_only(site):
    assert "MIT" in (site / "katex" / "LICENSE").read_text(encoding="utf-8")
    assert {path.suffix for path in (site / "katex" / "fonts").iterdir()} == {".woff2"}


def test_pages_and_site_stay_small(site):
    sizes = {path: path.stat().st_size for path in site.rglob("*") if path.is_file()}
    large = {path.name for path, size in sizes.items() if path.suffix == ".html" and size > 1.5e6}
    assert large == set()
    assert 1e6 < sum(sizes.values()) <= 15e6


# ---- formulas and equations


@of_each_page
def test_every_formula_is_set(site, read, name):
    text = (site / f"{name}.html").read_text(encoding="utf-8")
    assert "katex-error" not in text and "\ue000" not in text and "\ue001" not in text
    for mark in ("$", "\\frac", "\\sum", "\\tag", "\\text"):
        assert mark not in " ".join(read(name).words)


@of_each_notebook
def test_a_numbered_equation_has_its_place_and_a_mention_is_a_link(read, name):
    source = "\n".join(c.source for c in notebook(name).cells if c.cell_type == "markdown")
    for number in TAG.findall(source):
        assert f"eq-{number.replace('.', '-')}" in read(name).ids
    known = {n for other in NAMES for n in _numbers(other)}
    left = {n for words in read(name).words for n in MENTION.findall(words)}
    assert left & known == set()


@cache
def _numbers(name):
    return TAG.findall("\n".join(cell.source for cell in notebook(name).cells))


def test_many_mentions_are_links(read):
    """The lessons mention equations a good hundred times, also those of other pages."""
    links = [
        (name, attrs["href"])
        for name in NAMES
        for attrs in read(name).links
        if attrs.get("data-equation")
    ]
    assert len(links) > 100
    assert sum(not href.startswith("#") for _, href in links) > 10


def test_the_formulas_of_other_pages_are_at_hand(site):
    text = (site / "equations.js").read_text(encoding="utf-8")
    html = json.loads(text.removeprefix("window.cnnlibEquations = ").removesuffix(";\n"))
    assert set(html) == {number for name in NAMES for number in _numbers(name)}
    assert all('class="katex' in one for one in html.values())


# ---- nothing is lost of a notebook


@of_each_notebook
def test_all_code_and_all_that_it_prints_is_there(read, name):
    shown = [code.strip("\n") for code in read(name).codes]
    for cell in notebook(name).cells:
        if cell.cell_type == "code":
            assert cell.source.strip("\n") in shown
            for out in cell.outputs:
                if out.output_type == "stream" and not out.text.startswith("Figure "):
                    assert out.text.strip("\n") in shown


@of_each_notebook
def test_an_explorer_has_the_state_that_the_notebook_keeps(read, name):
    found = [json.loads(text) for text in read(name).explorers]
    shown = [out["data"][WIDGET_VIEW]["model_id"] for out in outputs(name, WIDGET_VIEW)]
    assert len(found) == len(shown)
    for state, model in zip(found, shown):
        kept = states_in(notebook(name))[model]
        assert state["pick"] == kept["state"]["pick"]
        assert state.get("scene") == kept["state"].get("scene")
        for buffer in kept.get("buffers", []):
            value = state
            for part in buffer["path"]:
                value = value[part]
            assert value == {"bytes64": buffer["data"]}


@of_each_notebook
def test_a_picture_has_its_words_and_its_size(site, read, name):
    kept = outputs(name, "image/png")
    assert [p["alt"] for p in read(name).pictures] == [o.metadata["image/png"]["alt"] for o in kept]
    for picture in read(name).pictures:
        assert (site / picture["src"]).read_bytes()[:4] == b"\x89PNG"
        assert int(picture["width"]) > 0 and int(picture["height"]) > 0
    captions = [code for code in read(name).codes if code.startswith("Figure ")]
    assert captions == []  # they stand under their pictures


def test_every_value_exercise_has_its_place(read):
    asked = [name for page in NAMES for name in read(page).exercises]
    values = [n for lesson in lessons() for n, e in exercises_of(lesson).items() if not e.cases]
    assert sorted(asked) == sorted(values) and len(asked) > 50


def test_the_front_page_leads_to_every_page(read):
    there = {attrs["href"] for attrs in read("index").links}
    assert {f"{name}.html" for name in NAMES} <= there
    assert len(read("index").explorers) == 1 and "?" in read("index").explorers[0]
    assert "requirements.txt" in read("index").codes[-1]


def test_search_knows_every_section(site, read):
    text = (site / "sections.js").read_text(encoding="utf-8")
    sections = json.loads(text.removeprefix("window.cnnlibSections = ").removesuffix(";\n"))
    assert {section["page"] for section in sections} == set(PAGES)
    for section in sections:
        assert not section["place"] or section["place"] in read(section["page"]).ids
        assert "\ue000" not in section["text"] and "cnnlibWake" not in section["text"]
    [derive] = [s for s in sections if s["page"].startswith("03_") and s["place"] == "1-Derive"]
    assert "One dimension first." in derive["text"] and "plt.Rectangle" in derive["text"]


# ---- its parts


@pytest.fixture
def markdown():
    """A renderer for a page "03_a", in a course where (3.1) stands there and (2.1) on "02_b"."""
    equations = Equations(
        {"00_s": r"$$x \tag{3.1}$$", "02_b": r"$$\tag{2.1}$$", "03_a": r"\tag{3.1}"}
    )
    return Markdown("03_a", Formulas(), equations)


@pytest.mark.parametrize(
    ("source", "html"),
    [
        ("[a](02_b.ipynb)", '<p><a href="02_b.html">a</a></p>\n'),
        ("[a](02_b.ipynb#1-A)", '<p><a href="02_b.html#1-A">a</a></p>\n'),
        ("[a](notebooks/02_b.ipynb)", '<p><a href="02_b.html">a</a></p>\n'),
        ("[a](https://a.b/c.ipynb)", '<p><a href="https://a.b/c.ipynb">a</a></p>\n'),
        ("(9.9) `(3.1)`", "<p>(9.9) <code>(3.1)</code></p>\n"),
        ("[see (3.1)](#x)", '<p><a href="#x">see (3.1)</a></p>\n'),
        ("## 4 See *it*", '<h2 id="4-See-it">4 See <em>it</em></h2>\n'),
        ("a < b", "<p>a &lt; b</p>\n"),
        (
            "| | b |\n|-|-|",
            '<div class="table"><table>\n<thead>\n<tr>\n<td></td>\n<th>b</th>\n</tr>\n</thead>\n'
            "</table></div>\n",
        ),
    ],
)
def test_markdown(markdown, source, html):
    assert markdown.render(source) == html


def test_a_mention_leads_to_its_own_page_first(markdown):
    own, other = markdown.render("(3.1)"), markdown.render("(2.1)")
    assert 'href="#eq-3-1"' in own and 'data-equation="3.1"' in own
    assert 'href="02_b.html#eq-2-1"' in other


def test_an_equation_in_a_lesson_is_at_home_there(markdown):
    equations = markdown.equations
    assert equations.home("3.1") == "03_a" and equations.pages["3.1"] == ["00_s", "03_a"]
    html = markdown.render("$$a = b \\tag{3.1}$$")
    assert 'id="eq-3-1"' in html and ">(3.1)</a>" in html and "tag" not in html
    assert markdown.formulas.spelled(equations.html["3.1"]) == "a = b"


@pytest.mark.parametrize(
    ("source", "names"),
    [
        ('cnnlib.check("3.1", ...)\n# cnnlib.hint("3.1")', ["3.1"]),
        ('cnnlib.check("7.1", ...)  # a word', ["7.1"]),
        ('cnnlib.check("0.maps", 64)', []),
        ('cnnlib.check("3.2", own)', []),
        ('x = 1\ncnnlib.check("3.1", ...)', ["3.1"]),
        ("print(...)", []),
        ("", []),
    ],
)
def test_which_cell_asks_for_a_value(source, names):
    assert cells.asked(source) == names


def cell_of(source, *outs, tags=()):
    return nbformat.from_dict(
        {"cell_type": "code", "source": source, "metadata": {"tags": [*tags]}, "outputs": [*outs]}
    )


def test_what_a_cell_hides_is_hidden():
    told = {"output_type": "stream", "name": "stdout", "text": "1 < 2\n"}
    one = cells.Cells({}, {"3.1"})
    code, out = "<code>", '<pre class="output">1 &lt; 2</pre>'
    folded = one.render(cell_of("x", told, tags=["fold"]))
    assert folded.index(code) < folded.index("</details>") < folded.index(out)
    reveal = one.render(cell_of("x", told, tags=["reveal"]))
    assert reveal.index(code) < reveal.index(out) < reveal.index("</details>")
    assert "details" not in one.render(cell_of("x", told))


def test_an_exercise_has_a_place_or_says_what_it_needs():
    one = cells.Cells({}, {"3.1"})
    asked = one.render(cell_of('cnnlib.check("3.1", ...)'))
    assert asked.startswith('<div class="exercise" data-exercise="3.1">') and "needs" not in asked
    assert "needs the notebook" in one.render(cell_of('cnnlib.check("3.2", own)'))
    assert "needs the notebook" in one.render(cell_of('cnnlib.check("9.9", ...)'))
    beside = one.render(cell_of('x = 1\ncnnlib.check("3.1", ...)'))
    assert beside.index("<code>") < beside.index('data-exercise="3.1"')
    assert "<code>" not in beside.partition("data-exercise")[2] and beside.count("needs") == 2


def test_an_output_of_another_kind_is_refused():
    out = {"output_type": "display_data", "data": {"text/latex": "x"}, "metadata": {}}
    with pytest.raises(ValueError, match="text/latex"):
        cells.Cells({}, {}).render(cell_of("x", out))


def test_an_explorer_of_another_script_is_refused():
    states = {"a": {"state": {"behaviour": "IPY_MODEL_b"}}, "b": {"state": {"script": "old"}}}
    with pytest.raises(explorers.Unknown, match="build the notebooks first"):
        explorers.kind_of(states["a"], states)


@pytest.mark.parametrize("name", ["node", "npm"])
def test_without_node_or_npm_it_says_what_is_wanted(monkeypatch, tmp_path, name):
    monkeypatch.setenv("PATH", str(tmp_path))
    run = {
        "npm": lambda: npm.archive(katex.KATEX, tmp_path),
        "node": lambda: katex.convert([("x", False)], tmp_path),
    }
    with pytest.raises(npm.Missing, match=f"{name} is not installed.*Node.js"):
        run[name]()


def test_another_archive_is_refused(tmp_path):
    npm.kept(katex.KATEX, tmp_path).write_bytes(b"another")
    with pytest.raises(ValueError, match="SHA-256"):
        npm.archive(katex.KATEX, tmp_path)


def test_a_formula_that_cannot_be_read_is_named(site, tmp_path):
    package = npm.unpack(npm.archive(katex.KATEX, npm.default_cache()), tmp_path)
    assert 'class="katex"' in katex.convert([("x", False)], package)[0]
    for wrong in (r"\nosuch{x}", r"\frac{1}", "x $ y"):
        with pytest.raises(ValueError, match="KaTeX parse error"):
            katex.convert([(wrong, True)], package)


def test_a_folder_with_other_things_is_left_alone(site, tmp_path):
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(FileExistsError, match="choose another folder"):
        build.build(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]
