"""in_list: whom of a class list is meant by a name as a student, a folder or Moodle has it."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import NamedTuple

from teaching.lesson_pages import pages
from teaching.people import same_person, words_of

Words = tuple[str, ...]
# words that stand beside a name and are no part of it
BESIDE = {"lesson", "notebook", "homework", "my", "solved", "final", "week", "assignment"}
BESIDE |= {"abgabe", "woche", "lektion", "devoir", "semaine", "tarea", "semana"}
MARKS = {"jr", "sr", "ii", "iii", "iv"}  # a letter and a number are marks, too
BRACKETS = re.compile(r"\([^()]*\)")
FEW = 2  # words: a name of fewer may be but the first name of somebody else


class Called(NamedTuple):
    """What a file or folder is called: the folder in which it lies, the name of a student in it,
    the words of that name, Moodle's number, and the words that may name a lesson; whether Moodle
    has written it."""

    parent: str
    name: str
    words: Words
    number: str
    lessons: Words
    of_moodle: bool


class Match(NamedTuple):
    """Whom of the list a name means, "" where that is nobody or not sure; who they may be, where
    several of the list have this name; whether it is guessed, or known by Moodle's number."""

    student: str = ""
    perhaps: tuple[str, ...] = ()
    guessed: bool = False
    by_number: bool = False


class _Look(NamedTuple):
    """Whom a name means where nobody else is called so; who else may be; the words that are neither
    the name's nor a lesson's; the rest as in Match."""

    own: frozenset[str] = frozenset()
    others: frozenset[str] = frozenset()
    beside: Words = ()
    guessed: bool = False
    by_number: bool = False


def matches(called: Sequence[Called], names: Mapping[str, str]) -> list[Match]:
    """Whom each name means. names: {a name or a login as same_person writes it: the student}.

    The words of a name stand in any order. Names that differ by what tells namesakes apart (a
    letter, a number, what stands in brackets) may all be meant by the one without it; not by who
    has handed in, in the same folder and for the same lesson, under a name that is theirs alone.
    """
    listed = _InList(names)
    looks = [listed.look(one) for one in called]
    taken: dict[tuple[str, Words], set[str]] = {}
    forms: dict[str, set[Words]] = {}
    for one, look in zip(called, looks):
        for student in look.own if len(look.own) == 1 else ():
            forms.setdefault(student, set()).add(look.beside)
            if not look.beside and (not look.others or _is_exact(one, student)):
                taken.setdefault(_place(one), set()).add(student)
    order = {student: n for n, student in enumerate(names.values())}
    found = []
    for one, look in zip(called, looks):
        others = look.others - taken.get(_place(one), set())
        several = tuple(sorted(look.own | others, key=order.__getitem__))
        # of two forms of a name with other words beside it one may be somebody else's
        strange = any(look.beside and len(forms.get(student, ())) > 1 for student in look.own)
        if len(several) != 1 or not look.own or strange:
            found.append(Match(perhaps=several if len(several) > 1 else ()))
        else:
            found.append(Match(several[0], (), look.guessed, look.by_number))
    return found


def _place(one):
    """What two namesakes would hand in beside each other."""
    return one.parent, tuple(word for word in one.lessons if _is_number(word))


def _is_exact(one, student):
    """Whether a name is written as the list has it."""
    return same_person(one.name) == same_person(student)


class _InList:
    """A class list, by the words of its names."""

    def __init__(self, names: Mapping[str, str]) -> None:
        self.names = names
        self.by_words: dict[Words, set[str]] = {}
        self.namesakes: dict[Words, list[str]] = {}
        for key, student in names.items():
            self.by_words.setdefault(words_of(key), set()).add(student)
        for student in dict.fromkeys(names.values()):
            self.namesakes.setdefault(_unmarked(student), []).append(student)

    def look(self, one: Called) -> _Look:
        """Whom a name means, before other names are looked at."""
        key = same_person(one.name)
        numbered = self.by_words.get(words_of(f"{one.name} {one.number}"), ())
        if one.number and numbered:
            return _Look(frozenset(numbered), by_number=True)
        student = self.names.get(key, "")
        if student and not _is_exact(one, student):  # a login is one student's
            return _Look(frozenset([student]))
        own = {student} if student else self.by_words.get(one.words, ())
        if own:
            return _Look(frozenset(own), self._namesakes(one.words, own))
        own = self._beside_a_lesson(one.words)
        bare = tuple(word for word in one.words if not _is_lesson(word))
        if own or one.of_moodle or self._namesakes(bare, own):
            words = words_of(next(iter(own))) if len(own) == 1 else bare
            return _Look(frozenset(own), self._namesakes(words, own), guessed=True)
        return self._within(one.words)

    def _namesakes(self, words, own):
        """Who has all these words, and beside them only what tells namesakes apart."""
        family = self.namesakes.get(_unmarked(" ".join(words)), ())
        return frozenset(s for s in family if not Counter(words) - Counter(words_of(s))) - {*own}

    def _beside_a_lesson(self, words):
        """Who has these words but those that tell a lesson."""
        return {
            student
            for listed, students in self.by_words.items()
            if _is_beside(Counter(words), Counter(listed))
            for student in students
        }

    def _within(self, words):
        """Whose words all stand among these; of a name within another one the longer counts."""
        counted = Counter(words)
        held = {w: own for w, own in self.by_words.items() if not Counter(w) - counted}
        longest = {
            w: own
            for w, own in held.items()
            if not any(other != w and not Counter(w) - Counter(other) for other in held)
        }
        own = frozenset(student for students in longest.values() for student in students)
        listed = next(iter(longest), ())
        left = counted - Counter(listed)
        if len(own) != 1 or len(listed) < FEW or any(map(_is_letter, left)) or _has_digit(listed):
            return _Look()
        beside = tuple(w for w in sorted(left) if not _is_lesson(w) and w not in _title_words())
        return _Look(own, self._namesakes(listed, own), beside, guessed=True)


# ---- words


def _unmarked(name):
    """The words of a name without what tells namesakes apart; all, where nothing else is left."""
    words = words_of(BRACKETS.sub(" ", name))
    return tuple(word for word in words if not _is_mark(word)) or words_of(name)


def _is_mark(word):
    return word in MARKS or _is_letter(word) or _has_digit([word])


def _is_letter(word):
    """Whether it is one letter of a script with capitals: in others that may be a name."""
    return len(word) == 1 and word.upper() != word


def _is_beside(words, listed):
    """Whether what is left of the words is a lesson's; a number beside one in the name may be the
    name's."""
    left = words - listed
    if not listed or listed - words or not all(map(_is_lesson, left)):
        return False
    return not (_has_digit(left) and _has_digit(listed))


def _has_digit(words: Iterable[str]) -> bool:
    return any(letter.isdigit() for letter in "".join(words))


def _is_lesson(word):
    return word in BESIDE or _is_number(word)


def _is_number(word):
    """Whether it is the number of a page, with or without zeros in front."""
    return word.removeprefix("lesson").lstrip("0") in _numbers()


@cache
def _numbers():
    """The numbers of the pages, without zeros in front."""
    return {page.partition("_")[0].casefold().lstrip("0") for page in pages()}


@cache
def _title_words():
    """The words of the names of pages: some write only a part of them."""
    return {word for page in pages() for word in words_of(page.partition("_")[2])}
