"""Text to labels: which words name a speaker, which are the cue, which are content.

A MiniLM-L6 encoder fine-tuned on attribution, with a conditional random field over BIO labels; see the model card
beside the weights. Each window is run alone, so that a text's labels never hang on what is analysed beside it.
"""

from __future__ import annotations

import json
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import islice, pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .. import resources
from ..schema import InputError
from .words import Words

Floats = NDArray[np.float32]

WINDOW = 430  # word pieces between the model's end marks
BLOCK = 96  # the lower layers look no further than a block of about so many
_OVERLAP = 46  # pieces that two windows share where no paragraph ends between them
_LEAST = 100  # pieces of a window
_TOGETHER = 128  # windows, some 40,000 words, whose labels are chosen together: what a longer text keeps stays small
_CLS, _SEP, _UNKNOWN = 101, 102, 100
_FLAG_MARK, _FLAG_BREAK = 14, 15
PIECES_A_WORD = 6
_STATE = 128  # numbers that tell the linker how a word is seen
_SHA256 = {
    "tagger.int8.onnx": "2142c223c02805041959cc69d0dd3d97a4cfa96bab419767a838575f3960a863",
    "crf.json": "67689df5cea8e990cd1da6c16cf149fca6a4e7ea77309e3d18b9eeb751769e50",
    "linker.npz": "12648ff889bd83e4a8ad2134283e0f40f76fa9617747fcbb7732b2bf0f74431a",
    "calibration.json": "3b25611e65bf57ff0ffe1f61b8d2f28871a4817fd95171cbcd99332b76dbe1af",
    "tokenizer.json": "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037",
}


def _unseen() -> Floats:
    return np.zeros(2 * _STATE, dtype=np.float32)


@dataclass(frozen=True)
class Label:
    """A run of words with one role: S names a speaker, C is a cue, K is content.

    `sure` and `least` are the model's mean and lowest belief in the words' labels; `ends` is how it sees the first and
    the last word, for the linker.
    """

    role: str
    first: int
    last: int  # one past the last word
    sure: float
    least: float = 0.5
    ends: Floats = field(default_factory=_unseen, repr=False, compare=False)


@dataclass(frozen=True)
class Pieces:
    """A text in the vocabulary's word pieces. `first` is where each word's first piece stands."""

    ids: list[int]
    flags: list[int]
    first: list[int]


@dataclass(frozen=True)
class _Model:
    session: Any
    labels: list[str]
    transition: Floats
    start: Floats
    end: Floats


def model_file(name: str) -> bytes:
    """A file of the quote model; one that is missing or altered is refused."""
    path = resources.path("quote_model", name)
    if not path.is_file():
        raise InputError(f"The quote model's file {path} is missing; install the package again.")
    if resources.sha256(path) != _SHA256[name]:
        raise InputError(f"The quote model's file {path} is not the one released; install the package again.")
    return path.read_bytes()


@lru_cache(maxsize=1)
def _tokenizer() -> Any:
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_str(model_file("tokenizer.json").decode("utf-8"))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return tokenizer


@lru_cache(maxsize=1)
def _model() -> _Model:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1  # the same sums in the same order on every machine
    options.log_severity_level = 3
    session = onnxruntime.InferenceSession(
        model_file("tagger.int8.onnx"),
        options,
        providers=["CPUExecutionProvider"],
        disabled_optimizers=["SkipLayerNormFusion"],  # as two operators it takes a quarter of the time
    )
    crf = json.loads(model_file("crf.json"))
    arrays = (np.array(crf[key], dtype=np.float32) for key in ("transition", "start", "end"))
    return _Model(session, crf["labels"], *arrays)


@lru_cache(maxsize=65_536)
def _pieces(word: str) -> tuple[tuple[int, ...], int]:
    """The numbers of a word's pieces, and the flag of its case, which the lower-cased vocabulary cannot tell."""
    ids = tuple(_tokenizer().encode(word, add_special_tokens=False).ids[:PIECES_A_WORD]) or (_UNKNOWN,)
    return ids, 0 if word.islower() else 4 if word.isupper() and len(word) > 1 else 2 if word[0].isupper() else 6


def pieces(words: Words) -> Pieces:
    """Word pieces and their flags, as the model reads them. A new paragraph gives a separator."""
    out = Pieces([], [], [])
    place = words.paragraph[0] if len(words) else 0
    for word, paragraph, quoted in zip(words.string, words.paragraph, words.quoted, strict=True):
        if paragraph != place:
            out.ids.append(_SEP)
            out.flags.append(_FLAG_BREAK)
            place = paragraph
        ids, case = _pieces(word)
        out.first.append(len(out.ids))
        out.ids.extend(ids)
        out.flags.extend([case + quoted] * len(ids))
    return out


def window_inputs(text: Pieces, begin: int, end: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The pieces [begin, end) between two end marks, in blocks of equal, even length, filled up with end marks."""
    size = end - begin + 2
    count = -(-size // BLOCK)
    each = -(-size // count)
    each += each % 2
    marks = 1 + count * each - size
    ids = [_CLS, *text.ids[begin:end], *([_SEP] * marks)]
    flags = [_FLAG_MARK, *text.flags[begin:end], *([_FLAG_MARK] * marks)]
    return (np.array(ids, dtype=np.int64).reshape(count, -1), np.array(flags, dtype=np.int64).reshape(count, -1))


def _window(text: Pieces, begin: int, end: int) -> tuple[Floats, Floats]:
    """The model's output for the pieces [begin, end)."""
    ids, flags = window_inputs(text, begin, end)
    scores, states = _model().session.run(None, {"ids": ids, "fl": flags})
    return scores[0][1 : end - begin + 1], states[0][1 : end - begin + 1]


def cuts(text: Pieces) -> list[int]:
    """Where a paragraph begins, in pieces."""
    return [i + 1 for i, flag in enumerate(text.flags) if flag == _FLAG_BREAK]


def _windows(text: Pieces) -> list[tuple[int, int]]:
    """A text in windows of about the same length, cut between paragraphs; where one is too long, they overlap."""
    size, at, begin, out = len(text.ids), cuts(text), 0, []
    while size - begin > WINDOW:
        left = -(-(size - begin) // WINDOW)
        ideal = begin + (size - begin) // left
        between = at[bisect_right(at, begin + _LEAST) : bisect_right(at, begin + WINDOW)]
        end = min(between, key=lambda i: abs(i - ideal), default=0)
        out.append((begin, end or begin + WINDOW))
        begin = end or begin + WINDOW - _OVERLAP
    return [*out, (begin, size)]


def _outputs(text: Pieces) -> Iterator[tuple[Floats, Floats]]:
    """For the words of each window, the score of each label, and the state that the linker reads."""
    windows, done = _windows(text), 0
    for (begin, end), (after, _) in zip(windows, [*windows[1:], (len(text.ids), 0)], strict=True):
        last = (after + end) // 2  # where two overlap, each is trusted up to the middle
        inside = slice(bisect_left(text.first, done), bisect_left(text.first, last))
        first = np.array(text.first[inside], dtype=np.intp) - begin
        scores, states = _window(text, begin, end)
        yield scores[first], states[first]
        done = last


def _best_path(scores: Floats, model: _Model) -> list[int]:
    """The most probable sequence of labels (Viterbi)."""
    best = scores.copy()  # for each word and label, what the best sequence that ends so has
    best[0] += model.start
    ways = np.empty_like(model.transition)
    for before, here in pairwise(best):
        np.add(before[:, None], model.transition, out=ways)
        here += np.maximum.reduce(ways)
    path = [int((best[-1] + model.end).argmax())]
    for back in reversed((best[:-1, :, None] + model.transition).argmax(1).tolist()):
        path.append(back[path[-1]])
    return path[::-1]


def tag(words: Words) -> list[Label]:
    """The labelled runs of words of one text, in order."""
    out: list[Label] = []
    outputs, done = _outputs(pieces(words)), 0
    while len(words) and (some := list(islice(outputs, _TOGETHER))):
        scores, states = (np.concatenate(parts) for parts in zip(*some, strict=True))
        out += _labels(done, scores, states)
        done += len(scores)
    return out


def _labels(first: int, scores: Floats, states: Floats) -> Iterator[Label]:
    """The labelled runs of the words from number `first` on."""
    model = _model()
    path = _best_path(scores, model)
    belief = np.exp(scores - scores.max(1, keepdims=True))
    belief /= belief.sum(1, keepdims=True)
    own = belief[np.arange(len(path)), path]
    begin = 0
    for i in range(1, len(path) + 1):
        if i < len(path) and _continues(model.labels[path[i]], model.labels[path[i - 1]]):
            continue
        role = model.labels[path[begin]][2:]
        if role:
            ends = np.concatenate([states[begin], states[i - 1]])
            sure, least = float(own[begin:i].mean()), float(own[begin:i].min())
            yield Label(role, first + begin, first + i, sure, least, ends)
        begin = i


def _continues(label: str, before: str) -> bool:
    return label == "O" == before or (label[0] == "I" and label[2:] == before[2:])
