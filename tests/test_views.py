"""Tables as HTML: well-formed, escaped in every field, and the marks stand on the words they speak of."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from itertools import pairwise
from typing import Any

import pandas as pd
import pytest
from conftest import ROOT
from hypothesis import given
from hypothesis import strategies as st

from toolkit import extract_quotes, find_claims, load_articles, load_parties, schema, show_article
from toolkit import show_side_by_side as side_by_side
from toolkit.schema import InputError
from toolkit.views import (
    COLOURS,
    _Mark,
    _marked,
    article_anchor,
    party_colours,
    quote_anchor,
    quotes_html,
    safe_link,
    show_quotes,
)

EXAMPLE = ROOT / "data" / "khirbet-ammu-2020"
EVIL = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>&amp;</td></div>"
VOID = {"meta", "br", "img", "link", "input", "hr", "base", "col", "wbr"}


class Page(HTMLParser):
    """What stands in a piece of HTML, and a complaint for each tag that is not closed in its place."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.wrong: list[str] = []
        self.words: dict[str, list[str]] = {}
        self._open: list[str] = []
        self.feed(html)
        self.close()
        self.wrong += [f"<{tag}> is never closed" for tag in self._open]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {name: value or "" for name, value in attrs}))
        if tag not in VOID:
            self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        if not self._open or self._open[-1] != tag:
            self.wrong.append(f"</{tag}> closes {self._open[-1:]} at {self.getpos()}")
        elif self._open:
            self._open.pop()

    def handle_data(self, data: str) -> None:
        for tag in {"", *self._open}:
            self.words.setdefault(tag, []).append(data)

    def text(self, tag: str = "") -> str:
        """All words inside elements of this name; without a name, all words."""
        return "".join(self.words.get(tag, []))

    def all(self, tag: str) -> list[dict[str, str]]:
        return [attributes for name, attributes in self.tags if name == tag]


def dangers(page: Page) -> list[str]:
    """What could run code or call out: handlers, scripts, frames, addresses that are not http(s) or a place here."""
    found = [f"<{tag}>" for tag, _ in page.tags if tag in {"iframe", "object", "embed", "base", "form", "link", "svg"}]
    for tag, attributes in page.tags:
        found += [f"{tag} {name}" for name in attributes if name.startswith("on")]
        address = re.sub(r"^[\0-\x20]+|[\t\n\r]", "", attributes.get("href", attributes.get("src", "")))
        plain = re.match(r"https?://|#|data:image/png;base64,|(?:charts|tables)/[\w.-]+$", address, re.IGNORECASE)
        found += [f"{tag} to {address[:60]}"] if address and not plain else []
    return found


def article(**fields: Any) -> pd.DataFrame:
    row = {"article_id": "a", "outlet": "A", "text": "She said “no” twice.", "skip": [], **fields}
    return schema.table([row], "articles")


def quote(**fields: Any) -> dict[str, Any]:
    row = {"quote_id": "q", "article_id": "a", "outlet": "A", "act": "speech", "kind": "mixed", "content": "“no” twice"}
    return {**row, "start": 9, "end": 19, "spans": [[9, 19]], "fragments": [[10, 12, "no"]], **fields}


def quotes(*rows: dict[str, Any]) -> pd.DataFrame:
    return schema.table(rows, "quotes")


@pytest.fixture(scope="module")
def example() -> tuple[pd.DataFrame, pd.DataFrame]:
    articles = load_articles(EXAMPLE)
    return articles, extract_quotes(articles, parties=load_parties(EXAMPLE / "parties.csv"))


# Escaping


@pytest.mark.parametrize("name", ["article_id", "outlet", "title", "date", "author", "url", "text"])
def test_no_field_of_an_article_becomes_html(name: str) -> None:
    table = article(**{name: EVIL})
    page = Page(str(show_article(str(table["article_id"][0]), table, quotes())))
    assert page.wrong == []
    assert dangers(page) == []
    assert not page.all("script")
    assert EVIL in page.text() or name == "url"


@pytest.mark.parametrize("name", ["speaker", "speaker_text", "party", "cue", "act", "kind", "content", "outlet"])
def test_no_field_of_a_quotation_becomes_html(name: str) -> None:
    row = quote(**{name: EVIL}) | ({"fragments": [], "spans": []} if name == "content" else {})
    table = quotes(row)
    for html in (show_quotes(table), show_article("a", article(), table)):
        page = Page(str(html))
        assert page.wrong == []
        assert dangers(page) == []
        assert not page.all("script")
    if name in ("speaker", "party", "cue", "content", "outlet"):
        assert EVIL in Page(str(show_quotes(table))).text()


@pytest.mark.parametrize("name", ["point", "version", "by", "outlet"])
def test_no_field_of_a_claim_becomes_html(name: str) -> None:
    row = {"point": "P", "article_id": "a", "status": "reports", "version": "V", "by": "B", "start": 0, "end": 3}
    claims = schema.table([row | ({name: EVIL} if name != "outlet" else {})], "claims")
    page = Page(str(side_by_side(claims, article(outlet=EVIL, text=EVIL))))
    assert page.wrong == []
    assert dangers(page) == []
    assert not page.all("script")
    assert EVIL in page.text()


@pytest.mark.parametrize(
    ("url", "linked"),
    [
        ("https://example.org/a?b=1&c='\"", True),
        ("HTTP://EXAMPLE.ORG", True),
        ("javascript:alert(1)", False),
        (" JavaScript:alert(1)", False),
        ("java\nscript:alert(1)", False),
        ("data:text/html,<script>", False),
        ("vbscript:x", False),
        ("//example.org", False),
        ("file:///etc/hostname", False),
        ("http://[here", False),
        ("", False),
        (None, False),
        (float("nan"), False),
    ],
)
def test_only_web_addresses_become_links(url: object, linked: bool) -> None:
    page = Page(safe_link(url, "<label>"))
    assert page.text() == "<label>"
    assert page.wrong == []
    assert [a["href"] for a in page.all("a")] == ([url] if linked else [])
    assert all(a["rel"] == "noopener noreferrer" for a in page.all("a"))


@given(url=st.text() | st.text("htps:/[]@javscript\n\t ").map("http".__add__), label=st.text())
def test_any_address_gives_the_label_and_at_most_a_web_link(url: str, label: str) -> None:
    page = Page(f"<p>{safe_link(url, label)}</p>")
    assert page.wrong == []
    assert dangers(page) == []
    assert page.text().replace("\r", "\n") == label.replace("\r\n", "\n").replace("\r", "\n") or "\r" in label


# Marks


def test_an_article_is_shown_to_the_character_with_its_marks_on_their_words(
    example: tuple[pd.DataFrame, pd.DataFrame],
) -> None:
    articles, found = example
    for row in schema.records(articles):
        html = str(show_article(row["article_id"], articles, found))
        page = Page(html)
        assert page.wrong == []
        body = html.partition('<div class="text">')[2].partition("</div>")[0]
        bare = re.sub(r'<sup class="no">.*?</sup>', "", body).replace("<br>", "\n")
        assert Page(f"<p>{bare}</p>").text() == row["text"]
        mine = found[found["article_id"] == row["article_id"]]
        assert sorted(map(int, re.findall(r'class="no"><a id="q-\w+" href="#q-\w+-said">(\d+)<', body))) == list(
            range(1, len(mine) + 1)
        )


def test_a_speaker_whose_name_is_broken_over_two_lines() -> None:
    row = quote(
        speaker_text="Ann\nBo", speaker_start=0, speaker_end=6, start=12, end=16, spans=[[12, 16]], fragments=[]
    )
    page = Page(str(show_article("a", article(text="Ann\nBo said four words."), quotes(row))))
    assert page.wrong == []
    assert not any("<br>" in span.get("title", "") for span in page.all("span"))


def test_what_is_not_the_article_is_named_with_its_reason() -> None:
    page = Page(str(show_article("a", article(skip=[[0, 3, "credit"]]), quotes())))
    assert "not part of the article: credit" in [span.get("title") for span in page.all("span")]
    assert "credit: “She”" in page.text()


def test_an_unknown_article_names_those_there_are() -> None:
    with pytest.raises(InputError, match="There is no article 'b'; the articles are a"):
        show_article("b", article(), quotes())


def bold(row: dict[str, Any]) -> list[str]:
    return Page(str(show_quotes(quotes(row)))).words.get("b", [])


def test_words_in_quotation_marks_are_bold_where_they_stand() -> None:
    assert bold(quote()) == ["no"]
    assert bold(quote(kind="direct", fragments=[], content="No & no")) == ["No & no"]
    assert bold(quote(kind="indirect", fragments=[])) == []
    said = quote(content="a b amp & b", start=0, end=11, spans=[[0, 11]], fragments=[[0, 1, "a"], [10, 11, "b"]])
    assert bold(said) == ["a", "b"]
    assert "<b>a</b> b amp &amp; <b>b</b>" in str(show_quotes(quotes(said)))
    broken = quote(content="he went … far off", spans=[[5, 12], [40, 47]], start=5, end=47, fragments=[[44, 47, "off"]])
    assert "he went … far <b>off</b>" in str(show_quotes(quotes(broken)))


def test_bold_words_of_the_example_are_its_fragments(example: tuple[pd.DataFrame, pd.DataFrame]) -> None:
    rows = [row for row in schema.records(example[1]) if row["kind"] == "mixed"]
    assert len(rows) > 5
    for row in rows:
        assert bold(row) == [words for _, _, words in row["fragments"]]
        assert row["content"] in Page(str(show_quotes(quotes(row)))).text("td")


# Side by side, colours, length


def test_side_by_side_shows_every_version_and_judges_none(example: tuple[pd.DataFrame, pd.DataFrame]) -> None:
    articles, found = example
    claims = find_claims(articles, found, EXAMPLE / "claims.yml")
    page = Page(str(side_by_side(claims, articles)))
    assert page.wrong == []
    told = claims[claims["status"].isin(["asserts", "reports", "denies"])]
    for row in schema.records(told):
        assert row["version"] in page.text()
        assert row["by"] is None or row["by"] in page.text()
    assert set(claims["point"]) <= set(page.words["h3"])
    few = Page(str(side_by_side(claims, articles, outlets=["RT"])))
    assert "Associated Press" not in few.text()
    assert not re.search(r"\b(?:true|false|lie[sd]?|biased|wrong)\b", few.text(), re.IGNORECASE)


def test_parties_keep_their_colours_whatever_order_they_come_in() -> None:
    names = [f"p{i}" for i in range(len(COLOURS))]
    assert party_colours(reversed(names)) == party_colours([*names, None, *names])
    assert len(set(party_colours(names).values())) == len(COLOURS)
    assert all(a != b for a, b in pairwise(party_colours(names).values()))


def test_rows_that_are_not_shown_are_counted() -> None:
    table = quotes(*(quote(quote_id=str(i)) for i in range(5)))
    page = Page(str(show_quotes(table, most=3)))
    assert page.wrong == []
    assert len(page.all("tr")) == 1 + 3
    assert "2 more rows are not shown" in page.text()
    assert "not shown" not in Page(str(show_quotes(table))).text()


# Links and differing words


def test_every_link_within_an_article_leads_to_a_place_that_is_there_once(
    example: tuple[pd.DataFrame, pd.DataFrame],
) -> None:
    articles, found = example
    page = Page(str(show_article(articles["article_id"][0], articles, found)))
    names = [attributes["id"] for _, attributes in page.tags if "id" in attributes]
    targets = [a["href"][1:] for a in page.all("a") if a["href"].startswith("#")]
    mine = found[found["article_id"] == articles["article_id"][0]]
    assert len(names) == len(set(names)) == 2 * len(mine) + 1
    assert set(targets) == set(names) - {article_anchor(articles["article_id"][0])}


def test_a_row_leads_to_its_place_only_where_its_article_stands_in_the_page() -> None:
    rows = schema.records(quotes(quote(), quote(quote_id="r", article_id="b")))
    page = Page(quotes_html(rows, {}, linked=["a"]))
    assert [a["href"] for a in page.all("a")] == ["#" + quote_anchor("q")]


def test_what_was_measured_stands_beside_a_quotation_in_words() -> None:
    row = {"quote_id": "q", "article_id": "a", "family": "sentiment", "measure": "score", "item": "compound"}
    table = schema.table([{**row, "value": -0.5, "n": 1}, {**row, "value": -0.25, "n": 1}], "measures")
    page = Page(str(show_article("a", article(), quotes(quote()), table)))
    assert "score, compound -0.38" in page.text("li")
    assert any("score, compound -0.38" in span.get("title", "") for span in page.all("span"))


@given(
    st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30)).map(sorted), max_size=12),
    st.text("ab <&\n", min_size=30, max_size=30),
)
def test_any_marks_leave_the_text_as_it_is_and_hold_their_words(spans: list[list[int]], text: str) -> None:
    html = _marked(text, [_Mark(start, end, f"m{k}") for k, (start, end) in enumerate(spans)], {})
    page = Page(f"<p>{html.replace('<br>', chr(10))}</p>")
    assert page.wrong == []
    assert page.text() == text
    for k, (start, end) in enumerate(spans):
        pieces = re.findall(rf'<span class="(?:[^"]* )?m{k}(?: [^"]*)?"[^>]*>(.*?)</span>', html)
        assert Page("".join(pieces).replace("<br>", "\n")).text() == text[start:end]


def accounts(*texts: str) -> Page:
    rows = [{"article_id": str(k), "outlet": f"O{k}", "text": text} for k, text in enumerate(texts)]
    told = {"point": "P", "status": "asserts", "version": "V", "start": 0}
    claims = [{**told, "article_id": row["article_id"], "end": len(row["text"])} for row in rows]
    return Page(str(side_by_side(schema.table(claims, "claims"), schema.table(rows, "articles"))))


def test_words_that_no_other_account_has_are_marked_whatever_their_endings() -> None:
    page = accounts("The troops fired at the crowd", "A soldier fires at a crowd")
    marked = [word for word in page.words["mark"] if word != "Underlined"]
    assert marked == ["troops", "soldier"]


def test_where_there_is_nothing_to_differ_from_no_word_is_marked() -> None:
    assert accounts("The troops fired").all("mark") == []
    assert accounts("The troops fired", "The troops fired").all("mark") == []


def test_an_outlet_that_is_not_there_is_named_with_those_that_are() -> None:
    with pytest.raises(InputError, match="no outlet 'B'; the outlets are A"):
        side_by_side(schema.table([], "claims"), article(), outlets=["B"])
