"""classroom: what a teacher says of the class, in class.toml."""

import re
import tomllib
from dataclasses import dataclass, field, fields
from pathlib import Path

NAME = r"[a-z][a-z0-9-]{0,30}\Z"  # a name is also the name of a folder, and a part of an address
RULE = "small letters a to z, digits and hyphens, a letter first, at most 31 of them"
EXAMPLE = 'word = "at least 8 characters"'


@dataclass(frozen=True)
class Classroom:
    """word: of the class, at least 8 characters. teacher_word: of the user `teacher`, who sees all
    servers and may end them; at least 32 characters. names: who may come; nobody named: everybody
    who knows the word. certificate, key: files for https. kernel_minutes, server_minutes: what was
    idle for so long is ended. servers: how many at once; 0: as many as fit into the memory."""

    word: str
    teacher_word: str = ""
    names: list[str] = field(default_factory=list)
    address: str = "http://:8000"
    certificate: str = ""
    key: str = ""
    kernel_minutes: float = 40
    server_minutes: float = 60
    servers: int = 0

    @property
    def greeting(self) -> str:
        """What the page for logging in says."""
        if self.names:
            return "Your name as the teacher wrote it, and the word of the class."
        return f"A name of your own ({RULE}), always the same, and the word of the class."


def read(path: Path) -> Classroom:
    """The settings in a file, which is closed to other users: its words are secrets.

    Raises SystemExit, in words, where it cannot be used.
    """
    try:
        path.chmod(0o600)
        given = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise SystemExit(f"{path} is not there. Write into it at least\n    {EXAMPLE}") from None
    except tomllib.TOMLDecodeError as error:
        raise SystemExit(f"{path}: {error}") from None
    types = {known.name: known.type for known in fields(Classroom)}
    for name, value in given.items():
        if name not in types:
            raise SystemExit(f"{path}: {name} is not known; known are {', '.join(types)}")
        wanted = list if name == "names" else types[name]
        if type(value) not in {wanted, int if wanted is float else wanted}:
            raise SystemExit(f"{path}: {name} = {value!r} is no {wanted.__name__}")
    if len(given.get("word", "")) < 8:
        raise SystemExit(f"{path}: the word of the class has at least 8 characters: {EXAMPLE}")
    if 0 < len(given.get("teacher_word", "")) < 32:
        raise SystemExit(f"{path}: the word of the teacher has at least 32 characters")
    for name in given.get("names", []):
        if not re.match(NAME, str(name)):
            raise SystemExit(f"{path}: names: {name!r} is not made of {RULE}")
    return Classroom(**given)
