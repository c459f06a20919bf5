"""What a cue reports, by the definitions at the head of cues.tsv."""

from __future__ import annotations

import pytest

from toolkit import resources, schema
from toolkit.quotes.acts import act_of

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
