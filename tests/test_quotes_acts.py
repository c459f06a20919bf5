"""What a cue reports, by the definitions in docs/acts.md."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from toolkit import resources, schema
from toolkit.quotes.acts import act_in, act_of, by_finder
from toolkit.quotes.spans import Draft

CASES = Path(__file__).parent / "gold" / "acts_made_with.txt"

SPEECH = [
    ("said", "the mayor"),
    ("has said", "the mayor"),
    ("was quoted as saying", "the mayor"),
    ("according to", "a neighbour"),
    ("according to", "the port authority"),
    ("according to", "the Harbour Gazette"),
    ("accused", "the union"),
    ("has accused", "the union"),
    ("warned", "the captain"),
    ("denied", "the owner"),
    ("denies", "the owner"),
    ("blamed", "the general"),
    ("claimed", "both sides"),
    ("claiming", "both sides"),
    ("added", "she"),
    ("told reporters", "he"),
    ("insisted", "the firm"),
    ("urged", "she"),
    ("vowed", "the rebels"),
    ("admitted", "he"),
    ("argues", "the coach"),
    ("called", "the minister"),
    ("reported", "the agency"),
    ("ruled", "the judge"),
    ("shouted", "a man"),
    ("denial", "the company"),
    ("allegation", "prosecutors"),
    ("’s response", "the firm"),
]
OTHERS = [
    ("writing", "wrote", "a columnist"),
    ("writing", "wrote on her blog", "she"),
    ("writing", "tweeted", "the player"),
    ("writing", "posted", "the operator"),
    ("writing", "said", "the statement"),
    ("writing", "says", "a letter"),
    ("writing", "according to", "the harbour register"),
    ("thought", "believes", "the pilot"),
    ("thought", "thought", "few people"),
    ("thought", "feared", "residents"),
    ("thought", "feel", "many"),
    ("thought", "doubts", "he"),
    ("thought", "is confident", "the coach"),
    ("intention", "wants", "the mayor"),
    ("intention", "wanted", "the mayor"),
    ("intention", "plans", "the council"),
    ("intention", "is planning", "the council"),
    ("intention", "intends", "the airline"),
    ("intention", "decided", "the board"),
    ("intention", "aims", "the fund"),
    ("intention", "refused", "the owner"),
    ("finding", "found", "the survey"),
    ("finding", "shows", "a poll"),
    ("finding", "said", "the study"),
    ("finding", "suggests", "new research"),
    ("finding", "according to", "a poll"),
    ("finding", "according to", "official figures"),
    ("finding", "showed", "the footage"),
]


@pytest.mark.parametrize(("cue", "speaker"), SPEECH)
def test_speech(cue: str, speaker: str) -> None:
    assert act_of(cue, speaker)[0] == "speech"


@pytest.mark.parametrize(("act", "cue", "speaker"), OTHERS)
def test_other_acts(act: str, cue: str, speaker: str) -> None:
    assert act_of(cue, speaker) == (act, True)


def test_hopes_and_wishes_are_no_speech() -> None:
    for cue in ("hopes", "hoped", "wishes", "would like"):
        assert act_of(cue, "the town")[0] in ("intention", "thought")


def test_a_poll_that_is_spoken_about_makes_no_finding_of_what_a_person_says() -> None:
    assert act_of("said", "the poll's author")[0] == "speech"
    assert act_of("according to", "the study's critics")[0] == "speech"


def test_an_unknown_cue_counts_as_speech_and_says_that_it_is_unknown() -> None:
    assert act_of("harrumphed", "the colonel") == ("speech", False)
    assert act_of(None, "the colonel") == ("speech", True)
    assert act_of(None, None) == ("speech", True)


def test_the_table_names_known_acts_and_each_expression_once() -> None:
    rows = resources.table("cues.tsv")
    assert {row[1] for row in rows} == set(schema.ACTS)
    assert len(rows) > 250
    twice = {row[0] for row in rows if sum(other[0] == row[0] and other[1] != row[1] for other in rows)}
    assert twice == set()
    assert all(len(row) == 3 for row in rows)


@pytest.mark.parametrize(
    ("act", "forms"),
    [
        ("speech", "say says said saying"),
        ("speech", "deny denies denied denying"),
        ("speech", "tell tells told telling"),
        ("writing", "write writes wrote written writing"),
        ("thought", "think thinks thought thinking"),
        ("intention", "plan plans planned planning"),
        ("finding", "find finds found finding"),
    ],
)
def test_every_form_of_a_verb(act: str, forms: str) -> None:
    assert {act_of(form, "she")[0] for form in forms.split()} == {act}


def cases() -> list[tuple[str, str]]:
    lines = CASES.read_text(encoding="utf-8").splitlines()
    return [(act, marked) for line in lines if not line.startswith("#") for act, marked in [line.split(" | ", 1)]]


def draft_of(marked: str) -> tuple[str, Draft]:
    """The text without its marks, and the attribution they show."""
    plain, open_at, found = "", {}, {"[": [], "<": [], "{": []}
    for part in re.split(r"([\[\]<>{}])", marked):
        if part in found:
            open_at[part] = len(plain)
        elif part in ("]", ">", "}"):
            mark = {"]": "[", ">": "<", "}": "{"}[part]
            found[mark].append((open_at[mark], len(plain)))
        else:
            plain += part
    speaker, cue = ((found[mark][0][0], found[mark][-1][1]) if found[mark] else None for mark in "[<")
    return plain, Draft(found["{"] or [(len(plain), len(plain))], cue, speaker, 1.0)


@pytest.mark.parametrize(("act", "marked"), cases())
def test_cases_written_from_the_definitions(act: str, marked: str) -> None:
    assert act_in(*draft_of(marked))[0] == act


def test_there_are_cases_of_every_act() -> None:
    assert {act for act, _ in cases()} == set(schema.ACTS)
    assert len(cases()) >= 120


@pytest.mark.parametrize(
    ("medium", "act"),
    [
        ("in a letter to staff", "writing"),
        ("on Facebook", "writing"),
        ("by e-mail", "writing"),
        ("on X", "writing"),
        ("in an interview", "speech"),
        ("in a video posted on Facebook", "speech"),
        ("in the Vellmark Post", "speech"),
        ("on Monday", "speech"),
    ],
)
@pytest.mark.parametrize(
    "order", ["The mayor said {} that the pool was shut.", "Later {}, the mayor said the pool was shut."]
)
def test_a_medium_counts_after_the_cue_and_at_the_head_of_the_sentence(medium: str, act: str, order: str) -> None:
    text = order.format(medium)
    start, end = text.index("said"), text.index("the pool")
    speaker = text.lower().index("the mayor")
    draft = Draft([(end, len(text) - 1)], (start, start + 4), (speaker, speaker + 9), 1.0)
    assert act_in(text, draft)[0] == act


def test_a_medium_before_a_participle_counts_too() -> None:
    text = "The mayor thanked them in a post on X, saying they saved the pool."
    draft = Draft([(text.index("they"), len(text) - 1)], (text.index("saying"), text.index(" they")), (0, 9), 1.0)
    assert act_in(text, draft)[0] == "writing"


@pytest.mark.parametrize(("cue", "act"), [("appeared to blame", "speech"), ("began to fear", "thought")])
def test_a_verb_of_seeming_or_beginning_yields_to_the_next(cue: str, act: str) -> None:
    assert act_of(cue, "she")[0] == act


@pytest.mark.parametrize("cue", ["said", "warned", "claims", "argued"])
def test_a_medium_changes_no_thought_plan_or_finding(cue: str) -> None:
    assert act_of(cue, "she", after=" in a letter ")[0] == "writing"
    for other, act in (("believes", "thought"), ("plans", "intention"), ("found", "finding")):
        assert act_of(other, "she", after=" in a letter ")[0] == act


def test_newspapers_and_people_are_no_documents() -> None:
    for name in (
        "The Vellmark Post",
        "the Wall Street Journal",
        "Bill",
        "Bill Marsk",
        "local reports",
        "the report's author",
    ):
        assert not by_finder(name)
        assert act_of("said", name)[0] == "speech"
    for name in (
        "the report",
        "A letter from the mayor",
        "court papers",
        "Documents",
        "a poll of tenants",
        "two studies",
    ):
        assert by_finder(name)


def test_a_sign_is_a_known_cue() -> None:
    assert act_of(":", "Varga") == ("speech", True)
    assert act_of("–", "the union") == ("speech", True)
