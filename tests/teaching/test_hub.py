"""The hub of a class: the real one, with ten students who log in, run, type, save and come back."""

import contextlib
import importlib.util
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psutil
import pytest
import requests

from tests.conftest import absent
from tests.teaching.classroom import CONFIG, LESSON, PROXY, Hub, Student, is_root, memory, wait_for

WORD = "delta goes back"
TEACHER = "the teacher of this class has a longer word"
NAMES = ["anna", "ben", "chi", "dan", "ewa", "filip", "gul", "hugo", "ida", "jo"]
HERE = CONFIG.parent
INSTRUCTIONS = (HERE / "README.md").read_text(encoding="utf-8")
ALONE = "without root all students are one Unix user: nothing keeps them apart"


def proxy():
    """The path of the hub's proxy, or None."""
    where = os.pathsep.join([str(PROXY), os.environ["PATH"]])
    return shutil.which("configurable-http-proxy", path=where)


def missing():
    """What the hub lacks on this machine, in words."""
    if not importlib.util.find_spec("jupyterhub"):
        return "JupyterHub is not installed: pip install -r teaching/hub/requirements.txt"
    if not proxy():
        return "the hub's proxy is not installed: npm install --prefix teaching/hub"
    if is_root():
        from teaching.hub.seat import closed

        shut = [closed(path) for path in (Path(sys.executable), HERE)]
        if any(shut):
            return f"students could not reach this Python or the course: {shut} are closed to them"
    return ""


@pytest.fixture(scope="module")
def hub():
    if reason := missing():
        absent("hub", reason)
    folder = Path(tempfile.mkdtemp(prefix="class"))  # pytest's own is closed to other users
    folder.chmod(0o711)
    hub = Hub(folder, WORD)
    certify(folder)
    try:
        hub.start(teacher_word=TEACHER)
        yield hub
        hub.stop()
    finally:
        hub.clear()


def certify(folder):
    """Make key and certificate of the machine localhost by the command of the instructions."""
    command = re.search(r"openssl req(.*\\\n)+.*", INSTRUCTIONS)[0].replace("\\\n", " ")
    command = command.replace("NAME-OF-THE-MACHINE", "localhost").replace("/srv/class", str(folder))
    subprocess.run(shlex.split(command), check=True, capture_output=True)


def together(students, what):
    """Every student does it at the same time; what each of them got."""
    with ThreadPoolExecutor(len(students)) as pool:
        return list(pool.map(what, students))


@pytest.fixture(scope="module")
def students(hub):
    """Ten who came in by the word, each with the lesson run to its explorer."""

    def begin(student):
        assert student.log_in(WORD).ok
        student.sit_down()
        student.open()
        student.run_to_the_explorer()

    with contextlib.ExitStack() as browsers:
        students = [browsers.enter_context(Student(hub, name)) for name in NAMES]
        together(students, begin)
        yield students


@pytest.mark.parametrize(
    "name, word",
    [
        ("anna", "delta goes bac"),
        ("anna", ""),
        ("teacher", WORD + "!"),
        ("../anna", WORD),
        ("%2e%2e%2fanna", WORD),
        ("..", WORD),
        (".anna", WORD),
        ("anna/mine", WORD),
        ("anna b", WORD),
        ("zoë", WORD),
        ("a" * 32, WORD),
        ("", WORD),
    ],
)
def test_wrong_words_and_names_get_nothing(name, word, hub):
    before = set((hub.folder / "students").iterdir())
    with Student(hub, "anna") as stranger:
        assert stranger.log_in(word, name).status_code == 403
        assert not stranger.reaches("lab")
        assert not stranger.reaches(f"api/contents/{LESSON}")
    assert set((hub.folder / "students").iterdir()) == before


def test_the_instructions_name_the_oldest_node_that_the_proxy_takes(hub):
    package = json.loads((Path(proxy()).resolve().parents[1] / "package.json").read_text())
    [oldest] = re.findall(r"^>= ?(\d+)", package["engines"]["node"])
    assert f"Node.js {oldest} or newer" in INSTRUCTIONS
    assert f"says v{oldest} or more" in INSTRUCTIONS


def test_the_page_for_logging_in_says_which_names_are_allowed(hub):
    page = requests.get(f"{hub.url}/hub/login").text
    assert "small letters a to z, digits and hyphens" in page


def test_pages_are_trusted_and_no_news_are_asked_for(students):
    cells = students[0].page["content"]["cells"]
    code = [cell for cell in cells if cell["cell_type"] == "code"]
    assert all(cell["metadata"].get("trusted") for cell in code)
    news = students[0].get("lab/api/settings/@jupyterlab/apputils-extension:notification").json()
    assert news["schema"]["properties"]["fetchNews"]["default"] == "false"


def test_ten_students_type_into_their_explorers_and_save(students):
    def work(n):
        answer = students[n].edit("delta:0,0", str(n + 7))
        seen = students[n].run("print(explorer.numbers['delta'].ravel()[0])")
        saved = students[n].save(f"of {students[n].name}")
        return answer["ok"], float(seen), saved.status_code

    wanted = [(True, float(n + 7), 200) for n in range(len(NAMES))]
    assert together(range(len(NAMES)), work) == wanted
    for student in students:
        page = json.loads((student.home / LESSON).read_text())
        assert page["cells"][0]["source"] == [f"of {student.name}"]


def test_products_run_on_one_thread(students):
    asked = (
        "import threadpoolctl; print([p['num_threads'] for p in threadpoolctl.threadpool_info()])"
    )
    assert set(json.loads(students[0].run(asked))) == {1}


def test_who_asks_for_too_much_memory_gets_an_error_and_goes_on(students):
    assert students[0].run("np.ones(400_000_000)").endswith("MemoryError")
    assert students[0].run("print(x[0, 0])") == "1\n"


def test_another_ones_folder_and_server_give_nothing(students):
    anna, ben = students[:2]
    paths = ["lab", "api/status", f"api/contents/{LESSON}", f"files/{LESSON}", "api/kernels"]
    assert {anna.get(path, of="ben").status_code for path in paths} <= {403, 404}
    page = {"type": "notebook", "format": "json", "content": ben.page["content"]}
    assert anna.send("PUT", f"api/contents/{LESSON}", page, of="ben").status_code in {403, 404}
    for path in (f"api/contents/../../ben/{LESSON}", f"files/%2e%2e/ben/{LESSON}"):
        assert not anna.reaches(path)
    assert not anna.browser.delete(f"{anna.hub.url}/hub/api/users/ben/server").ok
    assert ben.get("api/status").ok


def test_another_ones_kernel_reaches_neither_files_nor_processes(hub, students):
    if not is_root():
        pytest.skip(ALONE)
    anna, ben = students[:2]
    number = ben.home.stat().st_uid
    assert len({student.home.stat().st_uid for student in students}) == len(NAMES)
    assert anna.home.stat().st_uid != number >= 50_000
    secrets = [ben.home, ben.home / LESSON, hub.folder / "class.toml"]
    secrets += [hub.folder / "jupyterhub.sqlite", hub.folder / "jupyterhub_cookie_secret"]
    for path in [*secrets, ben.home.parent, hub.folder]:
        reads = f"import os; os.listdir({str(path)!r}) if {path.is_dir()} else open({str(path)!r})"
        assert anna.run(reads).endswith("PermissionError"), path
    server = next(p.pid for p in hub.processes() if p.uids().real == number)
    assert anna.run(f"os.kill({server}, 9)").endswith("PermissionError")
    assert anna.run(f"open('/proc/{server}/environ')").endswith("PermissionError")
    assert anna.run("os.setuid(0)").endswith("PermissionError")


LISTEN = """
import time, zmq
rows = [line.split() for line in open("/proc/net/tcp").readlines()[1:]]
ports = [int(row[1].split(":")[1], 16) for row in rows if row[3] == "0A" and row[7] == "{number}"]
ear = zmq.Context().socket(zmq.SUB)
ear.subscribe(b"")
for port in ports:
    ear.connect(f"tcp://127.0.0.1:{{port}}")
end, heard = time.monotonic() + 4, []
while time.monotonic() < end:
    heard += [ear.recv_multipart()] if ear.poll(100) else []
print(len(ports) >= 5, len(heard))
"""


def test_another_ones_kernel_hears_nothing_of_what_a_kernel_prints(students):
    if not is_root():
        pytest.skip(ALONE)
    anna, ben = students[:2]
    with ThreadPoolExecutor() as pool:
        heard = pool.submit(anna.run, LISTEN.format(number=ben.home.stat().st_uid))
        time.sleep(1.5)
        assert ben.run("print('mine')") == "mine\n"
        assert heard.result() == "True 0\n"


def test_memory_a_student_is_as_the_instructions_say(hub, students):
    row = re.compile(r"^\| (server|kernel) \| (\d+) \| (\d+) \|$", re.MULTILINE)
    told = {name: (int(whole), int(part)) for name, whole, part in row.findall(INSTRUCTIONS)}
    kernels = running(hub)
    servers = [psutil.Process(kernel.ppid()) for kernel in kernels]
    for name, processes in {"server": servers, "kernel": kernels}.items():
        sizes = [memory(process) for process in processes]
        resident, share = (sum(part) / len(sizes) for part in zip(*sizes))
        busy = sum(sum(process.cpu_times()[:2]) for process in processes) / len(sizes)
        print(f"{name}: resident {resident:.0f} MB, share {share:.0f} MB, processor {busy:.1f} s")
        assert (resident, share) == pytest.approx(told[name], rel=0.2)


def test_after_a_restart_of_the_hub_everything_is_there(hub, students):
    hub.stop()
    hub.start(
        https=True,
        names=NAMES[:-1],
        teacher_word=TEACHER,
        kernel_minutes=0.05,
        servers=len(NAMES) - 1,
    )
    anna = students[0]
    assert anna.get(f"api/contents/{LESSON}").json()["content"]["cells"][0]["source"] == "of anna"
    anna.listen(anna.kernel)
    assert float(anna.run("print(explorer.numbers['delta'].ravel()[0])")) == 7
    assert anna.get("api/status", of="ben").status_code in {403, 404}


def test_who_was_taken_off_the_list_has_to_leave(hub, students):
    for student, stays in ((students[0], True), (students[-1], False)):
        assert student.browser.get(f"{hub.url}/hub/home").url.endswith("/hub/home") is stays
        assert student.browser.get(f"{hub.url}/hub/spawn").url.count("/hub/login") == 1 - stays


def test_with_a_certificate_nothing_crosses_the_network_in_clear(hub):
    with pytest.raises(requests.ConnectionError):
        requests.get(hub.url.replace("https", "http"))
    typed = requests.get(f"http://localhost:{hub.ports[3]}/hub/login", allow_redirects=False)
    assert (typed.status_code, typed.headers["Location"]) == (301, f"{hub.url}/hub/login")
    with Student(hub, "anna") as student:
        assert student.log_in(WORD).ok
        assert student.reaches("lab")
        cookies = {cookie.name: cookie.secure for cookie in student.browser.cookies}
    for name in ("jupyterhub-hub-login", "jupyterhub-session-id", "jupyterhub-user-anna"):
        assert cookies[name], name


def test_who_finds_no_place_is_told_so(hub, students):
    students[1].stop()
    with Student(hub, "ben") as ben:
        assert ben.log_in(WORD).ok
        answer = ben.browser.get(f"{hub.url}/hub/spawn/ben")
        assert answer.status_code == 429
        assert "All places are taken" in answer.text
        assert f"room for {len(NAMES) - 1} at once" in answer.text
        assert "nothing for 60 minutes" in answer.text
        assert not ben.reaches("api/status")
    students[2].stop()


def newer(page):
    """The page of another release."""
    content = json.loads(page.read_text())
    content["cells"][0]["source"] = ["newer"]
    page.write_text(json.dumps(content))


def test_a_new_release_comes_and_a_students_work_stays(hub, students):
    changed = Path(LESSON).name, "03_weigh_the_kernel.ipynb"
    number = students[1].home.stat().st_uid
    for name in changed:
        newer(hub.pages / name)
    shutil.copy(hub.pages / changed[1], hub.pages / "10_new.ipynb")
    with Student(hub, "ben") as ben:
        assert ben.log_in(WORD).ok
        ben.sit_down()
        pages = (LESSON, f"mine/{changed[1]}", "mine/10_new.ipynb")
        cells = [ben.get(f"api/contents/{page}").json()["content"]["cells"][0] for page in pages]
        assert [cell["source"] for cell in cells] == ["of ben", "newer", "newer"]
        assert ben.get("").url.endswith("/lab/tree/mine/news.md")
        news = ben.get("api/contents/mine/news.md").json()["content"]
    assert re.search(r"10_new.ipynb is new", news)
    assert re.search(r"03_weigh_the_kernel.ipynb: .* come in its place", news)
    assert re.search(r'02_send_delta_back.ipynb: .* Yours stays .*my_copy\("02"\)', news)
    assert ben.home.stat().st_uid == number


def test_idle_kernels_end_and_pages_stay(hub):
    with Student(hub, "ben") as ben:
        assert ben.log_in(WORD).ok
        assert ben.reaches("lab")
        ben.open()
        assert ben.run("print(6 * 7)") == "42\n"
        wait_for(lambda: not ben.get("api/kernels").json(), "the kernel goes on")
        assert ben.page["content"]["cells"][0]["source"] == "of ben"


def test_a_list_of_names_holds_also_for_who_was_there_before(hub):
    for name, word, answer in [
        (NAMES[0], WORD, 200),
        (NAMES[-1], WORD, 403),
        ("zoe", WORD, 403),
        ("teacher", TEACHER, 200),
        ("teacher", WORD, 403),
        (NAMES[0], TEACHER, 403),
    ]:
        with Student(hub, name) as student:
            assert student.log_in(word).status_code == answer, name
            page = student.browser.get(f"{hub.url}/hub/admin")
            sees_all = page.ok and page.url.endswith("/hub/admin")
            assert sees_all == (word == TEACHER and answer == 200)


def test_idle_servers_end(hub, students):
    hub.stop()
    hub.start(server_minutes=0.1)
    wait_for(lambda: not running(hub), f"still there: {running(hub)}")
    assert json.loads((students[0].home / LESSON).read_text())["cells"][0]["source"] == ["of anna"]


def test_a_new_word_ends_every_login(hub):
    with Student(hub, "ben") as ben:
        assert ben.log_in(WORD).ok
        hub.stop()
        hub.word = "delta came back"
        hub.start(https=True, names=NAMES[:-1], teacher_word=TEACHER)
        assert "/hub/login" in ben.browser.get(f"{hub.url}/hub/home").url
        assert ben.log_in(WORD).status_code == 403
        assert ben.log_in(hub.word).ok


def running(hub):
    """The processes of students."""
    return [p for p in hub.processes() if "ipykernel_launcher" in " ".join(p.info["cmdline"] or [])]
