"""classroom: the real hub in a folder of its own, and simulated students who talk to it."""

import contextlib
import json
import os
import shutil
import socket
import subprocess
import sys
import time
import uuid
from pathlib import Path

import psutil
import requests
import websocket

ROOT = Path(__file__).parents[2]
CONFIG = ROOT / "teaching" / "hub" / "jupyterhub_config.py"
PROXY = CONFIG.parent / "node_modules" / ".bin"
LESSON = "mine/02_send_delta_back.ipynb"
PATIENCE = 180  # seconds


def wait_for(what, reason):
    """Wait until what() gives something, and return it."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        with contextlib.suppress(requests.ConnectionError):
            if found := what():
                return found
        time.sleep(0.5)
    raise TimeoutError(reason)


def free_ports(count):
    """So many ports that nobody listens on."""
    with contextlib.ExitStack() as open_ones:
        sockets = [open_ones.enter_context(socket.socket()) for _ in range(count)]
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [one.getsockname()[1] for one in sockets]


class Hub:
    """A hub in a folder, with a copy of the course; it can end and begin again."""

    def __init__(self, folder, word):
        self.folder, self.word = folder, word
        self.ports = free_ports(4)
        self.certificate, self.key = folder / "cert.pem", folder / "key.pem"
        self.pages = folder / "course" / "notebooks"
        for part in ("notebooks", "teaching"):
            copied = shutil.ignore_patterns("node_modules", "__pycache__", ".*")
            shutil.copytree(ROOT / part, folder / "course" / part, ignore=copied)

    def start(self, https=False, **settings):
        """Start it with these settings of class.toml beside the word, and wait for it."""
        self.url = f"http{'s' * https}://localhost:{self.ports[0]}"
        settings |= {"word": self.word, "address": self.url}
        if https:
            settings |= {"certificate": str(self.certificate), "key": str(self.key)}
            settings |= {"redirect_port": self.ports[3]}
        lines = [f"{name} = {json.dumps(value)}" for name, value in settings.items()]
        (self.folder / "class.toml").write_text("\n".join(lines))
        command = [
            Path(sys.executable).with_name("jupyterhub"),
            *("-f", self.folder / "course" / CONFIG.relative_to(ROOT)),
            f"--JupyterHub.hub_bind_url=http://127.0.0.1:{self.ports[1]}",
            f"--ConfigurableHTTPProxy.api_url=http://127.0.0.1:{self.ports[2]}",
        ]
        found = {"PATH": os.pathsep.join([str(PROXY), os.environ["PATH"]])}
        with (self.folder / "log").open("a") as log:
            self.process = subprocess.Popen(
                command, cwd=self.folder, stdout=log, stderr=log, env=os.environ | found
            )
        wait_for(self._answers, f"no hub: {self.log()}")

    def _answers(self):
        assert self.process.poll() is None, self.log()
        return requests.get(f"{self.url}/hub/health", verify=str(self.certificate)).ok

    def log(self):
        """What the hub wrote."""
        return (self.folder / "log").read_text()

    def stop(self):
        """End it as a system does; servers go on."""
        self.process.terminate()
        self.process.wait(PATIENCE)

    def processes(self):
        """All processes that were started in this folder or in a student's."""
        found = psutil.process_iter(["cwd", "cmdline", "uids"])
        inside = (self.folder, *(self.folder / "students").glob("*"))
        places = {str(place) for place in inside}
        return [
            p
            for p in found
            if p.info["cwd"] in places or Path(p.info["cwd"] or "/").parent.as_posix() in places
        ]

    def clear(self):
        """End all that is left, and remove the folder."""
        left = self.processes()
        for process in left:
            with contextlib.suppress(psutil.NoSuchProcess):
                process.terminate()
        for process in psutil.wait_procs(left, 10)[1]:
            process.kill()
        shutil.rmtree(self.folder)


class Student:
    """A browser with cookies of its own, and what JupyterLab in it would send."""

    def __init__(self, hub, name):
        self.hub, self.name = hub, name
        self.browser = requests.Session()
        self.browser.trust_env = False  # or another list of certificates may come first
        self.browser.verify = str(hub.certificate)
        self.home = hub.folder / "students" / name
        self.socket = None
        self.opened = []  # widgets, as their kernel told of them

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.browser.close()
        if self.socket:
            self.socket.close()

    def log_in(self, word, name=None):
        """Fill in the page for logging in; returns the answer."""
        self.browser.get(f"{self.hub.url}/hub/login")
        data = {
            "username": self.name if name is None else name,
            "password": word,
            "_xsrf": self._xsrf("/hub/"),
        }
        return self.browser.post(f"{self.hub.url}/hub/login?next=/hub/home", data=data)

    def _xsrf(self, path):
        return self.browser.cookies.get("_xsrf", path=path)

    def sit_down(self):
        """Have the server started, and wait until it answers."""
        wait_for(self._is_seated, f"{self.name}: no server")

    def _is_seated(self):
        # asked for again and again: one that is just ending is not started anew
        self.browser.get(f"{self.hub.url}/hub/spawn/{self.name}")
        return self.get("lab").ok and self.reaches("api/status")

    def get(self, path, of=None):
        """What a server answers: one's own, or that of another one."""
        return self.browser.get(f"{self.hub.url}/user/{of or self.name}/{path}")

    def reaches(self, path, of=None):
        """Is the path answered, and not by the page for logging in?"""
        answer = self.get(path, of)
        return answer.ok and "/hub/" not in answer.url

    def stop(self):
        """Have one's own server ended; kernels end with it."""
        url = f"{self.hub.url}/hub/api/users/{self.name}/server"
        answer = self.browser.delete(url, headers={"X-XSRFToken": self._xsrf("/hub/")})
        assert answer.ok, answer.text
        wait_for(lambda: not self.reaches("api/status"), f"{self.name}: the server goes on")

    def send(self, method, path, content, of=None):
        """Send content to a server's path; returns the answer."""
        of = of or self.name
        head = {"X-XSRFToken": self._xsrf(f"/user/{self.name}/")}
        url = f"{self.hub.url}/user/{of}/{path}"
        return self.browser.request(method, url, json=content, headers=head)

    def open(self):
        """Open the lesson: its notebook, and a kernel for it."""
        answer = self.get(f"api/contents/{LESSON}")
        assert answer.ok, answer.text
        self.page = answer.json()
        begun = self.send("POST", "api/kernels", {"name": "python3", "path": LESSON})
        assert begun.status_code == 201, begun.text
        self.listen(begun.json()["id"])

    def listen(self, kernel):
        """Join a kernel's channels."""
        if self.socket:
            self.socket.close()
        self.kernel, self.session = kernel, uuid.uuid4().hex
        where = f"user/{self.name}/api/kernels/{kernel}/channels?session_id={self.session}"
        cookies = "; ".join(f"{c.name}={c.value}" for c in self.browser.cookies)
        url = f"{self.hub.url}/{where}".replace("http", "ws", 1)
        known = {"ca_certs": str(self.hub.certificate)}
        self.socket = websocket.create_connection(
            url, cookie=cookies, timeout=PATIENCE, sslopt=known
        )

    def _tell(self, kind, content):
        header = {"msg_id": uuid.uuid4().hex, "msg_type": kind, "session": self.session}
        header |= {"username": self.name, "version": "5.3", "date": "2026-01-01T00:00:00Z"}
        message = {"header": header, "parent_header": {}, "metadata": {}, "content": content}
        self.socket.send(json.dumps(message | {"channel": "shell", "buffers": []}))
        return header["msg_id"]

    def _hear(self, asked):
        """The messages that answer one, up to the kernel's rest after it."""
        rest = reply = False
        while not (rest and reply):
            message = json.loads(self.socket.recv())
            if message["parent_header"].get("msg_id") != asked:
                continue
            kind, content = message["header"]["msg_type"], message["content"]
            rest |= kind == "status" and content["execution_state"] == "idle"
            reply |= kind.endswith("_reply")
            yield kind, content

    def run(self, code):
        """Run code; returns what it printed, or the name of its exception."""
        told, flags = "", {"silent": False, "store_history": True, "allow_stdin": False}
        for kind, content in self._hear(self._tell("execute_request", {"code": code} | flags)):
            if kind == "comm_open":
                self.opened.append(content)
            if kind in ("stream", "error"):
                told += content.get("text", content.get("ename", ""))
        return told

    def run_to_the_explorer(self):
        """Run the lesson's cells until one has made an explorer."""
        for cell in self.page["content"]["cells"]:
            if cell["cell_type"] == "code":
                assert "Error" not in self.run(cell["source"])
            if any("scene" in widget["data"]["state"] for widget in self.opened):
                return
        raise AssertionError("the lesson made no explorer")

    def edit(self, cell, text):
        """Type a number into a cell of the explorer; returns what the explorer answers."""
        scenes = [w["comm_id"] for w in self.opened if "scene" in w["data"]["state"]]
        wish = {"do": "edit", "id": 1, "cell": cell, "text": text}
        data = {"method": "custom", "content": wish}
        self._tell("comm_msg", {"comm_id": scenes[-1], "data": data})
        while True:
            message = json.loads(self.socket.recv())
            data = message["content"].get("data", {})
            if message["header"]["msg_type"] == "comm_msg" and data["method"] == "custom":
                return data["content"]

    def save(self, words):
        """Write words into the first cell, and save the page."""
        self.page["content"]["cells"][0]["source"] = words
        page = {"type": "notebook", "format": "json", "content": self.page["content"]}
        return self.send("PUT", f"api/contents/{LESSON}", page)


def memory(process):
    """(resident, proportional) megabytes of a process: shared pages whole, or divided."""
    rolled = Path(f"/proc/{process.pid}/smaps_rollup").read_text()
    sizes = {line.split()[0]: int(line.split()[1]) for line in rolled.splitlines()[1:]}
    return sizes["Rss:"] >> 10, sizes["Pss:"] >> 10


def is_root():
    """Can each student have a Unix number of their own?"""
    return os.geteuid() == 0
