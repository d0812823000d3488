"""classroom: what a teacher says of the class, in class.toml."""

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

NAME = r"[a-z][a-z0-9-]{0,30}\Z"  # a name is also the name of a folder, and a part of an address
ADDRESS = r"https?://(\[[\da-f:]*\]|[^\s/:]*)(:\d+)?(/\S*)?\Z"
RULE = "small letters a to z, digits and hyphens, a letter first, at most 31 of them"
EXAMPLE = 'word = "..."  # at least 8 characters, of your own'


@dataclass(frozen=True)
class Classroom:
    """word: of the class, at least 8 characters. teacher_word: of the user `teacher`, who sees all
    servers and may end them; at least 32 characters. names: who may come; nobody named: everybody
    who knows the word. certificate, key: files for https. redirect_port: who comes there by http
    is sent to https. kernel_minutes, server_minutes: what was idle for so long is ended. servers:
    how many at once; 0: as many as fit into the memory."""

    word: str
    teacher_word: str = ""
    names: list[str] = field(default_factory=list)
    address: str = "http://:8000"
    certificate: str = ""
    key: str = ""
    redirect_port: int = 0
    kernel_minutes: float = 40
    server_minutes: float = 60
    servers: int = 0

    @property
    def greeting(self) -> str:
        """What the page for logging in says."""
        if self.names:
            return "The login on your strip, in small letters, and the word of the class."
        return f"A name of your own ({RULE}), always the same, and the word of the class."

    @property
    def safe(self) -> bool:
        """Is it reached by https?"""
        return self.address.startswith("https://")

    @property
    def port(self) -> int:
        """The port of the address."""
        return urlsplit(self.address).port or (443 if self.safe else 80)


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
    for wrong in (_types, _words, _https):
        for told in wrong(given):
            raise SystemExit(f"{path}: {told}")
    return Classroom(**given)


def _types(given: dict[str, Any]) -> Iterator[str]:
    """What is wrong with the names of settings, and with what kind of thing they are."""
    types = {known.name: known.type for known in fields(Classroom)}
    for name, value in given.items():
        if name not in types:
            yield f"{name} is not known; known are {', '.join(types)}"
        wanted = list if name == "names" else types[name]
        if type(value) not in {wanted, int if wanted is float else wanted}:
            yield f"{name} = {value!r} is no {wanted.__name__}"


def _words(given: dict[str, Any]) -> Iterator[str]:
    """What is wrong with the words and the names of students."""
    if len(given.get("word", "")) < 8:
        yield 'the word of the class has at least 8 characters: word = "..."'
    if 0 < len(given.get("teacher_word", "")) < 32:
        yield "the word of the teacher has at least 32 characters"
    for name in given.get("names", []):
        if not re.match(NAME, str(name)):
            yield f"names: {name!r} is not made of {RULE}"


def _https(given: dict[str, Any]) -> Iterator[str]:
    """What is wrong with the address and its certificate."""
    room = Classroom(**given)
    if not re.match(ADDRESS, room.address):
        yield f'address = {room.address!r} is not such as "{Classroom.address}"'
    for name, file in (("certificate", room.certificate), ("key", room.key)):
        if bool(file) != room.safe:
            yield 'certificate and key are wanted with an address of "https://", and only there'
        if file and not Path(file).is_file():
            yield f"{name}: there is no file {file}"
    if room.key and Path(room.key).stat().st_mode & 0o004:
        yield f"key: every student can read it; close it: chmod 600 {room.key}"
    if room.redirect_port and not room.safe:
        yield "redirect_port is wanted with https only"
