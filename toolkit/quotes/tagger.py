"""Text to labels: which words name a speaker, which are the cue, which are content.

A MiniLM-L6 encoder fine-tuned on attribution, with a conditional random field over BIO labels; see the model card
beside the weights. Each window is run alone, so that a text's labels never hang on what is analysed beside it.
"""

from __future__ import annotations

import json
from bisect import bisect_right
from dataclasses import dataclass, field
from functools import lru_cache
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
_CLS, _SEP, _UNKNOWN = 101, 102, 100
_FLAG_MARK, _FLAG_BREAK = 14, 15
PIECES_A_WORD = 6
_STATE = 128  # numbers that tell the linker how a word is seen
_SHA256 = {
    "tagger.int8.onnx": "2142c223c02805041959cc69d0dd3d97a4cfa96bab419767a838575f3960a863",
    "crf.json": "67689df5cea8e990cd1da6c16cf149fca6a4e7ea77309e3d18b9eeb751769e50",
    "linker.npz": "12648ff889bd83e4a8ad2134283e0f40f76fa9617747fcbb7732b2bf0f74431a",
    "calibration.json": "e10c55b60d0208d9131cea756f5c4b3bff24eea74f6931ab48a6b0a14b8bef91",
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
    session = onnxruntime.InferenceSession(model_file("tagger.int8.onnx"), options, providers=["CPUExecutionProvider"])
    crf = json.loads(model_file("crf.json"))
    arrays = (np.array(crf[key], dtype=np.float32) for key in ("transition", "start", "end"))
    return _Model(session, crf["labels"], *arrays)


def _flag(words: Words, i: int) -> int:
    """What the vocabulary, which is lower-cased, cannot tell: the word's case, and whether it stands in quotation."""
    word = words.string[i]
    case = 0 if word.islower() else 2 if word.isupper() and len(word) > 1 else 1 if word[0].isupper() else 3
    return case * 2 + words.quoted[i]


def pieces(words: Words) -> Pieces:
    """Word pieces and their flags, as the model reads them. A new paragraph gives a separator."""
    known = list(dict.fromkeys(words.string))
    encoded = _tokenizer().encode_batch_fast(known, add_special_tokens=False)
    ids = {word: (each.ids or [_UNKNOWN])[:PIECES_A_WORD] for word, each in zip(known, encoded, strict=True)}
    out = Pieces([], [], [])
    for i, word in enumerate(words.string):
        if i and words.paragraph[i] != words.paragraph[i - 1]:
            out.ids.append(_SEP)
            out.flags.append(_FLAG_BREAK)
        found = ids[word]
        out.first.append(len(out.ids))
        out.ids.extend(found)
        out.flags.extend([_flag(words, i)] * len(found))
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


def _outputs(words: Words) -> tuple[Floats, Floats]:
    """For each word, the score of each label, and the state that the linker reads."""
    text = pieces(words)
    windows = _windows(text)
    scores, states, done = [], [], 0
    for (begin, end), (after, _) in zip(windows, [*windows[1:], (len(text.ids), 0)], strict=True):
        found = _window(text, begin, end)
        last = (after + end) // 2  # where two overlap, each is trusted up to the middle
        scores.append(found[0][done - begin : last - begin])
        states.append(found[1][done - begin : last - begin])
        done = last
    return np.concatenate(scores)[text.first], np.concatenate(states)[text.first]


def _best_path(scores: Floats, model: _Model) -> list[int]:
    """The most probable sequence of labels (Viterbi)."""
    back = np.zeros(scores.shape, dtype=np.int64)
    best = model.start + scores[0]
    for t in range(1, len(scores)):
        ways = best[:, None] + model.transition
        back[t] = ways.argmax(0)
        best = ways.max(0) + scores[t]
    path = [int((best + model.end).argmax())]
    for t in range(len(scores) - 1, 0, -1):
        path.append(int(back[t][path[-1]]))
    return path[::-1]


def tag(words: Words) -> list[Label]:
    """The labelled runs of words of one text, in order."""
    if not len(words):
        return []
    model = _model()
    scores, states = _outputs(words)
    path = _best_path(scores, model)
    belief = np.exp(scores - scores.max(1, keepdims=True))
    belief /= belief.sum(1, keepdims=True)
    own = belief[np.arange(len(path)), path]
    out: list[Label] = []
    begin = 0
    for i in range(1, len(path) + 1):
        if i < len(path) and _continues(model.labels[path[i]], model.labels[path[i - 1]]):
            continue
        role = model.labels[path[begin]][2:]
        if role:
            ends = np.concatenate([states[begin], states[i - 1]])
            out.append(Label(role, begin, i, float(own[begin:i].mean()), float(own[begin:i].min()), ends))
        begin = i
    return out


def _continues(label: str, before: str) -> bool:
    return label == "O" == before or (label[0] == "I" and label[2:] == before[2:])
