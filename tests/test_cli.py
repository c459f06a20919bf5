"""The command line: what it promises in its help, one line for each mistake, and the exit status."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from conftest import ROOT

from toolkit import cli, folders, resources
from toolkit.cli import DONE, NOTHING, REMARKS, main
from toolkit.output import atomic

COMMANDS = tuple("report quotes corrections parties agency claims check agreement init lab notebooks".split())
STORY = "The mayor said on Monday that the bridge was safe. “Nobody was hurt,” she added.\n"
OTHER = "The union said that it would strike on Thursday, and that no ship would be unloaded before.\n"
Make = Callable[[dict[str, str | bytes]], Path]


@pytest.fixture
def make(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Make:
    """A folder `in` with the given files; the commands run beside it."""
    monkeypatch.chdir(tmp_path)

    def made(files: dict[str, str | bytes]) -> Path:
        (tmp_path / "in").mkdir(exist_ok=True)
        for name, content in files.items():
            (tmp_path / "in" / name).write_bytes(content if isinstance(content, bytes) else content.encode())
        return Path("in")

    return made


# Help


@pytest.mark.parametrize("command", ["", *COMMANDS])
def test_help_says_what_a_command_does_and_how_it_ends(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main([*command.split(), "--help"])
    out, err = capsys.readouterr()
    assert (ended.value.code, err) == (0, "")
    assert out.startswith(f"usage: source-bias {command}".rstrip())
    assert "Exit status: 0 done; 1 done, with inputs left out" in " ".join(out.split())
    assert all(name in out for name in COMMANDS) or command


@pytest.mark.parametrize("command", [[], ["report"], ["check"]])
def test_help_loads_nothing_heavy(command: list[str]) -> None:
    probe = f"import sys, toolkit.cli\ntry: toolkit.cli.main({[*command, '--help']})\nexcept SystemExit: pass\n"
    heavy = "numpy pandas pyarrow spacy nltk matplotlib onnxruntime distributed sqlite3 asyncio multiprocessing".split()
    probe += f"print(*(sys.modules.keys() & set({heavy})), file=sys.stderr)"
    done = subprocess.run([sys.executable, "-c", probe], capture_output=True, text=True, cwd=ROOT, check=True)
    assert done.stdout.startswith("usage: source-bias")
    assert done.stderr.split() == []


@pytest.mark.parametrize(
    "path", ["README.md", "toolkit/resources/templates/README.md", "data/khirbet-ammu-2020/README.md"]
)
def test_every_command_that_the_texts_name_is_there(path: str) -> None:
    named = set(re.findall(r"source-bias ([a-z]+)", (ROOT / path).read_text(encoding="utf-8")))
    assert named <= set(COMMANDS)


def test_the_installed_command_is_this_one() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert project["project"]["scripts"] == {"source-bias": f"{cli.__name__}:main"}


# Coders


def test_coders_are_compared_and_their_codes_written_side_by_side(
    make: Make, capsys: pytest.CaptureFixture[str]
) -> None:
    place = make({"anna.csv": "quote_id,content,frame\nq1,One.,blame\nq2,Two.,law\n"})
    pd.DataFrame({"quote_id": ["q2", "q1"], "frame": ["grief", "blame"]}).to_excel(place / "bea.xlsx", index=False)
    command = "agreement in/anna.csv in/bea.xlsx --value frame --beside content --out both.csv"
    assert main(command.split()) == DONE
    out, err = capsys.readouterr()
    assert "all alike on 50% of units" in out
    assert out.endswith("They differ on 1 unit: both.csv\n")
    assert err == ""
    rows = pd.read_csv("both.csv", keep_default_na=False)
    assert rows.columns.tolist() == ["quote_id", "content", "anna", "bea", "agree"]
    assert rows.loc[1, ["content", "anna", "bea"]].tolist() == ["Two.", "law", "grief"]


# Mistakes

BAD_INPUT: list[tuple[str, dict[str, str | bytes], str]] = [
    ("check nowhere", {}, "no file or folder nowhere"),
    ("agreement in/a.csv --value frame", {"a.csv": "quote_id,frame\nq,x\n"}, "takes two coders or more"),
    ("agreement in/a.csv in/b.csv --value frame", {}, "in/a.csv cannot be read as a CSV table"),
    ("report in", {}, "There is no article here"),
    ("report in", {"a.txt": ""}, "in/a.txt: it has no text"),
    ("quotes in --out q.csv", {"a.txt": b"\0\0"}, "NUL bytes"),
    ("report in/a.csv", {"a.csv": "day,rain\n1,2\n"}, "it has no column text (its columns are day, rain)"),
    ("check in", {"articles.csv": b"file\0"}, "in/articles.csv"),
    ("check in", {"articles.csv": "file\ngone.txt\n"}, "gone.txt: articles.csv names it, and it is not there"),
    ("check in --column text", {"a.txt": STORY}, "--column text is not of the form"),
    ("check in --column body=text", {"a.csv": "text\nOne.\n"}, "it has no column 'body' to rename"),
    ("report in --by owner", {"a.txt": STORY}, "no column 'owner' to compare by"),
    ("report in --parties p.csv", {"a.txt": STORY}, "--parties p.csv: there is no such file"),
    ("report in --codebook in", {"a.txt": STORY}, "--codebook in: there is no such file"),
    ("report in --jobs 0", {"a.txt": STORY}, "--jobs is 1 or more, not 0"),
    ("report in --engine local --scheduler tcp://a:1", {"a.txt": STORY}, "--engine local uses no --scheduler"),
    ("report in --scheduler=", {"a.txt": STORY}, "--scheduler is empty"),
    ("report in --jobs 2 --scheduler tcp://a:1", {"a.txt": STORY}, "--jobs starts processes here"),
    ("report in --no-cache --engine dask", {"a.txt": STORY}, "--no-cache is for one machine"),
    ("report in", {"a.txt": STORY, "parties.csv": "name,side\nx,y\n"}, "in/parties.csv has no column alias"),
    (
        "report in",
        {"a.txt": STORY, "parties.csv": "alias,party\na,b,c\n"},
        "in/parties.csv cannot be read as a CSV table (row 2 has 3 cells",
    ),
    ("report in", {"a.txt": STORY, "parties.csv": "alias,party\na,b\nA,c\n"}, "rows 2 and 3"),
    ("report in", {"a.txt": STORY, "parties.csv": ""}, "in/parties.csv has no column"),
    ("report in", {"a.txt": STORY, "parties.csv": b"alias,party\n\0,b\n"}, "save it as plain text in UTF-8"),
    ("report in", {"a.txt": STORY, "referents.csv": "x,y\n1,2\n"}, "in/referents.csv has no column phrase"),
    ("report in", {"a.txt": STORY, "quotes.csv": "speaker,quote,article_id\na,b,z\n"}, "in/quotes.csv, row 2"),
    ("report in", {"a.txt": STORY, "quotes.csv": "speaker\na\n"}, "in/quotes.csv has no column quote"),
    ("report in", {"a.txt": STORY, "codebook.yml": "version: 1\nframes: ["}, "in/codebook.yml, line"),
    ("report in", {"a.txt": STORY, "codebook.yml": "frames: []"}, "in/codebook.yml"),
    ("report in", {"a.txt": STORY, "codebook.yml": b"\xff"}, "in/codebook.yml is not UTF-8"),
    ("report in", {"a.txt": STORY, "claims.yml": "version: 1\npoints:\n- point: x\n"}, "in/claims.yml, point 'x'"),
    ("report in", {"a.csv": "text,language\nEs regnete.,de\n"}, "None of the articles is in English"),
    ("claims in --out c.csv", {"a.txt": STORY}, "No claims.yml lies in the input"),
    ("quotes in --out q.pdf", {"a.txt": STORY}, "use .csv, .jsonl, .parquet, .xlsx"),
    ("quotes in --out in/a.txt/q.csv", {"a.txt": STORY}, "cannot be written"),
    ("report in --out in/a.txt", {"a.txt": STORY}, "cannot be written"),
    ("init in", {"a.txt": STORY}, "in is there already and is not empty"),
    ("init in/a.txt", {"a.txt": STORY}, "is there already"),
    ("init in/a.txt/b", {"a.txt": STORY}, "in/a.txt"),
    ("lab in", {"a.txt": STORY}, "holds no notebooks"),
    ("notebooks in", {"a.txt": STORY}, "holds no notebooks"),
]


@pytest.mark.parametrize(("command", "files", "says"), BAD_INPUT, ids=[f"{c}: {s[:40]}" for c, _, s in BAD_INPUT])
def test_a_mistake_is_one_sentence_and_nothing_is_written(
    command: str, files: dict[str, str | bytes], says: str, make: Make, capsys: pytest.CaptureFixture[str]
) -> None:
    before = sorted(make(files).rglob("*"))
    assert main(command.split()) == NOTHING
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("source-bias: ")
    assert err.count("\n") == 1
    assert err.endswith((".\n", "my-event\n"))
    assert says in err
    assert sorted(Path("in").rglob("*")) == before
    assert [path.name for path in Path().iterdir()] == ["in"]


@pytest.mark.parametrize("command", ["", "nonsense", "report", "check", "quotes in", "init", "check --nothing in"])
def test_a_command_that_is_not_whole_names_what_it_misses(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(command.split())
    out, err = capsys.readouterr()
    assert (ended.value.code, out) == (NOTHING, "")
    assert "error: " in err.splitlines()[-1]


@pytest.mark.parametrize(
    ("error", "place"),
    [
        (PermissionError(13, "Permission denied", "in/a.txt"), "in/a.txt"),
        (OSError(28, "No space left on device"), tempfile.gettempdir()),
    ],
)
def test_what_the_system_refuses_is_one_sentence(
    error: OSError, place: str, make: Make, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr("toolkit.articles.read", refuse)
    assert main(["check", str(make({"a.txt": STORY}))]) == NOTHING
    err = capsys.readouterr().err
    assert str(error.strerror) in err
    assert place in err
    assert err.count("\n") == 1


def test_a_disk_that_is_full_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(OSError, match=r"No space left on device: 'out/q\.csv'"), atomic("out/q.csv"):
        raise OSError(28, "No space left on device")
    assert list(Path("out").iterdir()) == []


# What works


def test_whoever_reads_the_first_line_alone_is_not_told_of_a_fault() -> None:
    command = [sys.executable, "-m", "toolkit.cli", "check", str(ROOT / "data" / "harbour-strike")]
    buffered = {name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"}
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=buffered) as done:
        assert done.stdout
        assert done.stderr
        done.stdout.close()
        said = done.stderr.read()
    assert (done.returncode, said) == (DONE, b"")


def test_check_has_a_row_an_input_and_a_last_line_that_counts(make: Make, capsys: pytest.CaptureFixture[str]) -> None:
    manifest = "file,outlet,date\na.txt,A,2020-02-12\nb.txt,B,03/04/2020\nc.txt,C,\n"
    place = make(
        {"articles.csv": manifest, "a.txt": STORY, "b.txt": OTHER + "Advertisement\n", "c.txt": "", "d.txt": "x"}
    )
    assert main(["check", str(place)]) == REMARKS
    out, err = capsys.readouterr()
    *rows, mark, last = out.splitlines()
    assert err == ""
    assert {row.split("in/", 1)[1][:5]: row.split("  ", 1)[0] for row in rows} == {
        "a.txt": "loaded",
        "b.txt": "loaded with remarks",
        "c.txt": "left out",
        "d.txt": "left out",
    }
    assert mark.split(maxsplit=1) == ["marked", "b: advertisement, 'Advertisement'"]
    assert last == "2 articles loaded; 1 input with remarks; 2 left out. 1 stretch is marked as not the article."
    assert "'03/04/2020' is not clear" in out
    assert "articles.csv does not name it; add a row for it" in out


def test_check_shows_the_first_words_of_what_is_marked(make: Make, capsys: pytest.CaptureFixture[str]) -> None:
    line = "Read more: " + "a long headline about the bridge and the mayor, " * 3
    assert main(["check", str(make({"a.txt": f"{STORY}{line}\n"}))]) == DONE
    (shown,) = [row for row in capsys.readouterr().out.splitlines() if row.startswith("marked")]
    assert shown.endswith(f"{line[:60].rstrip()}…'")


def test_check_says_the_place_of_an_error_once(make: Make, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", str(make({"a.txt": STORY, "codebook.yml": "version: 1\nframes: ["}))]) == REMARKS
    (row,) = [row for row in capsys.readouterr().out.splitlines() if row.startswith("cannot be used")]
    assert row.count("codebook.yml") == 1


@pytest.mark.parametrize("command", ["check in", "quotes in --out q.csv"])
def test_missing_outlets_alone_are_one_line_and_no_fault(
    command: str, make: Make, capsys: pytest.CaptureFixture[str]
) -> None:
    make({"a.txt": STORY, "b.txt": OTHER})
    assert main(command.split()) == DONE
    said = "".join(capsys.readouterr()).splitlines()
    assert sum("no outlet is given for 2 of 2 articles" in row for row in said) == 1


def test_a_copy_is_worth_a_remark(make: Make, capsys: pytest.CaptureFixture[str]) -> None:
    manifest = "file,outlet\na.txt,A\nb.txt,B\n"
    assert main(["check", str(make({"articles.csv": manifest, "a.txt": STORY, "b.txt": STORY}))]) == REMARKS
    out = capsys.readouterr().out
    assert "in/b.txt: 100% of its words stand in a too: it is a copy" in out
    assert "2 articles loaded; 1 of them copies" in out


def test_check_is_content_where_all_is_well(make: Make, capsys: pytest.CaptureFixture[str]) -> None:
    place = make(
        {"articles.csv": "file,outlet\na.txt,A\n", "a.txt": STORY, "README.md": "Mine.", "parties.csv": "alias,party\n"}
    )
    assert main(["check", str(place)]) == DONE
    assert capsys.readouterr().out.splitlines()[-1].startswith("1 article loaded; 0 inputs with remarks; 0 left out.")


@pytest.mark.parametrize(("command", "column"), [("quotes", "content"), ("agency", "verb"), ("parties", "alias")])
@pytest.mark.parametrize("ending", [".csv", ".jsonl"])
def test_a_table_is_written_and_counted(
    command: str, column: str, ending: str, make: Make, capsys: pytest.CaptureFixture[str]
) -> None:
    place = make({"news.csv": f'outlet,Body\nA,"{STORY}"\nB,\n'})
    assert main([command, str(place), "--out", f"t{ending}", "--column", "Body=text"]) == REMARKS
    out, err = capsys.readouterr()
    frame = pd.read_csv("t.csv") if ending == ".csv" else pd.read_json("t.jsonl", lines=True)
    assert column in frame.columns
    assert re.match(rf"{len(frame)} \w+", out)
    assert f"t{ending}" in out
    assert "left out: in/news.csv, row 3: it has no text" in err


def test_what_was_read_is_kept_for_the_next_run_unless_not_wanted(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_BIAS_CACHE", "kept")
    place = make({"a.txt": STORY, "b.txt": OTHER})
    assert main(["quotes", str(place), "--out", "one.csv", "--no-cache"]) == DONE
    assert not Path("kept").exists()
    for name in ("two.csv", "three.csv"):
        assert main(["quotes", str(place), "--out", name]) == DONE
        assert Path(name).read_bytes() == Path("one.csv").read_bytes()
    assert [path.suffix for path in Path("kept").iterdir()] == [".sqlite"]


def test_a_new_folder_is_whole_and_runs_at_once(
    make: Make, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    make({})
    assert main(["init", "my event"]) == DONE
    assert "my event/README.md" in capsys.readouterr().out
    folder = Path("my event")
    assert {path.name for path in resources.path("templates").iterdir()} <= {path.name for path in folder.iterdir()}
    shipped = [path.name for path in sorted((ROOT / "notebooks").glob("[0-9][0-9]_*.ipynb"))]
    assert [path.name for path in folders.notebook_files(folder / "notebooks")] == shipped
    assert (folder / "data" / "khirbet-ammu-2020" / "articles.csv").is_file()
    assert main(["check", str(folder)]) == DONE
    monkeypatch.chdir(folder)
    assert main(["report", ".", "--out", "out"]) == DONE
    out, err = capsys.readouterr()
    assert err == ""
    assert "The report: out/report.html" in out
    assert Path("out/report.html").is_file()
    assert main(["check", "."]) == DONE
    assert main(["init", "."]) == NOTHING


def test_lab_opens_the_first_notebook(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    make({})
    assert main(["init", "mine"]) == DONE
    called: list[list[str]] = []
    monkeypatch.setattr(folders.subprocess, "call", lambda command, **_: called.append(command) or DONE)
    assert main(["lab", "mine"]) == DONE
    assert any(part.endswith("/lab/tree/notebooks/00_start_here.ipynb") for part in called[0])
    assert f"--ServerApp.root_dir={Path('mine').resolve()}" in called[0]


@pytest.mark.parametrize(("option", "kept"), [("", "what was read is kept"), (" --no-cache", "nothing is kept")])
def test_an_interruption_is_said_and_leaves_no_traceback(
    option: str, kept: str, make: Make, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def stop(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("toolkit.articles.read", stop)
    make({"a.txt": STORY})
    assert main(f"quotes in --out q.csv{option}".split()) == NOTHING
    assert f"interrupted; run it again: {kept}" in capsys.readouterr().err
