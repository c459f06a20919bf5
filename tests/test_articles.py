"""Reading: what a file, a folder, a table or a pasted page becomes, and what is said of what was left out."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pandas as pd
import pytest
import sample_files as sample
from conftest import ROOT
from hypothesis import given
from hypothesis import strategies as st

from toolkit import articles, schema
from toolkit.articles import Loaded, article_from_text, load_articles, read
from toolkit.schema import InputError

EXAMPLE = ROOT / "data" / "khirbet-ammu-2020"
TEXT = "The harbour office said on Monday that the crane was in order.\r\n\r\nNobody was hurt.\n"
Folder = Callable[[dict[str, str | bytes]], Path]


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    """A folder with the given files in it."""

    def make(files: dict[str, str | bytes]) -> Path:
        for name, content in files.items():
            path = tmp_path / "in" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return tmp_path / "in"

    return make


def told(loaded: Loaded, name: str) -> tuple[str, str]:
    """Status and reason of the one finding whose input ends in `name`."""
    (found,) = [finding for finding in loaded.findings if finding.input.endswith(name)]
    return found.status, found.reason


def refused(action: Callable[[], object]) -> str:
    """The message of the refusal: one sentence that ends in a full stop and holds no line break."""
    with pytest.raises(InputError) as caught:
        action()
    message = str(caught.value)
    assert message.endswith(".")
    assert "\n" not in message
    return message


# Folders without a manifest


def test_a_folder_is_walked_in_order_and_what_is_no_article_is_set_aside(folder: Folder) -> None:
    own = ["README.md", "readme.txt", "LICENSE", "parties.csv", "referents.csv", "quotes.csv", "claims.yml"]
    own += ["codebook.yml", "corrections.csv", "quotes.xlsx"]
    own += [".hidden.txt", "~$draft.docx", "__MACOSX", "out", "b_files", "note.ipynb"]
    inner = {"__MACOSX/x.txt": TEXT, "out/b.txt": TEXT, "b_files/frame.html": TEXT, "b.html": sample.page()}
    files: dict[str, str | bytes] = dict.fromkeys(own[:-4] + own[-1:], TEXT)
    loaded = read([folder({**files, **inner, "a/z.md": TEXT, "c.text": TEXT})])
    assert list(loaded.articles["article_id"]) == ["z", "b", "c"]
    assert list(loaded.articles["outlet"]) == ["a", "Invented Gazette", "c"]
    aside = {Path(finding.input).name for finding in loaded.findings if finding.status == "set aside"}
    assert aside == set(own)
    assert not loaded.left_out()


def test_a_report_written_into_the_folder_is_not_read_again(folder: Folder) -> None:
    place = folder({"a.txt": TEXT, "report.html": "<p>", "charts/x.alt.txt": TEXT, "tables/measures.csv": "text\nword"})
    other = {"results/report.html": "<p>", "results/charts/x.alt.txt": TEXT, "results/tables/agency.csv": "verb\nfire"}
    loaded = read([folder({**other, "a.txt": TEXT})])
    assert place.is_dir()
    assert list(loaded.articles["article_id"]) == ["a"]
    assert not loaded.left_out()


def test_unknown_endings_and_tables_without_text_are_left_out_and_named(folder: Folder) -> None:
    loaded = read([folder({"a.txt": TEXT, "photo.jpeg": b"\xff\xd8", "noend": TEXT, "stray.csv": "day,rain\n1,2\n"})])
    assert list(loaded.articles["article_id"]) == ["a"]
    assert [Path(f.input).name for f in loaded.left_out()] == ["noend", "photo.jpeg", "stray.csv"]
    assert "its columns are day, rain" in told(loaded, "stray.csv")[1]
    assert len(schema.notes_of(loaded.articles)) == 3


def test_links_that_lead_elsewhere_are_named_and_do_not_loop(folder: Folder) -> None:
    place = folder({"a.txt": TEXT})
    (place / "loop").symlink_to(place)
    (place / "gone.txt").symlink_to(place / "nowhere.txt")
    (place / "self.txt").symlink_to(place / "self.txt")
    loaded = read([place])
    assert list(loaded.articles["article_id"]) == ["a"]
    assert {Path(f.input).name for f in loaded.left_out()} == {"loop", "gone.txt", "self.txt"}


def test_a_file_that_may_not_be_read_is_left_out(folder: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    place = folder({"a.txt": TEXT, "secret.txt": TEXT})
    whole = Path.read_bytes

    def guarded(self: Path) -> bytes:
        if self.name == "secret.txt":
            raise PermissionError(13, "Permission denied", str(self))
        return whole(self)

    monkeypatch.setattr(Path, "read_bytes", guarded)
    assert told(read([place]), "secret.txt") == ("left out", "it cannot be opened (Permission denied)")


def test_another_collection_inside_is_left_out(folder: Folder) -> None:
    loaded = read([folder({"a.txt": TEXT, "old/articles.csv": "file\nb.txt\n", "old/b.txt": TEXT})])
    assert list(loaded.articles["article_id"]) == ["a"]
    assert told(loaded, "old") == ("left out", "it has an articles.csv of its own")


@pytest.mark.parametrize(
    ("files", "says"),
    [
        ({"README.md": TEXT}, "no article here"),
        ({"a.txt": ""}, "it has no text"),
        ({"a.txt": " \r\n\t"}, "it has no text"),
        ({"a.txt": "!!! … —"}, "it holds no word"),
        ({"a.txt": "Advertisement\nRead more: Example\n"}, "nothing but what is not an article (advertisement, link)"),
        ({"a.rtf": b"{"}, ".rtf is not a format that is read; save it as .docx"),
        ({"a.xyz": b"PK"}, ".xyz is not a format that is read; use .txt, .text, .md"),
        ({"a.csv": ""}, "no column text"),
        ({"a.csv": "text\n"}, "it has a header and no rows"),
        ({"articles.csv": "file,outlet\n"}, "no article here"),
        ({"articles.csv": b"file\0"}, "articles.csv: it holds NUL bytes"),
    ],
)
def test_where_there_is_no_article_one_sentence_says_why(
    files: dict[str, str | bytes], says: str, folder: Folder
) -> None:
    assert says in refused(lambda: load_articles(folder(files)))


def test_an_empty_folder_and_a_missing_one(tmp_path: Path) -> None:
    assert "no article here" in refused(lambda: load_articles(tmp_path))
    assert "no file or folder" in refused(lambda: load_articles(tmp_path / "nowhere"))
    for given_text in (TEXT, TEXT * 100, "a\0b"):
        assert len(refused(lambda given_text=given_text: load_articles(given_text))) < 300


def test_the_folder_beside_a_page_is_set_aside_whatever_the_case_of_its_ending(folder: Folder) -> None:
    loaded = read([folder({"Page.HTM": sample.page(), "Page_files/frame.html": TEXT})])
    assert list(loaded.articles["article_id"]) == ["Page"]
    assert told(loaded, "Page_files") == ("set aside", "it belongs to the saved page beside it")


# The manifest


def test_only_what_the_manifest_names_is_read_and_the_rest_is_named(folder: Folder) -> None:
    manifest = "file,source,headline,country\na.txt,Alpha,First,X\nsub/b.txt,Beta,,\n"
    place = folder({"articles.csv": manifest, "a.txt": TEXT, "sub/b.txt": TEXT, "c.txt": TEXT, "parties.csv": "alias"})
    loaded = read([place])
    table = loaded.articles
    assert list(table["article_id"]) == ["a", "b"]
    assert list(table["outlet"]) == ["Alpha", "Beta"]
    assert table["title"].tolist()[0] == "First"
    assert table[["title", "country"]].isna().to_numpy()[1].all()
    assert "file" not in table.columns
    assert told(loaded, "c.txt") == ("left out", "articles.csv does not name it")


def test_a_table_beside_the_manifest_is_named_and_costs_nothing(folder: Folder) -> None:
    place = folder({"articles.csv": "file,outlet\na.txt,A\n", "a.txt": TEXT, "b.csv": "text\nA word.\n", "c.png": "x"})
    loaded = read([place])
    assert [told(loaded, name) for name in ("b.csv", "c.png")] == [("set aside", "articles.csv does not name it")] * 2
    assert not loaded.left_out()


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("gone.txt", "names it, and it is not there"),
        ("../outside.txt", "is not in this folder"),
        ("/etc/hostname", "is not in this folder"),
        ("", "is not in this folder"),
        ("b.html", "no article was found on the page"),
        ("b\0", "is not in this folder"),
        ("empty.txt", "it has no text"),
    ],
)
def test_a_manifest_row_that_names_no_article(name: str, reason: str, folder: Folder) -> None:
    place = folder(
        {"articles.csv": f"file,outlet\na.txt,A\n{name},B\n", "a.txt": TEXT, "b.html": "<p>", "empty.txt": ""}
    )
    (place.parent / "outside.txt").write_text(TEXT)
    loaded = read([place])
    assert list(loaded.articles["article_id"]) == ["a"]
    (left,) = [finding for finding in loaded.left_out() if "does not name it" not in finding.reason]
    assert reason in left.reason


def test_a_link_inside_that_leads_outside_is_refused(folder: Folder) -> None:
    place = folder({"articles.csv": "file,outlet\na.txt,A\nlink.txt,B\n", "a.txt": TEXT})
    (place.parent / "secret.txt").write_text("A secret word.")
    (place / "link.txt").symlink_to(place.parent / "secret.txt")
    assert list(load_articles(place)["article_id"]) == ["a"]


def test_an_empty_cell_of_the_manifest_leaves_what_a_table_says_itself(folder: Folder) -> None:
    place = folder(
        {"articles.csv": "file,outlet,title\nn.csv,A,\n", "n.csv": "text,title,outlet\nOne word.,Own,B\nTwo.,,B\n"}
    )
    rows = schema.records(load_articles(place))
    assert [(row["article_id"], row["outlet"], row["title"]) for row in rows] == [
        ("n-2", "A", "Own"),
        ("n-3", "A", None),
    ]


def test_articles_csv_without_files_is_a_table_like_any_other(folder: Folder) -> None:
    place = folder({"articles.csv": "outlet,text\nA,One word.\n", "b.txt": TEXT})
    assert list(load_articles(place)["article_id"]) == ["articles-2", "b"]


def test_what_is_odd_in_the_manifest_is_said(folder: Folder) -> None:
    loaded = read([folder({"articles.csv": "file,outlet\na.txt,A,too much\n", "a.txt": TEXT})])
    assert "row 2 has 3 cells where the header has 2" in told(loaded, "articles.csv")[1]


def test_the_example_is_read_whole() -> None:
    table = load_articles(EXAMPLE)
    named = pd.read_csv(EXAMPLE / "articles.csv", dtype=str)
    assert list(table["article_id"]) == list(named["article_id"])
    for row in schema.records(table):
        assert row["text"].encode() == (EXAMPLE / f"{row['article_id']}.txt").read_bytes()
    assert schema.notes_of(table) == []


# Ids


def test_ids_that_clash_become_their_paths(folder: Folder) -> None:
    files: dict[str, str | bytes] = dict.fromkeys(["bbc/day1.txt", "cnn/day1.txt", "day1.md", "day2.txt"], TEXT)
    loaded = read([folder(files)])
    assert list(loaded.articles["article_id"]) == ["bbc__day1.txt", "cnn__day1.txt", "day1.md", "day2"]


def test_rows_of_a_table_are_numbered_as_a_spreadsheet_does(folder: Folder) -> None:
    place = folder({"row 7/news.csv": "text,outlet\nOne word.,A\nTwo words.,B\n", "row 7/row 9.txt": TEXT})
    assert list(load_articles(place)["article_id"]) == ["news-2", "news-3", "row 9"]


def test_an_id_given_twice_is_told_apart_and_remarked_on(folder: Folder) -> None:
    loaded = read([folder({"n.csv": "id,text,outlet\nx,One word.,A\nx,Two words.,B\nx#2,Three.,C\n"})])
    ids = list(loaded.articles["article_id"])
    assert len(set(ids)) == 3
    assert ids[0] == "x"
    assert any("'x' is taken" in finding.reason for finding in loaded.remarks())


@given(ids=st.lists(st.sampled_from(["a", "b", "a#2", "a#3", ""]), min_size=1, max_size=7))
def test_ids_are_unique_whatever_is_given(ids: list[str]) -> None:
    frame = pd.DataFrame({"article_id": ids, "text": ["A word."] * len(ids), "outlet": "A"})
    assert load_articles(frame)["article_id"].is_unique


# Dates


@pytest.mark.parametrize(
    ("given_date", "day"),
    [
        ("2020-02-12", "2020-02-12"),
        ("2020-02-12T18:30:00Z", "2020-02-12"),
        ("2020-02-12 00:00:00", "2020-02-12"),
        ("12 February 2020", "2020-02-12"),
        ("February 12, 2020", "2020-02-12"),
        ("Feb 12, 2020", "2020-02-12"),
        ("Feb. 12, 2020", "2020-02-12"),
        ("Sept. 3, 2020", "2020-09-03"),
        ("12 Feb 2020", "2020-02-12"),
        ("Wed, 12 Feb 2020", "2020-02-12"),
        ("Wed, 12 Feb 2020 18:30:00 +0000", "2020-02-12"),
        ("Tue 4 Mar 2025 18.32 GMT", "2025-03-04"),
        ("Wednesday, February 12th, 2020 at 10:00", "2020-02-12"),
        ("February 12, 2020 10:00", "2020-02-12"),
        ("2020-2-5", "2020-02-05"),
        ("2020-02-123", None),
        ("12 Febtober 2020", None),
        ("30 Feb 2020", None),
        ("Feb 2020", None),
        ("12 Feb 20", None),
        ("2020/02/12", "2020-02-12"),
        ("03/04/2020", None),
        ("3.4.2020", None),
        ("yesterday", None),
        ("2020-02-30", None),
    ],
)
def test_a_day_is_told_for_certain_or_left_empty_with_a_remark(
    given_date: str, day: str | None, folder: Folder
) -> None:
    loaded = read([folder({"a.csv": f'text,outlet,date\nOne word.,A,"{given_date}"\n'})])
    assert schema.records(loaded.articles)[0]["date"] == day
    assert bool(loaded.remarks()) == (day is None)
    if day is None:
        assert repr(given_date) in loaded.remarks()[0].reason


@given(day=st.dates(min_value=date(1900, 1, 1)))
@pytest.mark.parametrize("form", ["%d %B %Y", "%B %d, %Y", "%b. %d, %Y", "%a, %d %b %Y", "%Y-%m-%dT%H:%M", "%Y/%m/%d"])
def test_every_day_is_read_in_every_form(day: date, form: str) -> None:
    loaded = article_from_text(TEXT, date=day.strftime(form))
    assert loaded["date"].tolist() == [day.isoformat()]


# Copies, and articles without an outlet


def test_copies_are_kept_grouped_and_remarked_on(folder: Folder) -> None:
    copy = TEXT.replace("\r\n\r\n", "\n").replace(" ", "  ")
    other = "The union said that it would strike on Thursday, and that no ship would be unloaded before."
    loaded = read([folder({"a.txt": TEXT, "b.txt": copy, "c.txt": TEXT + "And more was said.", "d.txt": other})])
    rows = schema.records(loaded.articles)
    assert [(row["article_id"], row["copy_group"]) for row in rows] == [("a", "c"), ("b", "c"), ("c", "c"), ("d", None)]
    assert [row["copy_share"] for row in rows] == [1, 1, 1, None]
    said = [(Path(finding.input).name, finding.reason) for finding in loaded.remarks()]
    assert said == [(name, "100% of its words stand in c too: it is a copy") for name in ("a.txt", "b.txt")]


def test_a_folder_without_outlets_is_told_once_and_is_no_remark(folder: Folder) -> None:
    loaded = read([folder({"a.txt": TEXT, "post/b.txt": "One word.", "empty.txt": ""})])
    assert list(loaded.articles["outlet"]) == ["a", "post"]
    assert not loaded.remarks()
    (told_once,) = loaded.worth_knowing()
    assert told_once.input.endswith("in")
    assert "no outlet is given for 2 of 2 articles" in told_once.reason
    assert "(a, post)" in told_once.reason


def test_outlets_that_are_all_given_are_no_matter(folder: Folder) -> None:
    place = folder({"articles.csv": "FILE,outlet\na.txt,A\nb.txt,\n", "a.txt": TEXT, "b.txt": "One word."})
    assert "for 1 of 2 articles" in read([place]).worth_knowing()[0].reason
    (place / "articles.csv").write_text("file,outlet\na.txt,A\nb.txt,B\n")
    assert read([place]).worth_knowing() == []


# DataFrames and pasted pages


def test_a_frame_with_dates_numbers_and_holes(folder: Folder) -> None:
    frame = pd.DataFrame(
        {
            "text": ["One word.", None, "Three words."],
            "date": pd.to_datetime(["2020-02-12", None, None]),
            "rank": [1, 2, 3],
            5: ["x", "y", "z"],
        },
        index=[9, 9, 9],
    )
    loaded = read([frame])
    assert list(loaded.articles["text"]) == ["One word.", "Three words."]
    assert loaded.articles["date"].tolist()[0] == "2020-02-12"
    assert loaded.articles["date"].isna().tolist() == [False, True]
    assert list(loaded.articles["rank"]) == ["1", "3"]
    assert list(loaded.articles["5"]) == ["x", "z"]
    assert told(loaded, "row 1") == ("left out", "it has no text")
    assert not [finding for finding in loaded.remarks() if "date" in finding.reason]
    assert list(frame.columns) == ["text", "date", "rank", 5]


def test_reading_what_was_read_changes_nothing() -> None:
    once = load_articles(EXAMPLE)
    pd.testing.assert_frame_equal(load_articles(once), once)


def test_a_pasted_page_is_taken_as_it_is() -> None:
    (row,) = schema.records(article_from_text(TEXT, outlet="A", date="2020-02-12", url="http://a.b"))
    assert (row["text"], row["outlet"], row["date"], row["url"], row["title"]) == (
        TEXT,
        "A",
        "2020-02-12",
        "http://a.b",
        None,
    )
    assert "the pasted text: it has no text" in refused(lambda: article_from_text(" "))


def test_several_inputs_are_one_table(folder: Folder) -> None:
    place = folder({"a.txt": TEXT, "b.csv": "text,outlet\nOne word.,B\n"})
    loaded = articles.read([place / "b.csv", place / "a.txt", pd.DataFrame({"text": ["A word."], "outlet": ["C"]})])
    assert list(loaded.articles["article_id"]) == ["b-2", "a", "article-0"]
    schema.need_columns(loaded.articles, schema.names("articles"), "it")
