"""lab: start JupyterLab, open a notebook in it, run it, look at it."""

import contextlib
import json
import os
import subprocess
import sys
import time
import urllib.request
from importlib.resources import files

SETTINGS = {
    "@jupyterlab/apputils-extension:notification": {"fetchNews": "false", "checkForUpdates": False},
    "@jupyterlab/apputils-extension:themes": {"theme": "JupyterLab Light"},
}

# cells that are sent before the kernel has told its name are never answered
READY = """async () => {
    const session = window.jupyterapp.shell.currentWidget.sessionContext;
    await session.ready; await session.session.kernel.info;
}"""
RUN_ALL = """() => {
    window.cnnlibRan = false;
    window.jupyterapp.commands.execute("notebook:run-all-cells").then(() => { window.cnnlibRan = true; });
}"""


@contextlib.contextmanager
def serve(folder):
    """JupyterLab on 127.0.0.1, showing `folder`, with settings of its own; yields its address."""
    home = folder / ".lab"
    env = os.environ | {
        "JUPYTER_CONFIG_DIR": str(home / "config"), "JUPYTER_DATA_DIR": str(home / "data"),
        "JUPYTER_RUNTIME_DIR": str(home / "runtime"), "JUPYTERLAB_SETTINGS_DIR": str(home / "settings"),
        "JUPYTERLAB_WORKSPACES_DIR": str(home / "workspaces"), "IPYTHONDIR": str(home / "ipython"),
    }  # fmt: skip
    for name, values in SETTINGS.items():
        package, plugin = name.split(":")
        path = home / "settings" / package / f"{plugin}.jupyterlab-settings"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(values))
    command = [sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root", "--ip=127.0.0.1", "--port=0",
               "--IdentityProvider.token=", f"--ServerApp.root_dir={folder}", "--LabApp.news_url=None",
               "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
               "--LabApp.expose_app_in_browser=True"]  # fmt: skip
    log = (folder / "server.log").open("w")
    process = subprocess.Popen(command, env=env, stdout=log, stderr=log, cwd=folder)
    try:
        yield wait_for_address(home / "runtime", process)
    finally:
        process.terminate()
        process.wait(20)
        log.close()


def wait_for_address(runtime, process):
    """The server writes its address into a file of its runtime folder."""
    for _ in range(300):
        for path in runtime.glob("jpserver-*.json"):
            with contextlib.suppress(ValueError, OSError):
                address = json.loads(path.read_text())["url"].rstrip("/")
                urllib.request.urlopen(f"{address}/api", timeout=5).close()
                return address
        if process.poll() is not None:
            break
        time.sleep(0.1)
    raise RuntimeError("JupyterLab did not start; see server.log")


def violations(page, selector):
    """What axe-core finds wrong inside `selector` of a page, in words."""
    page.evaluate((files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8"))
    found = page.evaluate("selector => axe.run(selector).then(r => r.violations)", selector)
    return [f"{rule['id']}: {node['html'][:120]}" for rule in found for node in rule["nodes"]]


class Lab:
    """One page with one notebook in JupyterLab's single-document mode."""

    def __init__(self, browser, address, folder, name, *, dark=False, zoom=1.0, size=(1280, 900)):
        self.folder, self.name = folder, name
        # browser zoom: fewer CSS pixels, each drawn larger
        view = {"width": round(size[0] / zoom), "height": round(size[1] / zoom)}
        self.context = browser.new_context(
            viewport=view, device_scale_factor=zoom, color_scheme="dark" if dark else "light"
        )
        self.page = self.context.new_page()
        self.errors = []
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.goto(f"{address}/doc/tree/notebooks/{name}.ipynb")
        self.page.wait_for_selector(".jp-Notebook .jp-Cell", timeout=60_000)
        if dark:
            self.command("apputils:change-theme", {"theme": "JupyterLab Dark"})
            self.page.wait_for_selector('body[data-jp-theme-light="false"]', state="attached")

    def command(self, name, arguments=None):
        """One of JupyterLab's own commands."""
        wait = "async ([name, args]) => { await window.jupyterapp.commands.execute(name, args ?? {}); }"
        return self.page.evaluate(wait, [name, arguments])

    def run_all(self, seconds=180):
        """Run every cell, in a kernel that is ready, and wait for the last one; Playwright's
        TimeoutError after `seconds`."""
        self.page.evaluate(READY)
        self.page.evaluate(RUN_ALL)
        self.page.wait_for_function("window.cnnlibRan", timeout=1000 * seconds)

    def wait_idle(self, seconds=60):
        idle = (
            "document.querySelector('.jp-Notebook-ExecutionIndicator')?.dataset.status === 'idle'"
        )
        self.page.wait_for_function(idle, timeout=1000 * seconds)

    def scroll_through(self):
        """Scroll from the top to the end, a little less than a page at a time; yields at each
        stop."""
        panel = self.page.locator(".jp-WindowedPanel-outer").first
        place, end = 0, 1
        while place < end:
            panel.evaluate("(e, y) => { e.scrollTop = y; }", place)
            self.page.wait_for_timeout(250)
            yield place
            height, end = panel.evaluate("e => [e.clientHeight, e.scrollHeight]")
            place += height - 80

    def saved(self):
        """Save the notebook and read it back from the server's folder."""
        self.command("docmanager:save")
        return json.loads(
            (self.folder / "notebooks" / f"{self.name}.ipynb").read_text(encoding="utf-8")
        )

    def violations(self, selector):
        """What axe-core finds wrong inside `selector`, in words; the rest of the page is
        JupyterLab's own."""
        return violations(self.page, selector)

    def close(self):
        self.context.close()
