"""The JupyterLite in Chromium, without a network: it lists the lessons, opens one with its
explorers' first frames, starts a kernel on its own Pyodide, and what that shows is alive."""

import json
import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

import pytest

import cnnlib
from tests.project.tree import NOTEBOOKS

PATIENCE = 300_000  # milliseconds for a kernel on a busy machine; alone it takes a few seconds
EXPOSED = "exposeAppInBrowser"
RUN = """async code => {
    const { content, sessionContext } = jupyterapp.shell.currentWidget;
    await sessionContext.ready;
    content.activeCellIndex = 1;
    content.activeCell.model.sharedModel.setSource(code);
    await jupyterapp.commands.execute("notebook:run-cell");
}"""
WIDGET = """
import sys, piplite, anywidget, traitlets
await piplite.install("{wheel}", deps=False)
from importlib.metadata import version

class Button(anywidget.AnyWidget):
    _esm = '''export default {{ render({{ model, el }}) {{
        const button = document.createElement("button");
        const show = () => {{ button.textContent = model.get("told"); }};
        button.onclick = () => {{ model.set("asked", 1); model.save_changes(); }};
        model.on("change:told", show);
        show();
        el.append(button);
    }} }};'''
    asked = traitlets.Int(0).tag(sync=True)
    told = traitlets.Unicode("ask me").tag(sync=True)

    @traitlets.observe("asked")
    def answer(self, change):
        self.told = f"cnnlib {{version('cnnlib')}} on {{sys.platform}}"

Button()
"""


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_):
        """Says nothing of each request."""


class Server(ThreadingHTTPServer):
    request_queue_size = 64  # a page asks for many scripts at once


@pytest.fixture
def address(lite):
    """The site on a server of its own, which lets a test give commands to JupyterLab."""
    path = lite / "jupyter-lite.json"
    config = json.loads(path.read_text("utf-8"))
    config["jupyter-config-data"][EXPOSED] = True
    path.write_text(json.dumps(config), "utf-8")
    with Server(("127.0.0.1", 0), partial(Quiet, directory=lite)) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def test_a_lesson_opens_and_its_kernel_starts(lite, address, browser):
    page = browser.new_page()
    outside = []
    page.on("request", lambda request: outside.append(request.url))
    page.goto(address)
    page.get_by_role("link", name="03 · Weigh the kernel").click()
    page.locator(".jp-Notebook").wait_for(timeout=PATIENCE)
    listed = page.locator(".jp-DirListing-itemName")
    listed.first.wait_for(timeout=PATIENCE)
    assert sorted(listed.all_inner_texts()) == [path.name for path in NOTEBOOKS]
    first = page.locator(".jp-Notebook").get_by_text("Which cells of x take part").first
    first.wait_for(timeout=PATIENCE)  # cells are drawn one after the other
    [wheel] = (lite / "static" / "lock").glob("cnnlib-*.whl")
    page.evaluate(RUN, WIDGET.format(wheel=f"{address}/static/lock/{wheel.name}"))
    button = page.get_by_role("button", name="ask me")
    button.click(timeout=PATIENCE)
    page.get_by_role("button", name=f"cnnlib {cnnlib.__version__} on emscripten").wait_for(
        timeout=PATIENCE
    )
    local = (address, "data:", "blob:")
    assert [url for url in outside if not url.startswith(local)] == []
    page.close()
