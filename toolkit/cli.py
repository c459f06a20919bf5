"""The command line: arguments in, one-sentence errors and an exit status out."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .articles import Loaded
    from .files import Files
    from .readers.records import Finding
    from .schema import Parts
    from .stages import Tables
    from .workers import Engine

DONE, REMARKS, NOTHING = 0, 1, 2
_SHOWN = 60  # characters of a marked stretch
_EPILOG = "Exit status: 0 done; 1 done, with inputs left out or worth a remark, each named; 2 nothing could be done."


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit status: 0 done, 1 done with remarks, 2 nothing could be done."""
    os.environ.setdefault("ARROW_DEFAULT_MEMORY_POOL", "system")  # Arrow's own keeps a seventh more of many articles
    arguments = _parser().parse_args(argv)
    from .schema import InputError

    try:
        status: int = arguments.command(arguments)
        sys.stdout.flush()
        return status
    except InputError as error:
        print(_plain(f"source-bias: {error}"), file=sys.stderr)
    except BrokenPipeError:  # whoever reads it, as `head`, has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # so that the end of Python does not complain
        return DONE
    except OSError as error:
        print(_plain(f"source-bias: {_place(error)}: {error.strerror}; choose another place."), file=sys.stderr)
    except KeyboardInterrupt:
        kept = "nothing" if getattr(arguments, "no_cache", False) else "what was read"
        told = f"{kept} is kept, and some of the output may be from an earlier run"
        print(f"source-bias: interrupted; run it again: {told}.", file=sys.stderr)
    return NOTHING


def _place(error: OSError) -> str:
    """Where an error of the disk happened; what fills up without a name is the system's folder for passing files."""
    import errno
    import tempfile

    nameless = f"the folder for temporary files ({tempfile.gettempdir()})" if error.errno == errno.ENOSPC else "a file"
    return str(error.filename or nameless)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="source-bias",
        description="Compare how different sources tell the same event: framing, sentiment and wording, with evidence.",
        epilog=_EPILOG,
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    report = _command(commands, "report", _report, "the whole comparison as one HTML page, with charts and tables")
    _inputs(report)
    report.add_argument("--out", type=Path, default=Path("out"), metavar="DIR", help="where to write (out)")
    report.add_argument(
        "--by", metavar="party|outlet|COLUMN", help="the groups compared (party, if there is a party table)"
    )
    report.add_argument("--codebook", type=Path, metavar="F", help="frames to look for (codebook.yml)")
    report.add_argument("--claims", type=Path, metavar="F", help="points the accounts part on (claims.yml)")
    for name, function, what in (
        ("quotes", _quotes, "the quotes table, all acts"),
        ("corrections", _corrections, "a sheet of the quotes, to be corrected by hand"),
        ("parties", _parties, "a first alias table to edit"),
        ("agency", _agency, "who does what to whom, in which voice"),
        ("claims", _claims, "what each account says on each point"),
    ):
        command = _command(commands, name, function, what)
        _inputs(command)
        written = "a .xlsx or .csv file" if name == "corrections" else "a .csv, .jsonl, .parquet or .xlsx file"
        command.add_argument("--out", type=Path, required=True, metavar="F", help=written)
        if name == "claims":
            command.add_argument("--claims", type=Path, metavar="F", help="points the accounts part on (claims.yml)")
    check = _command(commands, "check", _check, "what would be loaded, what skipped and why")
    check.add_argument("input", nargs="+", type=Path, metavar="INPUT", help="folders and files of articles")
    check.add_argument("--out", type=Path, metavar="F", help="the same as a .csv, .jsonl, .parquet or .xlsx table")
    _columns(check)
    init = _command(commands, "init", _init, "a folder of one's own: templates, notebooks, an example")
    init.add_argument("dir", type=Path, metavar="DIR", help="the folder to make")
    lab = _command(commands, "lab", _lab, "JupyterLab on the notebooks")
    lab.add_argument("dir", nargs="?", type=Path, metavar="DIR", help="the folder to open")
    agreement = _command(commands, "agreement", _agreement, "how far people who coded the same quotes agree")
    agreement.add_argument("table", nargs="+", type=Path, metavar="TABLE", help="each coder's table (.csv, .xlsx)")
    agreement.add_argument("--value", required=True, metavar="COLUMN", help="the column with the codes")
    agreement.add_argument("--unit", default="quote_id", metavar="COLUMN", help="what was coded (quote_id)")
    agreement.add_argument(
        "--level", default="nominal", metavar="L", help="nominal, ordinal, interval, ratio (nominal)"
    )
    agreement.add_argument(
        "--beside", action="append", default=[], metavar="COLUMN", help="show this column with each unit: content"
    )
    agreement.add_argument("--out", type=Path, metavar="F", help="write the codes side by side")
    notebooks = _command(commands, "notebooks", _notebooks, "run the notebooks and write them as HTML")
    notebooks.add_argument("dir", nargs="?", type=Path, metavar="DIR", help="a folder of notebooks (the example's)")
    notebooks.add_argument("--out", type=Path, default=Path("out"), metavar="DIR", help="where to write (out)")
    return parser


def _command(
    commands: argparse._SubParsersAction[argparse.ArgumentParser],
    name: str,
    function: Callable[[argparse.Namespace], int],
    what: str,
) -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = commands.add_parser(
        name, help=what, description=what.capitalize() + ".", epilog=_EPILOG
    )
    parser.set_defaults(command=function)
    return parser


def _inputs(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("input", nargs="+", type=Path, metavar="INPUT", help="folders and files of articles")
    parser.add_argument("--parties", type=Path, metavar="F", help="the alias table (parties.csv)")
    parser.add_argument(
        "--referents", type=Path, metavar="F", help="words for the same people or thing (referents.csv)"
    )
    parser.add_argument("--quotes", type=Path, metavar="F", help="quotes gathered by hand (quotes.csv)")
    parser.add_argument(
        "--corrections", type=Path, metavar="F", help="a corrected sheet of the quotes (corrections.xlsx)"
    )
    _columns(parser)
    how = parser.add_argument_group("where the work is done; the results are the same")
    how.add_argument("--jobs", type=int, metavar="N", help="processes at once (one a core, at most 8)")
    how.add_argument("--no-cache", action="store_true", help="read every article anew, and keep nothing for next time")
    how.add_argument("--engine", choices=("local", "dask"), help="dask: a cluster, see docs/scale.md (local)")
    how.add_argument("--scheduler", metavar="tcp://HOST:PORT", help="the cluster's address (one is started here)")


def _columns(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--column",
        action="append",
        default=[],
        metavar="NAME=text",
        help="read a table's column NAME as text, outlet, ...",
    )


def _renamed(arguments: argparse.Namespace) -> dict[str, str]:
    from .schema import InputError

    pairs = [given.partition("=") for given in arguments.column]
    for name, sign, ours in pairs:
        if not (name and sign and ours):
            raise InputError(f"--column {name}{sign}{ours} is not of the form NAME=text; write --column body=text.")
    return {name: ours for name, _, ours in pairs}


def _files(arguments: argparse.Namespace) -> Files:
    from .files import NAMES, Files, option
    from .schema import InputError

    given = {kind: getattr(arguments, option(kind), None) for kind in NAMES}
    for kind, path in given.items():
        if path is not None and not path.is_file():
            raise InputError(f"--{option(kind)} {path}: there is no such file; check the name.")
    return Files(**given).found_in(arguments.input)


def _load(arguments: argparse.Namespace) -> Loaded:
    from .articles import read

    return read(arguments.input, columns=_renamed(arguments))


def _engine(arguments: argparse.Namespace) -> Engine:
    """What does the work, as the arguments ask. Dask keeps what is finished beside the output."""
    from .cache import Cache
    from .schema import InputError
    from .workers import Local, all_cores

    if arguments.jobs is not None and arguments.jobs < 1:
        raise InputError(f"--jobs is 1 or more, not {arguments.jobs}.")
    if arguments.scheduler == "":
        raise InputError("--scheduler is empty; give the cluster's address, as tcp://HOST:PORT, or leave it out.")
    if arguments.scheduler or arguments.engine == "dask":
        from .scale import Dask

        for useless, why in (
            (arguments.engine == "local", "--engine local uses no --scheduler"),
            (arguments.scheduler and arguments.jobs, "--jobs starts processes here, and a --scheduler has its own"),
            (
                arguments.no_cache,
                "--no-cache is for one machine, and Dask's finished partitions are kept to go on from",
            ),
        ):
            if useless:
                raise InputError(f"{why}; leave one of them out.")

        out = arguments.out / "report" if arguments.command is _report else arguments.out
        return Dask(arguments.scheduler, out.with_name(f"{out.stem}.partitions"), arguments.jobs)
    return Local(arguments.jobs or all_cores(), None if arguments.no_cache else Cache())


def _status(loaded: Loaded, quotes: Parts, engine: Engine) -> int:
    """Say what was left out and what is worth knowing; 1 where something was left out or read with a remark, else 0."""
    from .corrections import misfits

    unread = list(engine.left_out)
    for finding in [*loaded.left_out(), *unread, *loaded.remarks(), *loaded.worth_knowing()]:
        print(_plain(f"{finding.status}: {finding.input}: {finding.reason}"), file=sys.stderr)
    for misfit in misfits(quotes):
        print(misfit, file=sys.stderr)
    return REMARKS if loaded.left_out() or unread or loaded.remarks() or misfits(quotes) else DONE


def _report(arguments: argparse.Namespace) -> int:
    from .pipeline import analyse
    from .report import write_report

    loaded, files, engine = _load(arguments), _files(arguments), _engine(arguments)
    found = analyse(loaded, files, by=arguments.by, engine=engine)
    page = write_report(found, arguments.out)
    status = _status(loaded, found.tables["quotes"], engine)
    print(f"Used beside the articles: {', '.join(map(str, files.given().values())) or 'nothing'}")
    print(f"The report: {page}")
    print(f"Charts and tables: {arguments.out / 'charts'}, {arguments.out / 'tables'}")
    return status


def _read(arguments: argparse.Namespace, wanted: str) -> tuple[Loaded, Tables, Engine]:
    """The articles, their tables with the quotes as the person corrected them, and what did the work."""
    from .pipeline import read_tables

    loaded, engine = _load(arguments), _engine(arguments)
    return loaded, read_tables(loaded.articles, _files(arguments), engine, wanted), engine


def _quotes(arguments: argparse.Namespace) -> int:
    from .output import write_table
    from .schema import count

    loaded, found, engine = _read(arguments, "quotes")
    path = write_table(found["quotes"], arguments.out)
    print(f"{count(found['quotes'].rows(), 'quote')} of {count(len(loaded.articles), 'article')}: {path}")
    return _status(loaded, found["quotes"], engine)


def _corrections(arguments: argparse.Namespace) -> int:
    from .corrections import write_corrections
    from .schema import count

    loaded, found, engine = _read(arguments, "quotes")
    quotes = found["quotes"].joined()
    path = write_corrections(quotes, arguments.out)
    print(f"{count(len(quotes), 'quote')}; edit the coloured columns, and give it back with --corrections: {path}")
    return _status(loaded, found["quotes"], engine)


def _parties(arguments: argparse.Namespace) -> int:
    from .entities import suggest_parties
    from .output import write_table
    from .schema import count

    loaded, found, engine = _read(arguments, "quotes")
    table = suggest_parties(found["quotes"].joined())
    print(f"{count(len(table), 'name')}; fill in the column party: {write_table(table, arguments.out)}")
    return _status(loaded, found["quotes"], engine)


def _agency(arguments: argparse.Namespace) -> int:
    from .output import write_table
    from .schema import count

    loaded, found, engine = _read(arguments, "agency")
    told = f"{count(found['agency'].rows(), 'event')} of {count(len(loaded.articles), 'article')}"
    print(f"{told}: {write_table(found['agency'], arguments.out)}")
    return _status(loaded, found["quotes"], engine)


def _claims(arguments: argparse.Namespace) -> int:
    from .output import write_table
    from .schema import InputError, count

    if _files(arguments).claims is None:
        raise InputError("No claims.yml lies in the input and none is named; name one with --claims.")
    loaded, found, engine = _read(arguments, "claims")
    print(f"{count(found['claims'].rows(), 'row')}: {write_table(found['claims'], arguments.out)}")
    return _status(loaded, found["quotes"], engine)


def _check(arguments: argparse.Namespace) -> int:
    from .articles import NothingLoadedError
    from .files import Files
    from .files import check as check_files

    try:
        loaded = _load(arguments)
    except NothingLoadedError as error:
        if len(error.findings) > 1:
            _show(error.findings, arguments.out)
        raise
    own = check_files(Files().found_in(arguments.input), loaded.articles)
    known = {finding.input for finding in own}
    _show([*(f for f in loaded.findings if f.input not in known), *own], arguments.out)
    print(f"{_counts(loaded)} {_show_marks(loaded)}")
    broken = any(finding.status != "used" for finding in own)
    return REMARKS if loaded.left_out() or loaded.remarks() or broken else DONE


def _show(findings: Sequence[Finding], out: Path | None) -> None:
    """A line an input, and the same as a table where one is asked for."""
    for finding in findings:
        told = "; ".join(part for part in (finding.reason, finding.action) if part)
        place = "" if told.startswith(finding.input) else finding.input + (": " if told else "")
        print(f"{finding.status:<20} {_plain(place + told)}")
    if out is None:
        return
    import pandas as pd

    from .output import write_table

    rows = [(f.status, f.file(), f.place, f.reason, f.action) for f in findings]
    write_table(pd.DataFrame(rows, columns=["status", "input", "place", "reason", "what_to_do"]), out)


def _counts(loaded: Loaded) -> str:
    from .schema import count

    groups = loaded.articles["copy_group"].dropna()
    copies = f"; {len(groups) - groups.nunique()} of them copies" if len(groups) else ""
    articles, inputs = count(len(loaded.articles), "article"), count(len(loaded.remarks()), "input")
    return f"{articles} loaded{copies}; {inputs} with remarks; {len(loaded.left_out())} left out."


def _show_marks(loaded: Loaded) -> str:
    """A line for each stretch that is not the article, and how many there are."""
    from .schema import count, records

    marks = [(a["article_id"], why, a["text"][s:e]) for a in records(loaded.articles) for s, e, why in a["skip"]]
    for article_id, why, words in marks:
        print(f"{'marked':<20} {_plain(article_id)}: {why}, {_first(words)}")
    return f"{count(len(marks), 'stretch is marked', 'stretches are marked')} as not the article."


def _plain(words: str) -> str:
    """The words without what would steer a terminal or begin a line of its own."""
    return "".join(char if char.isprintable() else "?" for char in words)


def _first(words: str) -> str:
    """The first words of a marked stretch, on one line."""
    line = " ".join(words.split())
    return repr(line if len(line) <= _SHOWN else line[:_SHOWN].rstrip() + "…")


def _agreement(arguments: argparse.Namespace) -> int:
    from .agreement import measure_agreement
    from .output import write_table
    from .schema import count

    names = [path.stem for path in arguments.table]
    names = names if len(set(names)) == len(names) else list(map(str, arguments.table))
    coders = dict(zip(names, arguments.table, strict=True))
    columns = {name: getattr(arguments, name) for name in ("value", "unit", "level", "beside")}
    found = measure_agreement(coders, **columns)
    print(*map(_plain, str(found).splitlines()), sep="\n")
    differing = count(len(found.disagreements()), "unit")
    print(f"They differ on {differing}" + (f": {write_table(found.table, arguments.out)}" if arguments.out else "."))
    return DONE


def _init(arguments: argparse.Namespace) -> int:
    from .folders import make_folder

    made = make_folder(arguments.dir)
    print(f"Made {made}. Read {made / 'README.md'} first; then: source-bias report {made} --out {made / 'out'}")
    return DONE


def _lab(arguments: argparse.Namespace) -> int:
    from .folders import open_lab

    return open_lab(arguments.dir)


def _notebooks(arguments: argparse.Namespace) -> int:
    from .folders import run_notebooks
    from .schema import count

    pages = run_notebooks(arguments.dir, arguments.out)
    print(f"{count(len(pages), 'notebook')}: {pages[0].parent}")
    return DONE


if __name__ == "__main__":
    sys.exit(main())
