"""Where phrases stand, what keeps them company, and what outlets share."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nltk.collocations import BigramCollocationFinder
from nltk.metrics import BigramAssocMeasures
from test_wording import NO_QUOTES, articles, quote

from toolkit import schema, wording
from toolkit.charts import plot
from toolkit.comparison import compare

LINES = "The old fire brigade. Returned fire at dawn. Opened fire again. Fire!"


def test_lines_are_sorted_by_what_stands_left_right_or_in_the_middle():
    def order(sort):
        return wording.concordance(articles(LINES), "fire", sort=sort)["start"].tolist()

    found = order("article")
    assert found == sorted(found)
    by_right = [wording.concordance(articles(LINES), "fire", sort="right")["right"].iloc[i] for i in (0, 1)]
    assert [words.split()[0] for words in by_right] == ["!", "again."]
    lefts = wording.concordance(articles(LINES), "fire", sort="left")["left"].tolist()
    assert [words.split()[-1] for words in lefts] == ["again.", "old", "Opened", "Returned"]
    matches = wording.concordance(articles(LINES), "fire", sort="match")["match"].tolist()
    assert matches == ["fire", "fire", "fire", "Fire"]  # alike but for a capital: in the order of the article
    with pytest.raises(schema.InputError, match="sort is one of 'article', 'left', 'right', 'match', not 'date'"):
        order("date")


def test_every_line_leads_to_its_article_and_says_how_far_into_it_the_match_falls():
    texts = articles("One two three fire", "fire at once here").assign(url=["https://a.example/1", None])
    lines = wording.concordance(texts, "fire")
    assert lines["url"].tolist()[0] == "https://a.example/1"
    assert schema.is_missing(lines["url"].iloc[1])
    assert lines["place"].tolist() == [0.75, 0.0]


def test_with_quotes_a_line_says_whose_words_it_holds():
    text = "Guards opened fire. “We returned fire,” she said."
    quotes = schema.table([quote("t0", text, "We returned fire", speaker="Mara Quill")], "quotes")
    lines = wording.concordance(articles(text), "fire", quotes=quotes)
    assert lines["whose_words"].tolist() == ["outlet", "speaker_verbatim"]
    assert lines["speaker"].iloc[1] == "Mara Quill"
    assert "whose_words" not in wording.concordance(articles(text), "fire")


def test_places_run_from_the_first_word_to_the_last_and_name_articles_without_one():
    table = wording.measure_places(articles("storm a b c storm", "a b", "x storm"), "storm")
    assert table["value"].tolist() == [0.0, 0.8, 0.0, 0.5]
    assert table["n"].tolist() == [1, 1, 0, 1]
    result = compare(table, by="outlet", method="dispersion")
    chart = plot(result)
    drawn = [tuple(line.get_xdata()) for line in chart.axes[0].lines if line.get_marker() == "|"]
    assert drawn == [(0.0, 0.8), (), (0.5,)]
    assert chart.axes[0].get_xlim()[0] < 0 < 1 < chart.axes[0].get_xlim()[1]
    assert chart.alt.startswith("Dispersion plot")


def test_a_phrase_that_stands_nowhere_still_has_its_empty_chart():
    result = compare(wording.measure_places(articles("a b", "c d"), ["storm"]), by="outlet", method="dispersion")
    assert result.table["estimate"].isna().all()
    assert "0" in [text.get_text() for text in plot(result).texts]


def test_the_score_of_a_collocate_is_nltks_own():
    """One sentence, a window of one: each word's two neighbours, which NLTK's finder counts from both sides."""
    text = "heavy storm and heavy rain and storm and heavy storm"
    words = [word for run in wording.words(text) for word, _, _ in run]
    finder = BigramCollocationFinder.from_words(words)
    for score in wording.SCORES:
        table = wording.collocates(articles(text), "storm", window=1, score=score).set_index("word")
        near = finder.ngram_fd["heavy", "storm"] + finder.ngram_fd["storm", "heavy"]
        assert table.loc["heavy", "near"] == near == 2
        around = 5  # heavy, and, and, and, heavy
        expected = getattr(BigramAssocMeasures, score)(2, (3, around), 10)
        assert table.loc["heavy", "score"] == pytest.approx(expected)
    assert "Left out of 2 words near 'storm': 1" in schema.notes_of(table)[0]
    with pytest.raises(schema.InputError, match="score is one of 'likelihood_ratio'"):
        wording.collocates(articles(text), "storm", score="t-test")


def shared(*texts, quotes=NO_QUOTES, **options):
    return wording.shared_phrases(articles(*texts), quotes, **options)


def test_the_longest_shared_phrase_is_found_with_its_places():
    one = "Yesterday the harbour gate was shut at noon. Nobody spoke."
    two = "Officials: “the Harbour gate was shut, at noon nobody knew why."
    found = shared(one, two, least=4)
    assert found["phrase"].unique().tolist() == ["the harbour gate was shut at noon nobody"]
    assert found["n_words"].tolist() == [8, 8]
    assert [t[a:b] for t, a, b in zip((one, two), found["start"], found["end"], strict=True)] == [
        "the harbour gate was shut at noon. Nobody",
        "the Harbour gate was shut, at noon nobody",
    ]


def test_a_shorter_phrase_that_a_third_outlet_has_stands_beside_the_longer_one():
    found = shared("red boats left the quay early", "red boats left the quay early", "boats left the quay", least=3)
    told = found.groupby("phrase", sort=False)["outlet"].agg(list)
    assert told.index.tolist() == ["red boats left the quay early", "boats left the quay"]
    assert [len(outlets) for outlets in told] == [2, 3]
    assert found["n_outlets"].tolist() == [2, 2, 3, 3, 3]


def test_quoted_words_are_kept_apart_and_one_outlet_alone_shares_nothing():
    text = "He said “we will never leave this harbour town” and the port was shut all day."
    quotes = schema.table([quote(f"t{i}", text, "we will never leave this harbour town") for i in (0, 1)], "quotes")
    own = shared(text, text, quotes=quotes, least=4)
    assert own["phrase"].unique().tolist() == ["and the port was shut all day"]
    said = shared(text, text, quotes=quotes, least=4, quoted=True)
    assert said["phrase"].unique().tolist() == ["we will never leave this harbour town"]
    same = articles(text, text).assign(outlet="One")
    assert wording.shared_phrases(same, NO_QUOTES, least=4).empty


def test_phrases_do_not_run_across_what_is_not_the_article_and_function_words_alone_are_counted():
    text = "The port was shut. Give now. All day it rained."
    skip = [[text.index("Give"), text.index("All"), "appeal"]]
    table = wording.shared_phrases(articles(text, text, skip=[(0, skip), (1, skip)]), NO_QUOTES, least=4)
    assert table["phrase"].unique().tolist() == ["all day it rained", "the port was shut"]
    bare = shared("it is what it is", "it is what it is", least=3)
    assert bare.empty
    assert "1 shared sequences of function words alone" in schema.notes_of(bare)[0]
    with pytest.raises(schema.InputError, match="least is a number of words from 2"):
        shared("a", "b", least=1)


letters = st.lists(st.sampled_from("pqrs"), min_size=1, max_size=14)


@settings(max_examples=30)
@given(letters, letters, letters)
def test_shared_phrases_are_all_that_a_plain_search_finds(one, two, three):
    """Against every sequence of every text, one by one: those of two texts that can be lengthened at no place."""
    texts = [one, two, three]

    def places(sequence):
        n = len(sequence)
        return {(i, at) for i, t in enumerate(texts) for at in range(len(t) - n + 1) if t[at : at + n] == sequence}

    def is_shared(sequence):
        return len({i for i, _ in places(sequence)}) > 1

    expected = set()
    for text in texts:
        for at in range(len(text)):
            for end in range(at + 2, len(text) + 1):
                longer = [text[a:b] for a, b in ((at - 1, end), (at, end + 1)) if a >= 0 and b <= len(text)]
                if is_shared(text[at:end]) and not any(map(is_shared, longer)):
                    expected |= {(" ".join(text[at:end]), *place) for place in places(text[at:end])}
    found = shared(*(" ".join(text) for text in texts), least=2)
    ours = {
        (phrase, int(article[1:]), start // 2)
        for phrase, article, start in zip(found["phrase"], found["article_id"], found["start"], strict=True)
    }
    assert ours == expected
    assert np.array_equal(found["n_words"], found["phrase"].str.split().str.len())
