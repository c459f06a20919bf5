"""Text to labels: which words name a speaker, which are the cue, which are content.

A MiniLM-L6 encoder fine-tuned on attribution, with a conditional random field over BIO labels; see the model card
beside the weights. Each window is run alone, so that a text's labels never hang on what is analysed beside it.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .. import resources
from ..schema import InputError
from .words import Words

Floats = NDArray[np.float32]

_WINDOW = 382  # word pieces between the model's two end marks
_STRIDE = 336
_EDGE = (_WINDOW - _STRIDE) // 2
_CLS, _SEP, _UNKNOWN = 101, 102, 100
_FLAG_MARK, _FLAG_BREAK = 14, 15
PIECES_A_WORD = 6
_STATE = 128  # numbers that tell the linker how a word is seen
_SHA256 = {
    "tagger.int8.onnx": "b09c7b113adef31fddf45e675503bd2ea3c93b1cbb84abdb68e405efa5c0e9c6",
    "crf.json": "e64a5263181e4cff65e9fcf7d96f55afe4cb1af874ddc26ea6171d5832ca6a76",
    "linker.npz": "b145cef54f51470fd0de8beda12d72c17b8f75a961dd6dc53486032aa97f48c4",
    "calibration.json": "61b17287b6be682a1e2a084b3aee8cf98271efa497700755e1c12c6fd4e0708b",
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


def _window(text: Pieces, begin: int, end: int) -> tuple[Floats, Floats]:
    """The model's output for the pieces [begin, end)."""
    inputs = {
        "ids": np.array([[_CLS, *text.ids[begin:end], _SEP]], dtype=np.int64),
        "fl": np.array([[_FLAG_MARK, *text.flags[begin:end], _FLAG_MARK]], dtype=np.int64),
    }
    scores, states = _model().session.run(None, inputs)
    return scores[0][1:-1], states[0][1:-1]


def _outputs(words: Words) -> tuple[Floats, Floats]:
    """For each word, the score of each label, and the state that the linker reads."""
    text = pieces(words)
    size, begin = len(text.ids), 0
    scores, states = [], []
    while True:
        end = min(begin + _WINDOW, size)
        found = _window(text, begin, end)
        low = _EDGE if begin else 0  # what lies at a window's edge is better seen from the window beside
        high = end - begin if end == size else _WINDOW - _EDGE
        scores.append(found[0][low:high])
        states.append(found[1][low:high])
        if end == size:
            return np.concatenate(scores)[text.first], np.concatenate(states)[text.first]
        begin += _STRIDE


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
