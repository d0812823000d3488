"""The one entry point of the teacher's commands."""

import stat
import subprocess
import sys

import pytest

from teaching.__main__ import COMMANDS, main
from tests.project.tree import ROOT
from tests.teaching.handed_in import answered, notebook, stored

PAGE = "03_weigh_the_kernel"


def test_every_command_has_help(capsys):
    with pytest.raises(SystemExit, match="0"):
        main("--help")
    told = capsys.readouterr().out
    for name in COMMANDS:
        assert name in told


@pytest.mark.parametrize("name", [name for name in COMMANDS if name != "exercises"])
def test_who_writes_tables_can_write_them_with_semicolons(name, capsys):
    with pytest.raises(SystemExit, match="0"):
        main(name, "--help")
    assert "with semicolons and decimal commas" in " ".join(capsys.readouterr().out.split())


def test_a_folder_that_cannot_be_made_is_told(tmp_path, capsys):
    (tmp_path / "class.txt").write_text("Ada", encoding="utf-8")
    (tmp_path / "out").write_text("", encoding="utf-8")
    assert main("logins", str(tmp_path / "class.txt"), str(tmp_path / "out")) == 1
    assert capsys.readouterr().err == f"{tmp_path / 'out'}: File exists\n"


def test_a_command_loads_no_other():
    code = "import sys; from teaching.__main__ import main; main('collect', 'nowhere'); "
    code += "sys.exit('numpy' in sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT)


def test_what_is_written_is_read_by_nobody_else(tmp_path):
    folder = tmp_path / "class"
    stored(folder / "Ada" / "x.ipynb", notebook(PAGE, {"3.4": answered("3.4")}))
    assert main("collect", str(folder)) == 0
    out = tmp_path / "class_collected"
    assert {stat.S_IMODE(path.stat().st_mode) for path in out.iterdir()} == {0o600}
    assert stat.S_IMODE(out.stat().st_mode) == 0o700


def test_who_reads_only_the_first_lines_gets_all_files(tmp_path):
    folder = tmp_path / "class"
    for n in range(70):
        answers = {"3.4": answered("3.4")}
        stored(folder / f"{n} {'x' * 200}" / "x.ipynb", notebook(PAGE, answers))
    command = f"'{sys.executable}' -m teaching collect '{folder}' | head -n 1"
    told = subprocess.run(command, shell=True, cwd=ROOT, capture_output=True, text=True)
    assert told.stdout.startswith("R right") and told.stderr == ""
    assert (tmp_path / "class_collected" / "heat_map.html").exists()
