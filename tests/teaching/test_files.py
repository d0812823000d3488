"""Tables: what spreadsheets write is read, and what cannot be read is told with its line."""

import csv

import pytest

from cnnlib import typed
from teaching import blanks
from teaching.__main__ import STOPPED, main
from teaching.files import Refused, read_table, semicolons, write_table


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_tables_of_any_country_are_read(separator, encoding, tmp_path):
    path = tmp_path / "class.csv"
    lines = ["Name", "Answer"], ["Łucja", " 3 "], ["", ""], ["Zoë"]
    path.write_text("\r\n".join(map(separator.join, lines)), encoding=encoding)
    read = [{"name": "Łucja", "answer": "3"}, {"name": "Zoë", "answer": ""}]
    assert read_table(path, ["answer", "name"]) == read


def test_the_dashes_of_tables_are_those_of_numbers():
    assert blanks.DASHES == typed.DASHES


def test_what_is_written_is_read_again(tmp_path):
    path = tmp_path / "out.csv"
    write_table(path, ["name", "points"], [["=1+1", -2], ['O"Neil, 李', 0.5], ["Zoë", None]])
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    rows = read_table(path, ["name", "points"])
    assert [[*row.values()] for row in rows] == [
        ["=1+1", "-2"],
        ['O"Neil, 李', "0.5"],
        ["Zoë", ""],
    ]
    assert [(row.path, row.line) for row in rows] == [(path, 2), (path, 3), (path, 4)]


ACTIVE = {
    "=1+1": "'=1+1",
    "@SUM(1, -2, -B1)": "'@SUM(1, -2, '-B1)",
    "+1+cmd|' /C calc'!A0": "'+1+cmd|' /C calc'!A0",
    "-1-1": "'-1-1",
    "5; =A1": "5; '=A1",
    '5";\t=A1': "5\";\t'=A1",
    "5\n=A1": "5\n'=A1",
    "＝1": "'＝1",
    "-": "'-",
    "'=1": "''=1",
    "''-3": "'''-3",
    "a,'-3": "a,''-3",
}
TAME = ["-3", "+0.25", "-1e-3", "-2,5", "−3; 0", "-3; -1", "3-1", "'quoted'", "1=1", "", "'"]


@pytest.mark.parametrize("as_in_germany", [False, True])
def test_no_text_becomes_a_formula_and_numbers_stay_numbers(as_in_germany, tmp_path):
    path = tmp_path / "out.csv"
    with semicolons(as_in_germany):
        write_table(path, ["a", "n"], [[text, 1] for text in (*ACTIVE, *TAME)])
    wanted = [text.replace("+0.25", "+0,25" if as_in_germany else "+0.25") for text in TAME]
    assert [row["a"] for row in read_table(path, ["a"])] == [*ACTIVE, *wanted]
    with path.open(encoding="utf-8-sig", newline="") as file:
        cells = [row[0] for row in csv.reader(file, delimiter=";" if as_in_germany else ",")][1:]
    assert cells == [*ACTIVE.values(), *wanted]


def test_semicolons_come_with_decimal_commas(tmp_path):
    path = tmp_path / "out.csv"
    with semicolons(True):
        write_table(
            path,
            ["name", "gain"],
            [["A; B", 0.5], ["C", "−0.06"], ["v1.2", "1.2.3"], ["D", "–0.5"]],
        )
    text = path.read_text(encoding="utf-8-sig")
    assert text.splitlines() == ["name;gain", '"A; B";0,5', "C;−0,06", "v1.2;1.2.3", "D;–0,5"]
    with semicolons(True):
        write_table(path, ["answer"], [["1; 2.5; -0.5"], ["a; 2.5"]])
    assert [row["answer"] for row in read_table(path, [])] == ["1; 2,5; -0,5", "a; 2.5"]


def test_the_number_of_an_exercise_has_no_decimal_comma(tmp_path):
    path = tmp_path / "out.csv"
    with semicolons(True):
        write_table(path, ["exercise", "question", "gain"], [["3.1", "7.10", "0.5"]])
    assert path.read_text(encoding="utf-8-sig").splitlines()[1] == "3.1;7.10;0,5"


@pytest.mark.parametrize(
    "content, told",
    [
        (b"name,points\nA,1,2\n", "line 2: 3 cells under 2 columns"),
        (b"name,points\nA,1\n\nB,1,,x\n", "line 4: 4 cells under 2 columns"),
        (b"name,3a, 3A\n", "line 1: two columns are called 3a"),
        (b'name,points\nA,1\n\nB,"5\nC,4\n', "line 4: .*is a quotation mark missing?"),
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


def test_a_workbook_is_no_table(tmp_path):
    with pytest.raises(Refused, match="class.xlsx is a workbook: save it as 'CSV UTF-8'"):
        read_table(tmp_path / "class.xlsx", ["name"])


def test_empty_cells_behind_the_last_column_do_not_matter(tmp_path):
    path = tmp_path / "class.csv"
    path.write_bytes(b"name,points,,\rA,1,,,\r,,,,,\r")
    assert read_table(path, ["name"]) == [{"name": "A", "points": "1", "": ""}]


def test_the_line_that_tells_excel_the_separator_is_no_row(tmp_path):
    path = tmp_path / "class.csv"
    path.write_bytes(b"sep=;\r\nname;note\r\nA;1,2,3\r\n")
    (row,) = read_table(path, ["name"])
    assert row == {"name": "A", "note": "1,2,3"} and row.line == 3
    with pytest.raises(Refused, match="line 2: no column points"):
        read_table(path, ["points"])


def test_an_answer_of_several_lines_stays_whole(tmp_path):
    path = tmp_path / "class.csv"
    path.write_bytes(b'name;points\r\nA;"0\r\n6"\r\nB;1\r\n')
    assert [row["points"].split() for row in read_table(path, ["name"])] == [["0", "6"], ["1"]]


def test_a_command_that_is_stopped_says_so(monkeypatch, tmp_path, capsys):
    def stopped(*_):
        raise KeyboardInterrupt

    (tmp_path / "class.txt").write_text("Ada\n", encoding="utf-8")
    monkeypatch.setattr("teaching.people.class_list", stopped)
    command = ["worksheets", str(tmp_path / "class.txt"), str(tmp_path), "--word", "w"]
    assert main(*command, "--lessons", "04") == STOPPED
    assert "Stopped." in capsys.readouterr().err
