"""Who is meant: alias tables, where their rows hold, and where their phrases stand in a text."""

from __future__ import annotations

import json
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pandas as pd
import pytest
from conftest import ROOT
from hypothesis import given, settings
from hypothesis import strategies as st

from toolkit import extract_quotes, load_articles, schema
from toolkit.entities import PARTY_COLUMNS, Phrases, load_parties, load_referents, normal, suggest_parties
from toolkit.output import write_table
from toolkit.schema import InputError

EXAMPLE = ROOT / "data" / "khirbet-ammu-2020"
GOLD = json.loads((ROOT / "tests" / "gold" / "event" / "claims.json").read_text(encoding="utf-8"))
Table = Callable[..., Path]
Mentions = dict[str, str]


@pytest.fixture
def table(tmp_path: Path) -> Table:
    def make(*rows: str, header: str = "alias,speaker,party,outlet,article_id") -> Path:
        path = tmp_path / "parties.csv"
        path.write_bytes("\n".join([header, *rows, ""]).encode("utf-8"))
        return path

    return make


def phrases(*spelt: str, column: str = "phrase") -> Phrases:
    return Phrases(pd.DataFrame({column: spelt}), column)


def found(text: str, *spelt: str) -> list[str]:
    return [text[f.start : f.end] for f in phrases(*spelt).find(text)]


@pytest.fixture(scope="module")
def by_mention() -> Mentions:
    """Who each mention in the example was taken to be: "rt: the military" -> "Russian military"."""
    quotes = extract_quotes(load_articles(EXAMPLE), parties=load_parties(EXAMPLE / "parties.csv"))
    named = [row for row in schema.records(quotes) if row["speaker"]]
    return {f"{row['article_id']}: {row['speaker_text']}": row["speaker"] for row in named}


# The tables


def test_a_party_table_is_read_with_what_may_be_missing_filled_in(table: Table) -> None:
    frame = load_parties(table("the mayor,,Town", '"Ann\r\n  Bo ", A. Bo ,Town', header="alias,speaker,party"))
    assert list(frame.columns) == list(PARTY_COLUMNS)
    assert frame.to_dict("records") == [
        {"alias": "the mayor", "speaker": "the mayor", "party": "Town", "outlet": "", "article_id": ""},
        {"alias": "Ann Bo", "speaker": "A. Bo", "party": "Town", "outlet": "", "article_id": ""},
        {"alias": "A. Bo", "speaker": "A. Bo", "party": "Town", "outlet": "", "article_id": ""},
    ]


@pytest.mark.parametrize("mark", [",", ";", "\t"])
@pytest.mark.parametrize("begin", ["", "\ufeff"])
def test_a_party_table_as_spreadsheets_save_it(mark: str, begin: str, table: Table) -> None:
    path = table(f"the mayor{mark}Town", header=f"{begin}alias{mark}party")
    assert load_parties(path)["party"].tolist() == ["Town"]


@pytest.mark.parametrize(
    ("rows", "header", "says"),
    [
        (["a,b"], "name,side", "has no column alias or party (its columns are name, side)"),
        (["SANA, the agency,Syria"], "alias,party", "row 2 has 3 cells where the header has 2"),
        (["a,A,X", "b,B,X", "A,A,Y"], "alias,speaker,party", "rows 2 and 4 give the alias 'A' to two"),
        (["the a,A,X", "a,B,X"], "alias,speaker,party", "rows 2 and 3"),
        (["a,A,X,o,", "a,A,Y,o,"], "alias,speaker,party,outlet,article_id", "rows 2 and 3"),
        (['a,"A,X'], "alias,party", "cannot be read as a CSV table"),
        ([], "", "has no column alias or party (its columns are none)"),
    ],
)
def test_a_party_table_that_cannot_be_used(rows: list[str], header: str, says: str, table: Table) -> None:
    with pytest.raises(InputError) as caught:
        load_parties(table(*rows, header=header))
    assert says in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_table_that_is_not_utf8_is_read_and_says_so(tmp_path: Path) -> None:
    (tmp_path / "p.csv").write_bytes("alias;party\nSund’s café;X\n".encode("cp1252"))
    frame = load_parties(tmp_path / "p.csv")
    assert frame["alias"].tolist() == ["Sund’s café"]
    assert "p.csv: it is not UTF-8" in schema.notes_of(frame)[0]


def test_a_table_that_is_not_there(tmp_path: Path) -> None:
    for path in (tmp_path / "nowhere.csv", tmp_path):
        with pytest.raises(InputError, match="cannot be read as a CSV table"):
            load_referents(path)


def test_rows_that_say_the_same_twice_are_no_conflict(table: Table) -> None:
    frame = load_parties(table("the mayor,Ann Bo,Town,,", "Mayor,Ann Bo,Town,,"))
    assert frame["alias"].tolist() == ["the mayor", "Mayor", "Ann Bo"]


def test_a_speakers_name_is_an_alias_too_unless_a_row_says_otherwise(table: Table) -> None:
    rows = ['"Officer Jo Li,\nwho was there",Officer Jo Li,A', "the general,Max Mo,B", "the other general,Max Mo,C"]
    rows += ["the ship,the  Ship,D", "Ben Bo,Ann Bo,E", "the clerk,Ben Bo,F"]
    aliases = Phrases(load_parties(table(*rows, header="alias,speaker,party")), "alias")

    def party(phrase: str) -> str | None:
        row = aliases.exact(phrase, "Post", "p1")
        return row["party"] if row else None

    assert party("Officer Jo Li") == party("officer jo li,\nwho was there") == "A"
    assert party("Max Mo") is None
    assert party("ship") == "D"
    assert party("Ben Bo") == "E"
    assert party("Ann Bo") == "E"


def test_a_speakers_name_holds_everywhere_even_where_its_alias_does_not(table: Table) -> None:
    aliases = Phrases(load_parties(table("the army,Army of Exampleton,A,Post,", "the navy,Navy,N,Post,")), "alias")
    assert aliases.exact("the army", "Times") is None
    assert (aliases.exact("Army of Exampleton", "Times") or {})["party"] == "A"
    assert aliases.exact("navy", "Times") is None


def test_the_most_specific_row_wins_and_others_are_not_for_elsewhere(table: Table) -> None:
    path = table(
        "the army,Army,A,,", "the army,Other army,B,Post,", "the army,Third army,C,,p3", "the navy,Navy,N,Post,"
    )
    aliases = Phrases(load_parties(path), "alias")

    def party(phrase: str, outlet: str, article_id: str) -> str | None:
        row = aliases.exact(phrase, outlet, article_id)
        return row["party"] if row else None

    assert party("The Army", "Times", "t1") == "A"
    assert party("army", "Post", "p1") == "B"
    assert party("army", "Post", "p3") == "C"
    assert party("army", "Times", "p3") == "C"
    assert party("navy", "Post", "p1") == "N"
    assert party("navy", "Times", "t1") is None
    assert [f.row["party"] for f in aliases.find("The army met the navy.", "Times", "t1")] == ["A"]


def test_an_empty_table_finds_nothing(table: Table) -> None:
    for aliases in (Phrases(None, "alias"), Phrases(load_parties(table()), "alias")):
        assert not aliases
        assert aliases.find("The army.") == []
        assert aliases.exact("army") is None


# The phrases


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("The U.S. military", "US military"),
        ("the report", "a report"),
        ("America’s envoy", "America's envoy"),
        ("Ann\n Bo,", "ann bo"),
        ("“SANA”", "Sana"),
        ("U.S.-led coalition", "us-led coalition"),
    ],
)
def test_spellings_of_one_phrase_are_one(one: str, other: str) -> None:
    assert normal(one) == normal(other)


@pytest.mark.parametrize(
    ("text", "spelt", "expected"),
    [
        ("The U.S. fired, US troops said; it let us go.", "US", ["U.S.", "US"]),
        ("It let us go.", "U.S.", []),
        ("WHO said who is who.", "WHO", ["WHO"]),
        ("The US-led force, a U.S.-led force, U.S. -led", "U.S.-led force", ["US-led force", "U.S.-led force"]),
        ("the U.S.  military and US\nmilitary", "U.S. military", ["U.S.  military", "US\nmilitary"]),
        ("The MILITARY and the Military", "military", ["MILITARY", "Military"]),
        ("the militarypolice, paramilitary", "military", []),
        ("Syria’s army. Syria's army", "Syria's army", ["Syria’s army", "Syria's army"]),
        ("Mr. (Bo) said a+b", "(Bo)", ["(Bo)"]),
        ("Sana said; SANA said; sana", "Sana", ["Sana", "SANA", "sana"]),
        ("the E.U. and the EU", "the EU", ["E.U.", "EU"]),
    ],
)
def test_where_a_phrase_stands(text: str, spelt: str, expected: list[str]) -> None:
    assert found(text, spelt) == expected


def test_the_longest_phrase_stands_where_two_would_overlap() -> None:
    assert found("The Russian military spoke.", "Russian", "Russian military", "military") == ["Russian military"]


names = st.text("abcAB.'’- ", min_size=1, max_size=12)


@given(spelt=st.lists(names | st.text(min_size=1, max_size=8), max_size=4), text=st.text("abcAB.'’- \n", max_size=40))
def test_any_table_is_searched_in_any_text(spelt: list[str], text: str) -> None:
    places = phrases(*spelt).find(text)
    assert all(before.end <= after.start for before, after in pairwise(places))
    for place in places:
        assert normal(text[place.start : place.end]) in {normal(phrase) for phrase in spelt}


@given(spelt=st.from_regex(r"[A-Z][a-z]{2,7}( [A-Z][a-z]{2,7}){0,2}", fullmatch=True))
def test_a_phrase_is_found_where_it_was_put(spelt: str) -> None:
    text = f"On Monday, {spelt} (no other) spoke; {spelt.upper()} did not."
    assert found(text, spelt) == [spelt, spelt.upper()] or normal(spelt) == ""


# The example


@pytest.mark.parametrize("pair", GOLD["keep_apart"], ids=lambda pair: str(pair[0]))
def test_names_that_must_be_kept_apart_are_apart_in_what_is_extracted(pair: list[str], by_mention: Mentions) -> None:
    """The gold's four pairs; the last is two places and no speakers: neither is anybody's name."""
    apart = {
        "Russian military": ({"rt: the military", "moscow_times: It"}, {"ap: It", "rt: The US military"}),
        "SANA": ({"afp_anews: the report", "bbc: Sana"}, {"voa: State-run media", "ap: Syrian state-run media"}),
        "unnamed monitoring group (bbc)": ({"bbc: A monitoring group"}, {"afp_anews: a war monitor"}),
        "Khirbet Ammo": (set(), set()),
    }
    ones, others = ({by_mention[m] for m in side if m in by_mention} for side in apart[pair[0]])
    assert not ones & others
    assert bool(ones and others) == (pair[0] != "Khirbet Ammo")
    assert not {"Khirbet Ammo", "Hamou"} & set(by_mention.values())


def test_a_suggested_table_covers_every_speaker_and_can_be_read_back_as_it_is(tmp_path: Path) -> None:
    quotes = extract_quotes(load_articles(EXAMPLE))
    table = suggest_parties(quotes)
    assert table["times"].is_monotonic_decreasing
    assert (table["party"] == "").all()
    write_table(table, tmp_path / "parties.csv")
    aliases = Phrases(load_parties(tmp_path / "parties.csv"), "alias")
    unknown = {name for name in quotes["speaker"].dropna() if aliases.exact(name) is None}
    assert unknown <= set(table["speaker"])


def suggested(*named: tuple[str, ...]) -> dict[str, str]:
    """Alias -> speaker as proposed for (article, mention, speaker) rows; an alias of one article only as "a1: x"."""
    columns = ["article_id", "speaker_text", "speaker"]
    table = suggest_parties(schema.conform(pd.DataFrame(named, columns=columns), "quotes"))
    rows = schema.records(table)
    return {f"{row['article_id']}: {row['alias']}".removeprefix(": "): row["speaker"] for row in rows}


@pytest.mark.parametrize(
    ("names", "fullest"),
    [
        (["Moll", "Rita Moll", "union secretary Rita Moll"], "Rita Moll"),
        (["Mr Halloran", "Dirk Halloran", "Halloran"], "Dirk Halloran"),
        (["HALVARD NESS", "Defence Minister Halvard Ness", "Ness"], "Defence Minister Halvard Ness"),
        (["Gen. Dorn", "General Viktor Dorn"], "General Viktor Dorn"),
        (["Maria Coelho", "M. Coelho", "Ms Coelho"], "Maria Coelho"),
        (["Col Myles Caggins", "Col. Myles B. Caggins"], "Col. Myles B. Caggins"),
        (["Interior Ministry", "the interior ministry"], "Interior Ministry"),
    ],
)
def test_one_person_is_proposed_under_the_fullest_name(names: list[str], fullest: str) -> None:
    for order in (names, names[::-1]):
        assert set(suggested(*((str(n), name, name) for n, name in enumerate(order))).values()) == {fullest}


@pytest.mark.parametrize(
    "names",
    [
        ["Rita Moll", "Jan Moll", "Moll"],
        ["Mrs Halloran", "Dirk Halloran"],
        ["Rita Moll", "Mr Moll"],
        ["Minister Dorn", "General Viktor Dorn"],
        ["Rita Moll", "Rolf Moll", "R. Moll"],
        ["Sund’s Defense Ministry", "Varnia’s Defense Ministry", "Ministry"],
        ["Free Brellin", "Brellin"],
        ["the minister", "Minister Rita Moll"],
        ["a senior official", "a military official", "officials"],
    ],
)
def test_what_may_be_several_is_kept_apart(names: list[str]) -> None:
    assert len(set(suggested(*((str(n), name, name) for n, name in enumerate(names))).values())) == len(names)


def test_a_name_that_means_several_is_narrowed_to_the_article() -> None:
    rows = [("a", "Rita Moll", "Rita Moll"), ("a", "Moll", "Rita Moll"), ("b", "Jan Moll", "Jan Moll")]
    assert suggested(*rows, ("b", "Moll", "Jan Moll"), ("c", "Moll", "Moll")) == {
        "Rita Moll": "Rita Moll",
        "Jan Moll": "Jan Moll",
        "a: Moll": "Rita Moll",
        "b: Moll": "Jan Moll",
        "c: Moll": "Moll",
    }


def test_line_breaks_and_what_is_only_said_about_somebody_are_no_part_of_an_alias() -> None:
    mention, name = "Petty\nOfficer Jonas Lind,\nwho was pulled from the water", "Petty Officer Jonas Lind"
    assert suggested(("a", mention, "Petty\nOfficer Jonas Lind")) == {name: name}


def test_times_count_a_speaker_under_all_names_and_known_parties_are_kept() -> None:
    names = ["Moll", "Rita Moll", "Rita Moll", "the city"]
    quotes = pd.DataFrame({"article_id": list("abcd"), "speaker": names, "speaker_text": names})
    table = suggest_parties(schema.conform(quotes.assign(party=[None, "Union", None, None]), "quotes"))
    assert table[["alias", "party", "times"]].to_numpy().tolist() == [
        ["Moll", "Union", 3],
        ["Rita Moll", "Union", 3],
        ["the city", "", 1],
    ]


first, last = st.sampled_from(["Rita", "Jan", "R.", "Zed"]), st.sampled_from(["Moll", "Bo"])
title = st.sampled_from(["", "Mr ", "Ms ", "General ", "union leader ", "the ", "Sund’s "])
person = st.tuples(title, first | st.just(""), last).map(lambda t: f"{t[0]}{t[1]} {t[2]}".replace("  ", " ").strip())


@settings(max_examples=40)
@given(named=st.lists(st.tuples(st.sampled_from("ab"), person, person), max_size=6))
def test_any_proposal_can_be_read_back_and_joins_no_two_first_names(
    named: list[tuple[str, str, str]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    quotes = schema.conform(pd.DataFrame(named, columns=["article_id", "speaker_text", "speaker"]), "quotes")
    proposal = suggest_parties(quotes)
    path = write_table(proposal, tmp_path_factory.mktemp("any") / "parties.csv")
    assert len(load_parties(path)) >= len(proposal)
    assert int(proposal.drop_duplicates("speaker")["times"].sum()) == len(quotes)
    own = proposal[proposal["alias"].isin(quotes["speaker"])].groupby("speaker")["alias"]
    for _, aliases in own:
        assert len({word for alias in aliases for word in alias.split()} & {"Rita", "Jan", "Zed"}) <= 1
