"""Each known fault of VADER 3.3.2 on news: what it reads, and what is read here."""

from __future__ import annotations

import math
import random

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer, normalize

from toolkit import schema, sentiment
from toolkit.entities import Phrases
from toolkit.sentiment import NEWS, PUBLISHED, WORKAROUNDS, Options, score
from toolkit.sentiment.lexicon import every_word
from toolkit.sentiment.names import masked, name_spans
from toolkit.sentiment.preparing import straight, unhyphened
from toolkit.sentiment.scoring import compound, may_change

VADER = SentimentIntensityAnalyzer()
WORDS = (
    "the not never no one nobody this so very but GOOD bad attack, killed war-torn don’t “terror” help! none kind of 😀"
)


def raw(sentence: str) -> float:
    return float(VADER.polarity_scores(sentence)["compound"])


def only(*workarounds: str) -> Options:
    return Options(use=frozenset(workarounds))


@pytest.mark.parametrize(
    ("sentence", "published"),
    [  # the examples in the README of vaderSentiment
        ("VADER is smart, handsome, and funny.", 0.8316),
        ("VADER is smart, handsome, and funny!", 0.8439),
        ("VADER is very smart, handsome, and funny.", 0.8545),
        ("VADER is VERY SMART, handsome, and FUNNY.", 0.9227),
        ("VADER is VERY SMART, handsome, and FUNNY!!!", 0.9342),
        ("VADER is not smart, handsome, nor funny.", -0.7424),
        ("The book was good.", 0.4404),
        ("At least it isn't a horrible book.", 0.431),
        ("The plot was good, but the characters are uncompelling and the dialog is not great.", -0.7042),
        ("Today SUX!", -0.5461),
    ],
)
def test_scores_are_the_published_ones(sentence: str, published: float) -> None:
    assert score(sentence, PUBLISHED).compound == published
    assert score(sentence).compound == published


@given(st.lists(st.sampled_from(WORDS.split()), max_size=12))
def test_without_workarounds_the_score_is_vaders_own(words: list[str]) -> None:
    sentence = " ".join(words)
    ours = score(sentence, PUBLISHED)
    assert ours.compound == raw(sentence) or (not ours.covered and raw(sentence) == 0)


@given(st.text())
def test_any_text_is_read_as_vader_reads_it(text: str) -> None:
    ours = score(text, PUBLISHED)
    assert ours.compound == raw(text) or (not ours.covered and raw(text) == 0)
    assert not score(text).covered or -1 <= score(text).compound <= 1


@given(st.lists(st.sampled_from(WORDS.split()), max_size=12))
def test_the_weights_add_up_to_the_score(words: list[str]) -> None:
    sentence = " ".join(words)
    ours = score(sentence)
    if "!" not in sentence and ours.covered:
        assert ours.compound == pytest.approx(normalize(sum(hit.weight for hit in ours.hits)), abs=2e-4)


def test_the_effect_of_a_word_is_what_the_score_falls_by_without_it() -> None:
    whole, rest = score("A brutal attack killed five people."), score("A ______ attack killed five people.")
    effects = {hit.word: hit.effect for hit in whole.hits}
    assert effects["brutal"] == pytest.approx(whole.compound - rest.compound, abs=1e-4)
    alone = score("The attack went on.")
    assert [hit.effect for hit in alone.hits] == [alone.compound]


# Typography


def test_a_curly_apostrophe_hides_a_negation() -> None:
    curly, right = "They don’t support it.", "They don't support it."
    assert (raw(curly), raw(right)) == (0.4019, -0.3089)
    assert score(curly, only("typography")).compound == -0.3089


@pytest.mark.parametrize(
    ("curly", "right"),
    [
        ("The “terrorist” attack", 'The "terrorist" attack'),
        ("It was an attack—they fled", "It was an attack - they fled"),
        ("‘Good’ people", "'Good' people"),
        ("The victims’ fear", "The victims fear"),
        ("A self‑confident mayor", "A self-confident mayor"),
    ],
)
def test_typography_does_not_change_a_score(curly: str, right: str) -> None:
    assert raw(curly) != raw(right)
    assert score(curly, only("typography")).compound == raw(right)


@given(st.text())
def test_preparing_keeps_every_place(text: str) -> None:
    for ready in (straight(text), unhyphened(text, VADER.lexicon)):
        assert len(ready) == len(text)
    assert all(a == b for a, b in zip(text, straight(text), strict=True) if a.isalnum())


# Negation


def test_no_one_was_hurt_is_no_hurt() -> None:
    sentence = "No one was hurt."
    assert raw(sentence) == -0.6808
    assert score(sentence).compound == pytest.approx(normalize(-2.4 * -0.74), abs=1e-4)  # VADER's own way to deny


@pytest.mark.parametrize(
    "sentence",
    [
        "Nobody was hurt.",
        "None of the passengers on board was hurt.",
        "No one in the village near the border was hurt.",
        "No soldiers were hurt.",
        "The mayor said no one was hurt.",
        "Officials said that nobody there was badly hurt.",
    ],
)
def test_a_denied_subject_denies_its_clause(sentence: str) -> None:
    assert score(sentence).compound > 0
    assert score(sentence, NEWS.but("negation")).compound < 0 or raw(sentence) < 0.3


@pytest.mark.parametrize(
    "sentence",
    [
        "No fewer than forty people were hurt.",
        "No sooner had they left than the hall was attacked.",
        "No one spoke, and forty people were hurt.",
        "No one knew that people were hurt.",
        "Nobody came after the attack.",
        "There was no rain when the car was attacked.",
        "No, people were hurt.",
    ],
)
def test_a_denial_ends_with_its_clause(sentence: str) -> None:
    assert score(sentence).compound < 0


def test_never_before_this_denies_as_before_the() -> None:
    this, the = "They never backed this attack", "They never backed the attack"
    assert (raw(this), raw(the)) == (-0.5717, 0.357)
    assert score(this).compound == score(the).compound == 0.357


@pytest.mark.parametrize("sentence", ["It was never so good.", "It was never this good."])
def test_never_so_good_is_better_than_good(sentence: str) -> None:
    """VADER stresses it twice by a slip of its rules, and so does it "condemned this attack"; here once, and not."""
    assert raw("It was good.") < score(sentence).compound < raw(sentence)
    assert (
        score("He condemned this attack.").compound
        == raw("He condemned the attack.")
        > raw("He condemned this attack.")
    )


# Hyphens


@pytest.mark.parametrize(
    ("hyphened", "read_as"),
    [
        ("the war-torn city", "the war torn city"),
        ("a peace-loving people", "a peace loving people"),
        ("the non-violent march", "the not violent march"),
        ("a violence-free march", "a not violence march"),
        ("a cover-up of the vote", "a cover-up of the vote"),
        ("an ill-treated boy", "an ill treated boy"),
    ],
)
def test_hyphened_words_are_read_in_their_parts(hyphened: str, read_as: str) -> None:
    assert score(hyphened, only("hyphens")).compound == raw(read_as) != 0
    assert hyphened == read_as or raw(hyphened) == 0


@pytest.mark.parametrize("words", ["anti-war", "counter-terrorism", "post-war", "free-trade", "so-called", "no-fly"])
def test_what_is_only_named_is_not_scored(words: str) -> None:
    assert not score(f"a {words} meeting").covered


def test_joined_words_are_known_by_the_overlay() -> None:
    assert score("a cease-fire in the north") == score("a ceasefire in the north")
    assert raw("a cease-fire in the north") == 0


# Length


def test_an_article_saturates_and_its_sentences_do_not() -> None:
    mild = "The talks were a problem."
    assert raw(mild) == -0.4019
    assert raw(" ".join([mild] * 20)) < -0.98
    row = {"article_id": "a", "outlet": "O", "text": " ".join([mild] * 20)}
    found = sentiment.measure_sentiment(schema.table([row], "articles"), schema.table([], "quotes"))
    scores = found.loc[found["measure"] == sentiment.COMPOUND, "value"]
    assert len(scores) == 20
    assert scores.mean() == pytest.approx(-0.4019)


# Names


def blotted(text: str, *aliases: str) -> str:
    parties = pd.DataFrame([{"alias": alias, "speaker": alias, "party": "P"} for alias in aliases])
    mentions = Phrases(parties if aliases else None, "alias").find(text)
    return masked(text, 0, name_spans(text, mentions, every_word()))


@pytest.mark.parametrize(("name", "points"), [("United", 1.8), ("Security", 1.4), ("Party", 1.7), ("Justice", 2.4)])
def test_vader_scores_names(name: str, points: float) -> None:
    assert VADER.lexicon[name.lower()] == points
    assert raw(name) == pytest.approx(normalize(points), abs=1e-4)
    assert raw("Mr Grant") == 0.3612


@pytest.mark.parametrize(
    ("text", "read_as"),
    [
        ("They told Mr Grant.", "They told Mr _____."),
        ("Mr. Grant left. Grant had no comment.", "Mr. _____ left. _____ had no comment."),
        ("The United Nations met.", "The ______ Nations met."),
        ("United Nations officials met.", "______ Nations officials met."),
        ("Security Council members met.", "________ Council members met."),
        ("Justice Minister Ann Odala spoke.", "_______ Minister Ann Odala spoke."),
        ("Hope Odala said so.", "____ Odala said so."),
        ("The Justice Party’s leader", "The _______ _____’s leader"),
        ("A member of the Freedom Front", "A member of the _______ Front"),
    ],
)
def test_names_are_masked(text: str, read_as: str) -> None:
    assert blotted(text) == read_as


@pytest.mark.parametrize(
    "text",
    [
        "Justice was done, the family said.",
        "Hope faded on Monday.",
        "Angry Russian soldiers left.",
        "Peaceful Syrian protesters marched.",
        "“Killing civilians is a crime,” he said.",
        'He said: "Peace is possible."',
        "He was asked. Peace, he said.",
        "Deadly Attack Kills Five in Market",
        "PEACE TALKS FAIL",
        "- Hope faded",
        "The party won and security was good.",
        "The court of justice met. Justice was done.",
    ],
)
def test_words_that_are_no_names_stay(text: str) -> None:
    assert blotted(text) == text


@given(st.lists(st.sampled_from("Mr Grant Justice justice Hope. “Peace” the party, Party Council UNITED of".split())))
def test_masking_keeps_every_place_and_touches_only_names(words: list[str]) -> None:
    text = " ".join(words)
    read = blotted(text)
    assert len(read) == len(text)
    for before, after in zip(text.split(), read.split(), strict=True):
        assert after == before or before.strip("“”.,").istitle()


def test_the_alias_table_tells_names_at_a_sentences_start() -> None:
    assert blotted("Hope won the vote.") == "Hope won the vote."
    assert blotted("Hope won the vote.", "Hope") == "____ won the vote."
    assert blotted("Hope faded for the voters of Hope.", "the voters") == "Hope faded for the voters of ____."


def test_an_aliass_small_words_are_the_outlets_own() -> None:
    assert blotted("Odal terrorists attacked.", "Odal terrorists") == "Odal terrorists attacked."


# The overlay


@pytest.mark.parametrize("word", ["shelled", "hostages", "casualties", "wounded", "siege", "massacre"])
def test_words_of_war_count(word: str) -> None:
    sentence = f"There was word of the {word} there."
    assert raw(sentence) == 0
    assert not score(sentence, PUBLISHED).covered
    assert score(sentence).compound < -0.3


def test_vader_does_not_see_who_acts() -> None:
    """What no lexicon mends, and the notes say: find_agency tells who did it."""
    active, passive = "Soldiers killed five men.", "Five men were killed by soldiers."
    assert raw(active) == raw(passive) == score(active).compound == score(passive).compound


# Switches


@pytest.mark.parametrize("name", WORKAROUNDS)
def test_each_workaround_can_be_left_out(name: str) -> None:
    texts = {
        "typography": "They don’t support it.",
        "negation": "No one was hurt.",
        "hyphens": "It is a war-torn city.",
        "names": "They met Joy Odala there.",
        "overlay": "The town was shelled.",
    }
    frame = schema.table([{"article_id": "a", "outlet": "O", "text": texts[name]}], "articles")
    none = schema.table([], "quotes")
    kept, left = (sentiment.measure_sentiment(frame, none, without=w)["value"][0] for w in ((), [name]))
    plain = sentiment.measure_sentiment(frame, none, without="all")["value"][0]
    assert left == plain or (math.isnan(left) and math.isnan(plain))
    assert kept != left
    notes = schema.notes_of(sentiment.measure_sentiment(frame, none))
    assert any(f"{name} 1" in note for note in notes if note.startswith("Worked around"))
    left_notes = schema.notes_of(sentiment.measure_sentiment(frame, none, without=name))
    assert f"Left out on request: the workarounds {name}." in left_notes


def test_what_a_workaround_cannot_touch_is_not_scored_again() -> None:
    """The quick look never misses a change."""
    chance = random.Random(7)
    words = [*WORDS.split(), "hostages", "party", "cease-fire", "“siege”", "nobody", "calm"]
    for _ in range(2_000):
        sentence = " ".join(chance.choices(words, k=6))
        for name in WORKAROUNDS:
            if name != "names" and name not in may_change(sentence):
                one, other = compound(sentence, NEWS), compound(sentence, NEWS.but(name))
                assert one == other or (math.isnan(one) and math.isnan(other))


@pytest.mark.parametrize("without", ["spelling", ["names", "spelling"]])
def test_an_unknown_workaround_is_refused_with_those_there_are(without: str | list[str]) -> None:
    none = schema.table([], "articles"), schema.table([], "quotes")
    with pytest.raises(schema.InputError, match=r"'spelling'.*typography, negation, hyphens, names, overlay"):
        sentiment.measure_sentiment(*none, without=without)
    with pytest.raises(schema.InputError, match="give a list"):
        sentiment.measure_sentiment(*none, hold_out="attack")
