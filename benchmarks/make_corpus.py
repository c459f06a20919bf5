"""A corpus of any size to measure on: the project's own texts, recombined, with other names and words in each article.

Every article is invented, and says so in its last line and in the column `text_is`. Paragraphs are drawn from all texts
of `data/`, so many that a log-normal number of words is reached. Names of people, places and states are replaced by
made-up ones, nouns and adjectives by others of their kind, numbers by other numbers: alike inside an article, differing
between articles, so that no two are copies and caches of words gain nothing. The words of the alias and referent tables
of `data/harbour-strike` stay, so that those tables fit the corpus. It reads like news and makes little sense.

    python -m benchmarks.make_corpus 5000 corpus.parquet [--seed 0] [--words 500] [--spread 0.5]

Article k of a seed is the same in a corpus of any size. Memory does not grow with the number of articles. The same
seed gives the same bytes with the same texts and word lists of the package.
"""

from __future__ import annotations

import argparse
import math
import random
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache
from itertools import islice
from pathlib import Path
from typing import Any

from toolkit import entities, nlp, resources
from toolkit.grammar import verbs

ROOT = Path(__file__).resolve().parents[1]
SPREAD = 0.5  # standard deviation of the logarithm of an article's length: two in three lie within 300 to 800 words
INVENTED = "Source: invented for the source-bias-toolkit; no such outlet, person, company or place exists."
_BATCH = 250  # articles written at once
_OUTLETS = 40
_FIRST_DAY = date(2019, 1, 1)
_DAYS = 5 * 365
_DAY_NAMES = tuple("Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split())
_MONTHS = tuple("January February March April June July August September October November December".split())
_PEOPLES = ("Syrian", "Russian", "American", "Turkish", "Kurdish", "Arab", "Islamic")
_ONSETS = tuple("B Br C D Dr F G Gr H J K Kr L M N P R S St T Tr V W Z".split())
_MIDDLES = tuple("a e i o u ai ei or an el in us ar en ol".split())
_LINKS = tuple("b d l ll m n nd r rr s st t tt v".split())
_ENDS = tuple("a e ek en er in is o old on ow us ac ell by ard".split())
_TOKEN = re.compile(r"U\.S\.|\d[\d,.]*\d|\d|[^\W\d_]+")
_SWAPPED = ("NN", "NNS", "JJ")
_VOWELS = "aeiou"


@dataclass(frozen=True)
class Piece:
    """A stretch of a paragraph and its kind: empty stays as it is, any other is drawn anew for each article."""

    text: str
    kind: str = ""


@dataclass(frozen=True)
class Material:
    """What articles are made of: headlines, paragraphs, and the words of each kind."""

    headlines: list[list[Piece]]
    paragraphs: list[list[Piece]]
    kinds: dict[str, list[str]]


@lru_cache(maxsize=1)
def material() -> Material:
    """The project's texts, taken apart once."""
    texts = [path.read_text(encoding="utf-8") for path in sorted((ROOT / "data").glob("*/*.txt"))]
    kinds = _Kinds(texts)
    lines = [[line for line in text.splitlines() if len(line.split()) > 3] for text in texts]
    headlines = [kinds.pieces(first) for first, *_ in lines]
    body = (line for _, *rest in lines for line in rest if not line.startswith(("Source:", "Associated Press writers")))
    paragraphs = [kinds.pieces(line) for line in body]
    words: dict[str, set[str]] = {}
    for piece in (piece for part in (*headlines, *paragraphs) for piece in part):
        words.setdefault(piece.kind, set()).add(piece.text)
    fixed = {f"given {gender}": [name.title() for name in names] for gender, names in _first_names().items()}
    fixed |= {"day": [*_DAY_NAMES], "month": [*_MONTHS]}
    return Material(headlines, paragraphs, {kind: sorted(found) for kind, found in words.items()} | fixed)


@lru_cache(maxsize=1)
def _first_names() -> dict[str, list[str]]:
    """First names by gender."""
    rows = resources.table("first_names.tsv")
    return {gender: [name for g, names in rows if g == gender for name in names.split()] for gender in ("m", "f")}


class _Kinds:
    """Tells of what kind the words of the texts are."""

    def __init__(self, texts: Sequence[str]) -> None:
        whole = "\n".join(texts)
        self._small = set(re.findall(r"\b[a-z]+\b", whole))
        self._inside = set(re.findall(r"(?<=[a-z,] )[A-Z]\w+", whole))
        self._people = set(resources.lines("person_nouns.txt"))
        self._titles = set(resources.lines("titles.txt"))
        folder = ROOT / "data" / "harbour-strike"
        aliases = entities.load_parties(folder / "parties.csv")["alias"]
        phrases = entities.load_referents(folder / "referents.csv")["phrase"]
        self._kept = {word for phrase in (*aliases, *phrases) for word in phrase.lower().split()}

    def pieces(self, line: str) -> list[Piece]:
        """A line in pieces, each with its kind."""
        parsed = {sentence.start + token.idx: token for sentence in nlp.parse(line) for token in sentence.words}
        out, last = [], 0
        for match in _TOKEN.finditer(line):
            if kind := self._kind(match[0], parsed.get(match.start())):
                out += [Piece(line[last : match.start()]), Piece(match[0], kind)]
                last = match.end()
        return [*out, Piece(line[last:])]

    def _kind(self, word: str, token: Any) -> str:
        if word[0].isdigit():
            return "number"
        if word[0].isupper():
            return self._name_kind(word, token.pos_ if token else "")
        return self._noun_kind(word, token) if token else ""

    def _name_kind(self, word: str, pos: str) -> str:
        if word in (*_DAY_NAMES, *_MONTHS):
            return "day" if word in _DAY_NAMES else "month"
        if word.removesuffix("s") in _PEOPLES:
            return "people"
        if word.lower() in self._small | self._titles and word not in ("US", "IS"):
            return ""
        given = next((f"given {gender}" for gender, names in _first_names().items() if word.lower() in names), "")
        return given or ("name" if pos == "PROPN" or word in self._inside or not word.istitle() else "")

    def _noun_kind(self, word: str, token: Any) -> str:
        """The kind of a noun or adjective that may be any other; words of events and of the tables stay."""
        if token.text != word or token.tag_ not in _SWAPPED or token.pos_ not in ("NOUN", "ADJ") or len(word) < 3:
            return ""
        lemma = token.lemma_.lower()
        if word in self._kept or verbs.noun(lemma) or verbs.entries(lemma):
            return ""
        return f"person {token.tag_}" if lemma in self._people and token.tag_ != "JJ" else token.tag_


@dataclass
class _Writer:
    """Draws the words of one article; what was drawn once stays for the article."""

    rng: random.Random
    drawn: dict[Piece, str] = field(default_factory=dict)

    def write(self, pieces: list[Piece]) -> str:
        """A paragraph with this article's words in it."""
        out = ""
        for piece in pieces:
            word = self._word(piece) if piece.kind else piece.text
            if piece.kind and word[0].lower() in _VOWELS:
                out = re.sub(r"\b([Aa]) $", r"\1n ", out)
            elif piece.kind:
                out = re.sub(r"\b([Aa])n $", r"\1 ", out)
            out += word
        return out

    def _word(self, piece: Piece) -> str:
        if piece not in self.drawn:
            self.drawn[piece] = self._draw(piece)
        return self.drawn[piece]

    def _draw(self, piece: Piece) -> str:
        if piece.kind == "number":
            return _number(piece.text, self.rng)
        if piece.kind == "name":
            return name(self.rng)
        if piece.kind == "people":
            return name(self.rng) + "ian" + ("s" if piece.text in ("Russians", "Americans") else "")
        return self.rng.choice(material().kinds[piece.kind])


def name(rng: random.Random) -> str:
    """A made-up name of two or three syllables."""
    middle = "".join(rng.choice(_MIDDLES) + rng.choice(_LINKS) for _ in range(rng.choice((1, 1, 2))))
    return rng.choice(_ONSETS) + middle + rng.choice(_ENDS)


def _number(text: str, rng: random.Random) -> str:
    """Another number of the same form; a year stays near."""
    if re.fullmatch(r"(?:19|20)\d\d", text):
        return str(rng.randint(1980, 2023))
    return "".join(str(rng.randint(1, 9)) if c.isdigit() else c for c in text)


@lru_cache(maxsize=4)
def outlets(seed: int) -> list[str]:
    """Made-up outlets, those that publish most first."""
    rng = random.Random(f"outlets {seed}")
    papers = "Courier Gazette Herald Ledger Post Record Tribune Wire".split()
    return [f"{name(rng)} {rng.choice(papers)} (invented)" for _ in range(_OUTLETS)]


def _lines(writer: _Writer, length: float) -> Iterator[str]:
    """A headline and paragraphs, of about so many words together; none twice before all were used."""
    known, rng = material(), writer.rng
    paragraphs: list[list[Piece]] = []
    line, total = writer.write(rng.choice(known.headlines)), 0
    while not total or total + len(line.split()) / 2 < length:
        yield line
        total += len(line.split())
        paragraphs = paragraphs or rng.sample(known.paragraphs, len(known.paragraphs))
        line = writer.write(paragraphs.pop())


def article(number: int, seed: int, words: float, spread: float) -> dict[str, str]:
    """One article, with what a table of articles holds."""
    rng = random.Random(f"{seed} {number}")
    lines = list(_lines(_Writer(rng), words * math.exp(rng.gauss(0, spread) - spread**2 / 2)))
    first = rng.choice(material().kinds[rng.choice(("given f", "given m"))])
    return {
        "article_id": f"invented_{number:07}",
        "outlet": rng.choices(outlets(seed), [1 / rank for rank in range(1, _OUTLETS + 1)])[0],
        "title": lines[0],
        "date": str(_FIRST_DAY + timedelta(days=rng.randrange(_DAYS))),
        "url": f"https://news.invalid/{seed}/{number}",
        "author": f"{first} {name(rng)}",
        "language": "en",
        "text": "\n\n".join([*lines, INVENTED]),
        "text_is": "Invented, by benchmarks/make_corpus.py",
    }


def corpus(count: int, *, seed: int = 0, words: float = 500, spread: float = SPREAD) -> Iterator[dict[str, str]]:
    """The articles, one after the other; `words` is their mean length."""
    return (article(number, seed, words, spread) for number in range(count))


def write(rows: Iterable[dict[str, str]], file: Path) -> None:
    """The articles as a Parquet file, a batch at a time."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    rest = iter(rows)
    columns = pa.schema([(column, pa.string()) for column in article(0, 0, 1, 0)])
    with pq.ParquetWriter(file, columns, compression="zstd", write_statistics=False) as out:
        while batch := list(islice(rest, _BATCH)):
            out.write_table(pa.Table.from_pylist(batch, schema=columns))


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the corpus."""
    parser = argparse.ArgumentParser(description="A corpus of invented articles to measure on.")
    parser.add_argument("articles", type=int, help="how many")
    parser.add_argument("file", type=Path, help="a .parquet file")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--words", type=float, default=500, help="mean length of an article")
    parser.add_argument("--spread", type=float, default=SPREAD, help="of the lengths; 0: all about as long")
    given = parser.parse_args(arguments)
    rows = corpus(given.articles, seed=given.seed, words=given.words, spread=given.spread)
    write(nlp.progress(rows, "articles", given.articles), given.file)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
