from __future__ import annotations

import math
from typing import Any

import pandas as pd
import pytest
from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer, normalize

from toolkit import compare, schema, sentiment
from toolkit.pipeline import Question, comparisons

TEXT = (
    "The convoy left at dawn. “We returned fire after a brutal attack,” the Party A spokesman said on Monday. "
    "Party B said its troops had a wonderful, peaceful day. He paused. Support us today!"
)


VADER = SentimentIntensityAnalyzer()


def articles(text: str = TEXT, **more: Any) -> pd.DataFrame:
    skip = [[text.index("Support us"), len(text), "appeal"]] if "Support us" in text else []
    return schema.table([{"article_id": "a1", "outlet": "Outlet One", "text": text, "skip": skip, **more}], "articles")


def quote(text: str, content: str, fragment: str = "", **more: Any) -> dict[str, Any]:
    start = text.index(content)
    begin = text.index(fragment)
    return {
        "quote_id": content[:4],
        "article_id": "a1",
        "outlet": "Outlet One",
        "act": "speech",
        "content": content,
        "start": start,
        "end": start + len(content),
        "spans": [[start, start + len(content)]],
        "fragments": [[begin, begin + len(fragment), fragment]] if fragment else [],
        **more,
    }


def quotes(*rows: dict[str, Any]) -> pd.DataFrame:
    return schema.table(rows, "quotes")


@pytest.fixture
def both() -> pd.DataFrame:
    direct = "We returned fire after a brutal attack"
    indirect = "its troops had a wonderful, peaceful day"
    return quotes(
        quote(TEXT, direct, direct, party="Party A", speaker="the Party A spokesman"),
        quote(TEXT, indirect, party="Party B", speaker="Party B"),
    )


def scores(frame: pd.DataFrame) -> pd.DataFrame:
    return frame[frame["measure"] == sentiment.COMPOUND].reset_index(drop=True)


def test_each_voice_of_a_sentence_is_scored_apart(both: pd.DataFrame) -> None:
    found = scores(sentiment.measure_sentiment(articles(), both))
    pieces = [TEXT[a:b] for a, b in zip(found["start"], found["end"], strict=True)]
    mine = found[found["party"] == "Party A"].iloc[0]
    assert TEXT[mine["start"] : mine["end"]] == "We returned fire after a brutal attack"
    assert mine["value"] == VADER.polarity_scores("We returned fire after a brutal attack")["compound"]
    assert mine["whose_words"] == "speaker_verbatim"
    assert found.loc[found["party"] == "Party B", "whose_words"].tolist() == ["outlet_reporting"]
    assert "The convoy left at dawn." in pieces
    assert not any("Support us" in piece for piece in pieces)


def test_a_sentence_part_verbatim_is_one_piece_and_the_outlets_reporting() -> None:
    text = "The army said it “returned fire” on the attackers."
    row = quote(text, "it “returned fire” on the attackers", "returned fire")
    found = scores(sentiment.measure_sentiment(articles(text), quotes(row)))
    assert found["whose_words"].tolist() == ["outlet", "outlet_reporting"]
    assert found["quote_id"].notna().tolist() == [False, True]


def test_words_between_two_halves_of_a_quote_are_not_the_speakers() -> None:
    text = "“It was a good day,” the terrible liar said, “and a calm one.”"
    first, second = text.index("It"), text.index("and")
    spans = [[first, first + len("It was a good day")], [second, len(text) - 2]]
    row = quote(text, "It was a good day") | {
        "spans": spans,
        "end": spans[1][1],
        "fragments": [[*s, ""] for s in spans],
    }
    found = scores(sentiment.measure_sentiment(articles(text), quotes(row)))
    said = found[found["quote_id"].notna()].iloc[0]
    assert said["value"] == VADER.polarity_scores("It was a good day and a calm one")["compound"]
    assert said["whose_words"] == "speaker_verbatim"
    outlet = found[found["quote_id"].isna()].iloc[0]
    assert outlet["value"] == VADER.polarity_scores("the terrible liar said")["compound"]


def test_coverage_stands_beside_every_score(both: pd.DataFrame) -> None:
    table = sentiment.measure_sentiment(articles(), both)
    missed = table[table["measure"] == sentiment.UNCOVERED]
    assert missed[["start", "end"]].to_numpy().tolist() == scores(table)[["start", "end"]].to_numpy().tolist()
    assert scores(table)["value"].isna().tolist() == (missed["value"] == 1).tolist()
    count = f"{int(missed['value'].sum())} of {len(missed)} sentences hit no lexicon word"
    assert any(note.startswith(count) for note in schema.notes_of(table))
    assert (table["n"] == 1).all()
    assert set(table["family"]) == {"sentiment"}


def test_what_is_left_out_is_counted_and_named(both: pd.DataFrame) -> None:
    french = articles("Une belle attaque contre la paix.", article_id="fr1", language="fr")
    lost = both.iloc[[0]].assign(quote_id="lost", start=None)
    plan = both.iloc[[1]].assign(quote_id="plan", act="intention")
    table = sentiment.measure_sentiment(
        schema.stack([articles(), french], "articles"), schema.stack([both, lost, plan], "quotes")
    )
    notes = "\n".join(schema.notes_of(table))
    assert "Left out: articles not in English (1): fr1." in notes
    assert "not found in an article (1)" in notes
    assert "Thoughts, plans and findings count as the outlet's reporting, for no speaker: 1 row." in notes
    assert "under 3 words (1)" in notes  # "He paused."
    assert "tweets" in notes
    assert "fr1" not in set(table["article_id"])


def test_nothing_to_score_is_an_empty_table_and_says_so() -> None:
    table = sentiment.measure_sentiment(articles("…"), quotes())
    assert table.empty
    assert list(table.columns) == schema.names("measures")
    assert "No sentence could be scored." in schema.notes_of(table)
    assert list(sentiment.drivers(articles("…"), quotes()).columns) == list(sentiment.DRIVER_COLUMNS)


def test_drivers_name_the_words_behind_each_score(both: pd.DataFrame) -> None:
    found = sentiment.drivers(articles(), both)
    mine = found[found["party"] == "Party A"].set_index("word")
    assert set(mine.index) == {"fire", "brutal", "attack"}
    assert all(mine["weight"][word] == VADER.lexicon[word] for word in mine.index)
    total = math.fsum(mine["weight"] * mine["count"])
    said = scores(sentiment.measure_sentiment(articles(), both)).query("party == 'Party A'")["value"].iloc[0]
    assert normalize(total) == pytest.approx(said, abs=1e-4)


def test_same_input_same_table(both: pd.DataFrame) -> None:
    before = both.copy(deep=True)
    first, again = (sentiment.measure_sentiment(articles(), both) for _ in range(2))
    pd.testing.assert_frame_equal(first, again)
    pd.testing.assert_frame_equal(both, before)


def test_one_reading_gives_measures_and_drivers(both: pd.DataFrame) -> None:
    reading = sentiment.read_sentences(articles(), both)
    pd.testing.assert_frame_equal(reading.measures, sentiment.measure_sentiment(articles(), both))
    pd.testing.assert_frame_equal(reading.drivers, sentiment.drivers(articles(), both))


def test_the_notes_tell_how_far_vader_can_be_trusted(both: pd.DataFrame) -> None:
    notes = "\n".join(schema.notes_of(sentiment.measure_sentiment(articles(), both)))
    for figure in (".87", ".881", ".50", ".75"):
        assert figure in notes
    told = "Worked around before scoring (sentences whose score it changed): typography 0, negation 0, hyphens 0"
    assert told in notes


def test_the_coverage_of_each_group_is_told(both: pd.DataFrame) -> None:
    table = sentiment.measure_sentiment(articles(), both, hold_out=["wonderful", "peaceful"])
    told = sentiment.coverage_note([table], "party")
    assert told.endswith("without a score: Party A 0 of 1, Party B 1 of 1.")


def test_texts_without_a_lexicon_word_make_no_figure() -> None:
    texts = articles("The train left at noon. It went north along the river.")
    table = sentiment.measure_sentiment(texts, quotes())
    assert scores(table)["value"].isna().tolist() == [True, True]
    with pytest.raises(schema.InputError, match="Nothing in"):
        compare(table, by="outlet", measure=sentiment.COMPOUND)
    asked = Question("sentiment", "How it sounds", "sentiment", sentiment.COMPOUND)
    assert comparisons([asked], {"sentiment": schema.Parts.of(table)}, texts, by="outlet") == {}


# Words held out


def test_words_held_out_do_not_count(both: pd.DataFrame) -> None:
    whole, less = (
        sentiment.measure_sentiment(articles(), both, hold_out=words) for words in ((), ["Brutal", "attack", "fire"])
    )
    mine = [table[table["party"] == "Party A"].set_index("measure")["value"] for table in (whole, less)]
    assert mine[0][sentiment.COMPOUND] < -0.5
    assert math.isnan(mine[1][sentiment.COMPOUND])
    assert mine[1][sentiment.UNCOVERED] == 1
    assert "Held out of the scoring: attack, brutal, fire." in schema.notes_of(less)


def test_the_events_words_are_those_most_accounts_share() -> None:
    texts = [
        "A brutal attack. Ten were killed.",
        "The attack killed ten. Good rescuers came.",
        "A calm day; an attack.",
    ]
    rows = [{"article_id": f"a{i}", "outlet": f"O{i}", "text": text} for i, text in enumerate(texts)]
    found = sentiment.drivers(schema.table(rows, "articles"), quotes())
    assert sentiment.event_words(found, least=1) == ["attack"]
    assert sentiment.event_words(found) == ["attack", "killed"]
    with pytest.raises(schema.InputError, match="'party' has 0"):
        sentiment.event_words(found, by="party")
    with pytest.raises(schema.InputError, match="no column country"):
        sentiment.event_words(found, by="country")
    with pytest.raises(schema.InputError, match="not 50"):
        sentiment.event_words(found, least=50)


# Levels


def test_levels_are_means_over_sentences_that_hit_a_word(both: pd.DataFrame) -> None:
    table = sentiment.measure_sentiment(articles(), both)
    sentences = sentiment.sentiment_levels(table, "sentence")
    assert sentences["compound"].equals(scores(table)["value"].rename("compound"))
    assert (sentences["sentences"] == 1).all()
    by_article = sentiment.sentiment_levels(table, "article", articles())
    for row in by_article.to_dict("records"):
        own = sentences[sentences["whose_words"] == row["whose_words"]]
        assert row["sentences"] == len(own)
        assert row["no_lexicon_word"] == own["compound"].isna().mean()
        assert row["compound"] == pytest.approx(own["compound"].mean(), nan_ok=True)


def test_a_quote_or_article_without_a_score_is_there_and_undefined(both: pd.DataFrame) -> None:
    table = sentiment.measure_sentiment(articles(), both)
    lost = both.iloc[[0]].assign(quote_id="lost", start=None)
    by_quote = sentiment.sentiment_levels(table, "quote", schema.stack([both, lost], "quotes")).set_index("quote_id")
    assert set(by_quote.index) == {*both["quote_id"], "lost"}
    assert by_quote["sentences"]["lost"] == 0
    assert math.isnan(by_quote["compound"]["lost"])
    empty = sentiment.sentiment_levels(sentiment.measure_sentiment(articles("…"), quotes()), "article", articles("…"))
    assert empty["compound"].isna().tolist() == [True]
    with pytest.raises(schema.InputError, match="'paragraph'"):
        sentiment.sentiment_levels(table, "paragraph")


def test_the_share_without_a_word_turns_one_mean_into_the_other() -> None:
    """Those who count a sentence without a word as 0 find their figure from the two that stand here."""
    table = sentiment.measure_sentiment(articles(), quotes(), without="all")
    own = sentiment.sentiment_levels(table, "article").iloc[0]
    pieces = scores(table)[scores(table)["whose_words"] == own["whose_words"]]
    as_zero = [
        VADER.polarity_scores(TEXT[a:b])["compound"] for a, b in zip(pieces["start"], pieces["end"], strict=True)
    ]
    assert math.fsum(as_zero) / len(as_zero) == pytest.approx(own["compound"] * (1 - own["no_lexicon_word"]))


# Toward a party

SIDES = pd.DataFrame(
    [
        {"alias": "Party A", "speaker": "Party A", "party": "A"},
        {"alias": "Party B", "speaker": "Party B", "party": "B"},
        {"alias": "the rebels", "speaker": "Party B", "party": "B"},
    ]
)


def toward(text: str, *rows: dict[str, Any]) -> list[tuple[str, str, float]]:
    found = sentiment.measure_sentiment(articles(text), quotes(*rows), parties=SIDES)
    found = found[found["measure"] == sentiment.TOWARD]
    places = zip(found["start"], found["end"], found["item"], found["value"], strict=True)
    return [(text[a:b].strip(), item, value) for a, b, item, value in places]


def test_a_clause_counts_for_the_party_it_mentions() -> None:
    found = toward("Party A praised the good plan, but the rebels bombed a school; the day was terrible.")
    assert [(words, item) for words, item, _ in found] == [
        ("Party A praised the good plan,", "A"),
        ("but the rebels bombed a school", "B"),
    ]
    assert found[0][2] > 0 > found[1][2]


def test_a_clause_that_mentions_both_counts_for_both_and_is_told() -> None:
    text = "Party A attacked the rebels at dawn."
    (one, other) = toward(text)
    assert one[2] == other[2] < 0
    assert {one[1], other[1]} == {"A", "B"}
    notes = schema.notes_of(sentiment.measure_sentiment(articles(text), quotes(), parties=SIDES))
    assert any("1 mention several and count for each" in note for note in notes)


def test_a_party_named_by_a_pronoun_counts_where_the_quotes_tell_who_it_is() -> None:
    text = "Party A met on Monday. In anger it said the rebels lied."
    place = text.index("it said")
    row = quote(text, "the rebels lied", party="A", speaker="Party A", speaker_text="it")
    row |= {"speaker_start": place, "speaker_end": place + 2}
    found = toward(text, row)
    told = {item: value for words, item, value in found if not words.startswith("Party A")}
    assert told["A"] == VADER.polarity_scores("In anger it said")["compound"]
    assert told["B"] == VADER.polarity_scores("the rebels lied")["compound"]


def test_without_an_alias_table_nothing_is_measured_toward_a_party(both: pd.DataFrame) -> None:
    table = sentiment.measure_sentiment(articles(), both)
    assert set(table["measure"]) == {sentiment.COMPOUND, sentiment.UNCOVERED}


def test_toward_a_party_can_be_compared_by_outlet() -> None:
    text = "Party A praised the good plan, but the rebels bombed a school."
    table = sentiment.measure_sentiment(articles(text), quotes(), parties=SIDES)
    told = compare(table, by="outlet", measure=sentiment.TOWARD).table.set_index("item")["estimate"]
    assert told["A"] > 0 > told["B"]


# The workarounds side by side


def test_the_workarounds_stand_side_by_side() -> None:
    text = "They don’t support it. No one was hurt. The Security Council gathered. Five were wounded. It rained."
    table = sentiment.workaround_effects(articles(text), quotes()).set_index("workarounds")
    assert list(table.index) == ["none: VADER 3.3.2 as published", *sentiment.WORKAROUNDS, "all"]
    assert table["changed"].to_dict() == {
        "none: VADER 3.3.2 as published": 0,
        "typography": 1,
        "negation": 1,
        "hyphens": 0,
        "names": 1,
        "overlay": 2,  # "security", too, is no feeling
        "all": 4,
    }
    assert (table["sentences"] == 4).all()
    plain = [VADER.polarity_scores(s)["compound"] for s in text.split(". ")]
    assert table["compound"].iloc[0] == pytest.approx(sum(plain) / 3, abs=1e-4)
