"""Tables: what spreadsheets write is read, and what cannot be read is told with its line."""

import pytest

from teaching.files import Refused, read_table, write_table


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_tables_of_any_country_are_read(separator, encoding, tmp_path):
    path = tmp_path / "class.csv"
    lines = ["Name", "Answer"], ["Łucja", " 3 "], ["", ""], ["Zoë"]
    path.write_text("\r\n".join(map(separator.join, lines)), encoding=encoding)
    read = [{"name": "Łucja", "answer": "3"}, {"name": "Zoë", "answer": ""}]
    assert read_table(path, ["answer", "name"]) == read


def test_what_is_written_is_read_again_and_no_text_becomes_a_formula(tmp_path):
    path = tmp_path / "out.csv"
    write_table(path, ["name", "points"], [["=1+1", -2], ['O"Neil, 李', 0.5]])
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    read = [{"name": "'=1+1", "points": "-2"}, {"name": 'O"Neil, 李', "points": "0.5"}]
    assert read_table(path, ["name", "points"]) == read


@pytest.mark.parametrize(
    "content, told",
    [
        (b"name,points\nA,1,2\n", "line 2: 3 cells under 2 columns"),
        (b"who,points\nA,1\n", "line 1: no column name; the columns are who, points"),
        (b"", "line 1: no column name; the columns are none"),
        ("name\nZoë".encode("latin-1"), "is not in UTF-8"),
    ],
)
def test_what_cannot_be_read_is_told(content, told, tmp_path):
    path = tmp_path / "class.csv"
    path.write_bytes(content)
    with pytest.raises(Refused, match=told):
        read_table(path, ["name"])
    with pytest.raises(Refused, match="cannot be read"):
        read_table(tmp_path / "nothing.csv", ["name"])


def test_an_answer_of_several_lines_stays_whole(tmp_path):
    path = tmp_path / "class.csv"
    path.write_bytes(b'name;points\r\nA;"0\r\n6"\r\nB;1\r\n')
    assert [row["points"].split() for row in read_table(path, ["name"])] == [["0", "6"], ["1"]]
