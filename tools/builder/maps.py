"""maps: the map of the lessons in a page, as the Time lines of the lessons say."""

import re

from tools.builder import places
from tools.builder.read import read
from tools.builder.reading import time_line

TIME = re.compile(r"\*\*Time\*\* (\d+) minutes of reading, (\d+) minutes .*?\*\*Needs\*\*(.*)")
TIME_LINE = re.compile(r"\*\*Time\*\* \d+ minutes of reading, \d+ minutes [^.\n]*\.")
ROW = re.compile(r"^(\| \[(\w{2,3}) [^|]*\|[^|]*\|) \d+ \| \d+ \|[^|\n]*\|$", re.MULTILINE)
SUM = re.compile(r"^(\| \*\*together\*\* \|[^|]*\|) \d+ \| \d+ \|", re.MULTILINE)


def write_times(text):
    """Put into the Time line of a lesson how long it takes."""
    page = text.read_text(encoding="utf-8")
    told = TIME_LINE.sub(time_line(read(text)), page)
    if told != page:
        text.write_text(told, encoding="utf-8")


def write_maps():
    """Put what the Time lines say into the map of every page that has one."""
    for page in places.MAPS:
        page.write_text(mapped(page.read_text(encoding="utf-8")), encoding="utf-8")


def times():
    """{lesson: (minutes of reading, minutes of exercises, the lessons that it needs)}, as the Time
    lines say."""
    told = {}
    for text in places.texts():
        found = TIME.search(text.read_text(encoding="utf-8"))
        if found:
            reading, exercises, needs = found.groups()
            between = " to " if ") to [" in needs else ", "
            needed = between.join(re.findall(r"\[(\d\db?)[ \]]", needs))
            told[places.number(text)] = (int(reading), int(exercises), needed)
    return told


def mapped(page):
    """The text of a page with its map of the lessons, the sum included, as the Time lines say."""
    told = times()

    def row(match):
        if match[2] not in told:
            return match[0]
        reading, exercises, needs = told[match[2]]
        return f"{match[1]} {reading} | {exercises} |{' ' * bool(needs)}{needs} |"

    reading, exercises, _ = zip(*told.values())
    return SUM.sub(rf"\1 {sum(reading)} | {sum(exercises)} |", ROW.sub(row, page))


def table(page):
    """The map of the lessons in the text of a page, as Markdown."""
    return re.search(r"^\| lesson \|.*?(?=\n\n|\Z)", page, re.MULTILINE | re.DOTALL)[0]


def map_problems(path):
    """Where the map of the lessons in a page is not what the lessons say."""
    page = path.read_text(encoding="utf-8")
    rows = {match[2] for match in ROW.finditer(page)}
    missing = sorted(times().keys() - rows)
    pairs = zip(page.splitlines(), mapped(page).splitlines())
    return [
        *(f"{path.name}: the map has no row for lesson {number}" for number in missing),
        *(f"{path.name}: the map says {a!r}, wanted {b!r}: run map" for a, b in pairs if a != b),
    ]
