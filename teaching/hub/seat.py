"""seat: where a student's server runs: in a folder of its own, under a Unix number of its own."""

import os
import resource
import stat
from pathlib import Path

from jupyterhub.spawner import SimpleLocalProcessSpawner

FIRST = 50_000  # the number of the first student; distributions give people's accounts lower ones
PROCESSES = 500  # threads included, a student; a lesson's kernel has about a dozen
SYSTEM_MB, STUDENT_MB = 1500, 300  # the system and the hub; a server and two kernels, README.md
THRIFT = {
    **dict.fromkeys(["OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"], "1"),
    "MALLOC_ARENA_MAX": "2",
    # arrays go back to the system when they are freed: a quarter less after all of lesson 08
    **dict.fromkeys(["MALLOC_MMAP_THRESHOLD_", "MALLOC_TRIM_THRESHOLD_"], str(1 << 20)),
}


class Seat(SimpleLocalProcessSpawner):
    """A student's server as a local process.

    Started by root, it runs under the number that owns the student's folder: so no student reads
    the files of another one, nor ends their processes. Nothing is written into /etc. Without root
    all run as whoever started the hub.
    """

    async def start(self):
        """Make the folder, then start the server in it."""
        take(Path(self.home_dir))
        return await super().start()

    def make_preexec_fn(self, name):
        """What the new process does first: become that student, and go to their folder."""
        home = Path(self.home_dir)
        number = owner(home)

        def preexec():
            if apart():
                resource.setrlimit(resource.RLIMIT_NPROC, (PROCESSES, PROCESSES))
                os.setgroups([])
                os.setgid(number)
                os.setuid(number)
            os.chdir(home)

        return preexec


def apart() -> bool:
    """Does each student have a Unix number of their own? Only root can give it."""
    return os.geteuid() == 0


def room(folder: Path, needed: tuple[Path, ...]) -> Path:
    """The folder of all students, made where it is missing; only root sees who has one.

    needed: files that students' processes read. Raises SystemExit where they could not.
    """
    students = folder / "students"
    if apart():
        for path in (students, *needed):
            shut = closed(path)
            if shut:
                raise SystemExit(f"students cannot reach {path}: {shut} is closed to other users")
    students.mkdir(exist_ok=True)
    students.chmod(0o711)
    return students


def closed(path: Path) -> Path | None:
    """The first folder on the way to a path, links followed, that other users cannot pass."""
    ways = [path.absolute(), path.resolve()]
    folders = [folder for way in ways for folder in reversed(way.parents)]
    return next((f for f in folders if not f.stat().st_mode & stat.S_IXOTH), None)


def take(home: Path) -> None:
    """Make a student's folder where it is missing, with the next number as its owner."""
    if home.exists():
        return
    new = home.with_name(f".{home.name}")  # under its name there is never a folder of root's
    new.mkdir(0o700, exist_ok=True)
    if apart():
        number = 1 + max([FIRST - 1, *map(owner_of, home.parent.iterdir())])
        os.chown(new, number, number)
    new.rename(home)


def owner(home: Path) -> int:
    """The number that owns a student's folder. Raises PermissionError where no student does."""
    number = owner_of(home)
    if apart() and number < FIRST:
        raise PermissionError(f"{home} belongs to {number}, which is no student's number")
    return number


def owner_of(path: Path) -> int:
    """The Unix number that owns a path."""
    return path.lstat().st_uid


def that_fit() -> int:
    """How many students' servers fit into the memory of this machine."""
    megabytes = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") >> 20
    return max(1, (megabytes - SYSTEM_MB) // STUDENT_MB)
