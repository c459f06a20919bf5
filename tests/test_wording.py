"""What counts as a word, whose it is, and where a phrase stands."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from toolkit import resources, schema, wording
from toolkit.comparison import compare

NO_QUOTES = schema.table([], "quotes")


def articles(*texts, skip=()):
    rows = [{"article_id": f"t{i}", "outlet": f"Outlet {i}", "text": text, "skip": []} for i, text in enumerate(texts)]
    for number, spans in skip:
        rows[number]["skip"] = spans
    return schema.table(rows, "articles")


def quote(article, text, content, **more):
    start = text.rindex(content)
    end = start + len(content)
    found = {
        "quote_id": f"q-{content[:5]}",
        "article_id": article,
        "outlet": "Outlet 0",
        "act": "speech",
        "start": start,
        "end": end,
    }
    return {
        **found,
        "spans": [[start, end]],
        "fragments": [[start, end, content]],
        "content": content,
        "party": "P",
        **more,
    }


def terms_of(text):
    return [word for run in wording.words(text) for word, _, _ in run]


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("The crowd's banners and the crowds' cries", "the crowd banners and the crowds cries"),
        ("They don’t, can't and won't; they’re sure it's late", "they don't can't and won't they're sure it late"),
        ("We cannot wait", "we cannot wait"),
        ("The U.S. team told us that the US and the U.N. met", "the US team told us that the US and the un met"),
        ("WHO said who was ill", "WHO said who was ill"),
        ("THE VILLAGE TOLD US IT WAS LATE", "the village told us it was late"),
        (
            "A pro-harbour march of 4,000 people at 7:30 (some 12.5%)",
            "a pro-harbour march of 4,000 people at 7:30 some 12.5",
        ),
        ("“No”—she said – ‘never’ … $5 & more", "no she said never 5 more"),
        ("Mr. O’Brien of St. Ives", "mr o'brien of st ives"),
        ("?! — … “”", ""),
    ],
)
def test_what_a_word_is(text, terms):
    assert terms_of(text) == terms.split()


@given(st.text(alphabet="abCD'’\"“”.,-— 1US", max_size=60))
def test_every_word_stands_where_it_says(text):
    found = [word for run in wording.words(text) for word in run]
    for word, start, end in found:
        assert word
        piece = text[start:end].replace("’", "'").lower().replace(".", "")
        assert word.lower().replace(".", "") in piece
    places = [place for _, start, end in found for place in (start, end)]
    assert places == sorted(places)


def test_function_words_are_a_list_with_its_origin():
    words = wording.function_words()
    assert {"the", "of", "don't", "they're", "not", "us"} <= words
    assert not {"said", "fire", "police", "one's company"} & words
    assert all(word == word.lower().strip() and "’" not in word for word in words)
    assert len(resources.lines("function_words.txt")) == len(words)
    assert "Origin:" in resources.path("function_words.txt").read_text(encoding="utf-8")


def test_terms_are_counted_by_article_and_voice():
    text = 'The harbour was shut. The mayor said "the harbour stays open" on Monday.'
    table = wording.measure_wording(
        articles(text), schema.table([quote("t0", text, "the harbour stays open")], "quotes")
    )
    counted = table[table["item"] == "harbour"].set_index("whose_words")
    assert counted["value"].to_dict() == {"outlet": 1, "speaker_verbatim": 1}
    assert counted.loc["speaker_verbatim", ["quote_id", "party"]].tolist() == ["q-the h", "P"]
    assert (table.loc[table["item"].notna(), "n"] == 0).all()
    shared = table[table["item"].isna()].set_index("whose_words")["n"]
    assert shared["outlet"] == pytest.approx(9 / 1000)
    assert shared["speaker_verbatim"] == pytest.approx(4 / 1000)
    assert set(table["item"].dropna()) == {"harbour"}
    assert any("fewer than 2 times" in note for note in schema.notes_of(table))


def test_a_groups_rate_counts_the_words_of_articles_that_lack_the_term():
    """The rate of a term is its count over all words of the group, by hand."""
    table = wording.measure_wording(
        articles("harbour harbour storm", "storm warning today now", "harbour"), NO_QUOTES, min_count=1
    )
    table["side"] = table["article_id"].map({"t0": "A", "t1": "A", "t2": "B"})
    result = compare(table, by="side").table.set_index(["group", "item"])["estimate"]
    assert result["A", "harbour"] == pytest.approx(1000 * 2 / 7)
    assert result["A", "storm"] == pytest.approx(1000 * 2 / 7)
    assert result["B", "storm"] == 0
    assert result["B", "harbour"] == pytest.approx(1000)


def test_longer_terms_stay_inside_voice_sentence_and_punctuation():
    text = 'Guards returned fire. Fire spread, smoke rose. She said "returned fire" twice.'
    quotes = schema.table([quote("t0", text, "returned fire", kind="mixed")], "quotes")
    table = wording.measure_wording(articles(text), quotes, ngrams=2, min_count=1)
    terms = set(table["item"].dropna())
    assert {"returned fire", "guards returned", "fire spread", "smoke rose"} <= terms
    assert not {"fire fire", "spread smoke", "said returned", "fire twice"} & terms


def test_longer_terms_neither_begin_nor_end_with_a_function_word():
    text = "the rule of law and the rule of law"
    pruned = set(wording.measure_wording(articles(text), NO_QUOTES, ngrams=3)["item"].dropna())
    assert pruned == {"rule", "law", "rule of law"}
    kept = set(wording.measure_wording(articles(text), NO_QUOTES, ngrams=3, keep_function_words=True)["item"].dropna())
    assert {"the", "of", "the rule", "of law", "the rule of"} <= kept


def test_what_is_not_the_article_is_not_counted():
    text = "The harbour was shut. Please support our newsroom today."
    start = text.index("Please")
    table = wording.measure_wording(articles(text, skip=[(0, [[start, len(text), "appeal"]])]), NO_QUOTES, min_count=1)
    assert set(table["item"].dropna()) == {"harbour", "shut"}
    assert table["n"].sum() == pytest.approx(4 / 1000)


def test_the_totals_do_not_hang_on_what_is_kept():
    texts = articles("one storm and one harbour", "a storm")
    for options in ({}, {"min_count": 1}, {"keep_function_words": True}, {"ngrams": 3}):
        assert wording.measure_wording(texts, NO_QUOTES, **options)["n"].sum() == pytest.approx(7 / 1000)


def test_empty_texts_and_wrong_options():
    table = wording.measure_wording(articles(""), NO_QUOTES)
    assert table.empty
    assert list(table.columns) == schema.names("measures")
    for wrong, said in (({"ngrams": 4}, "ngrams is 1, 2 or 3"), ({"min_count": 0}, "min_count is 1 or more")):
        with pytest.raises(schema.InputError, match=said):
            wording.measure_wording(articles("a storm"), NO_QUOTES, **wrong)


def test_a_concordance_quotes_the_article_as_it_is():
    text = "Troops  returned  fire. Later they Returned Fire’s echo. They returned the fire."
    lines = wording.concordance(articles(text, "No fire returned."), "returned fire", width=12)
    assert list(lines.columns) == list(wording.CONCORDANCE_COLUMNS)
    assert lines["match"].tolist() == ["returned  fire", "Returned Fire"]
    assert lines["left"].tolist() == ["Troops", "Later they"]
    assert [text[a:b] for a, b in zip(lines["start"], lines["end"], strict=True)] == lines["match"].tolist()
    assert lines["article_id"].tolist() == ["t0", "t0"]


def test_a_concordance_leaves_out_what_is_not_the_article_and_crosses_no_sentence():
    text = "The storm came. Give to our storm fund. The storm. Warning signs."
    start = text.index("Give")
    skipped = articles(text, skip=[(0, [[start, text.index("The storm. W"), "appeal"]])])
    lines = wording.concordance(skipped, "storm")
    assert lines["start"].tolist() == [4, text.rindex("storm")]
    assert "Give" not in "".join(lines["left"] + lines["right"])
    assert wording.concordance(skipped, "storm warning").empty


@pytest.mark.parametrize("phrase", ["", "  ", "?!"])
def test_a_phrase_without_a_word_is_refused(phrase):
    for find in (wording.concordance, wording.collocates):
        with pytest.raises(schema.InputError, match="no word to look for"):
            find(articles("a storm"), phrase)


def test_collocates_are_what_stands_near_more_than_elsewhere():
    texts = [
        "The heavy storm hit. A heavy storm rose.",
        "A quiet day. Quiet streets by the quiet sea, and a heavy lorry.",
    ]
    near = wording.collocates(articles(*texts), "storm").set_index("word")
    assert near.index.tolist() == ["heavy"]
    assert near.loc["heavy", ["near", "all"]].tolist() == [2, 3]
    assert np.isfinite(near.loc["heavy", "score"])


def test_the_same_input_gives_the_same_bytes():
    texts = articles("A storm, a harbour and a storm.", "The harbour's storm")
    assert wording.measure_wording(texts, NO_QUOTES).to_csv() == wording.measure_wording(texts, NO_QUOTES).to_csv()
