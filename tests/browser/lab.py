"""lab: start JupyterLab, open a notebook in it, run it, look at it."""

import contextlib
import json
import os
import subprocess
import sys
import time
import urllib.request
from importlib.resources import files
from pathlib import Path

ROOT = Path(__file__).parents[2]
SETTINGS = {
    "@jupyterlab/apputils-extension:themes": {"theme": "JupyterLab Light"},
}

# cells that are sent before the kernel has told its name are never answered
READY = """async () => {
    const session = window.jupyterapp.shell.currentWidget.sessionContext;
    await session.ready; await session.session.kernel.info;
}"""
RUN_ALL = """() => {
    window.cnnlibRan = false;
    const ran = window.jupyterapp.commands.execute("notebook:run-all-cells");
    ran.then(() => { window.cnnlibRan = true; });
}"""
COMMAND = """async ([name, args]) => {
    await window.jupyterapp.commands.execute(name, args ?? {});
}"""
EXECUTE = """async code => {
    const { kernel } = jupyterapp.shell.currentWidget.sessionContext.session;
    await kernel.requestExecute({ code }).done;
}"""
# resolves when nothing inside an element has changed for a while: typeset, rendered, laid out
SETTLED = """(root, quiet = 200) => new Promise(resolve => {
    const done = () => { watch.disconnect(); resolve(); };
    let timer = setTimeout(done, quiet);
    const again = () => { clearTimeout(timer); timer = setTimeout(done, quiet); };
    const watch = new MutationObserver(again);
    watch.observe(root, { subtree: true, childList: true, characterData: true });
})"""
RESTART = """async () => {
    await jupyterapp.shell.currentWidget.sessionContext.session.kernel.restart();
}"""
SHUT_DOWN = """async () => {
    await jupyterapp.shell.currentWidget.sessionContext.shutdown();
}"""
HOLD = """
import pathlib, time

def hold(until=time.monotonic() + 60):
    while not pathlib.Path({path!r}).exists() and time.monotonic() < until:
        time.sleep(0.01)
"""
FLAGS = "--no-browser --allow-root --ip=127.0.0.1 --port=0 --IdentityProvider.token=".split()
APPS = {  # by the name of their module
    "jupyterlab": (
        "--LabApp.news_url=None --LabApp.expose_app_in_browser=True "
        "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate"
    ).split(),
    "notebook": ["--JupyterNotebookApp.expose_app_in_browser=True"],
}


def environment(folder):
    """The environment variables of a Jupyter whose settings and data lie in `folder`."""
    home = folder / ".lab"
    return os.environ | {
        "JUPYTER_CONFIG_DIR": str(home / "config"),
        "JUPYTER_CONFIG_PATH": str(ROOT / "jupyter"),  # as installed, also before it is
        "JUPYTER_DATA_DIR": str(home / "data"),
        "JUPYTER_RUNTIME_DIR": str(home / "runtime"),
        "JUPYTERLAB_SETTINGS_DIR": str(home / "settings"),
        "JUPYTERLAB_WORKSPACES_DIR": str(home / "workspaces"),
        "IPYTHONDIR": str(home / "ipython"),
    }


def trust(folder):
    """Trust the notebooks in `folder`, as the README's command does."""
    notebooks = map(str, sorted((folder / "notebooks").glob("*.ipynb")))
    command = [str(Path(sys.executable).with_name("jupyter-trust")), *notebooks]
    subprocess.run(command, env=environment(folder), check=True, capture_output=True)


@contextlib.contextmanager
def serve(folder, settings=None, app="jupyterlab"):
    """JupyterLab, or another of APPS, on 127.0.0.1, showing `folder`, with SETTINGS and `settings`
    of its own; yields its address."""
    home, env = folder / ".lab", environment(folder)
    for name, values in (SETTINGS | (settings or {})).items():
        package, plugin = name.split(":")
        path = home / "settings" / package / f"{plugin}.jupyterlab-settings"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(values))
    command = [sys.executable, "-m", app, *FLAGS, *APPS[app], f"--ServerApp.root_dir={folder}"]
    log = (folder / "server.log").open("w")
    process = subprocess.Popen(command, env=env, stdout=log, stderr=log, cwd=folder)
    try:
        yield wait_for_address(home / "runtime", process)
    finally:
        process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(60)  # it ends its kernels first
        process.kill()
        process.wait()
        log.close()


def wait_for_address(runtime, process):
    """The server writes its address into a file of its runtime folder."""
    for _ in range(1200):  # two minutes: a busy machine starts it slowly
        for path in runtime.glob("jpserver-*.json"):
            with contextlib.suppress(ValueError, OSError):
                address = json.loads(path.read_text())["url"].rstrip("/")
                urllib.request.urlopen(f"{address}/api", timeout=5).close()
                return address
        if process.poll() is not None:
            break
        time.sleep(0.1)
    raise RuntimeError("JupyterLab did not start; see server.log")


def violations(page, selector, *but):
    """What axe-core finds wrong inside `selector` of a page, in words; what the selectors `but`
    hold is left out."""
    page.evaluate((files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8"))
    where = {"include": [selector], "exclude": list(but)}
    found = page.evaluate("where => axe.run(where).then(r => r.violations)", where)
    return [f"{rule['id']}: {node['html'][:120]}" for rule in found for node in rule["nodes"]]


def soon(check, page, seconds=10):
    """Wait until check() holds, however busy the machine is; what it returned."""
    end = time.monotonic() + seconds
    while not (found := check()) and time.monotonic() < end:
        page.wait_for_timeout(25)
    assert found
    return found


class Lab:
    """One page with one notebook in JupyterLab's single-document mode; or, with side_bar, beside
    the list of files; or, with notebook, in Notebook 7."""

    def __init__(
        self,
        browser,
        address,
        folder,
        name,
        *,
        dark=False,
        zoom=1.0,
        size=(1280, 900),
        side_bar=False,
        notebook=False,
    ):
        self.folder, self.name = folder, name
        # browser zoom: fewer CSS pixels, each drawn larger
        view = {"width": round(size[0] / zoom), "height": round(size[1] / zoom)}
        self.context = browser.new_context(
            viewport=view, device_scale_factor=zoom, color_scheme="dark" if dark else "light"
        )
        self.page = self.context.new_page()
        self.page.set_default_timeout(90_000)  # a busy machine draws a long page slowly
        self.errors, self.logged = [], []
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.on("console", lambda message: self.logged.append(message.text))
        # without reset the pages that were open last come back, too
        mode, reset = ("lab/tree", "?reset") if side_bar else ("doc/tree", "")
        mode = "notebooks" if notebook else mode
        self.page.goto(f"{address}/{mode}/notebooks/{name}.ipynb{reset}")
        self.page.wait_for_selector(".jp-Notebook .jp-Cell", timeout=60_000)
        if dark:
            self.theme("Dark")

    def command(self, name, arguments=None):
        """One of JupyterLab's own commands."""
        return self.page.evaluate(COMMAND, [name, arguments])

    def theme(self, name):
        """JupyterLab's own theme "Light" or "Dark"."""
        self.command("apputils:change-theme", {"theme": f"JupyterLab {name}"})
        light = "true" if name == "Light" else "false"
        there = f'body[data-jp-theme-light="{light}"]'
        self.page.wait_for_selector(there, state="attached")

    def execute(self, code, wait=True):
        """Run code in the notebook's kernel, beside its cells."""
        script = EXECUTE if wait else EXECUTE.replace("await kernel", "kernel")
        self.page.evaluate(script, code)

    def gate(self):
        """(code of a function hold() that waits in the kernel, what lets it go on)."""
        path = self.folder / f"gate {time.monotonic_ns()}"
        return HOLD.format(path=str(path)), path.touch

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
            panel.evaluate(SETTLED)
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
