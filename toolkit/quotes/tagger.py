"""Text to labels: which words name a speaker, which are the cue, which are content.

A MiniLM-L6 encoder fine-tuned on attribution, with a conditional random field over BIO labels; see the model card
beside the weights. Each window is run alone, so that a text's labels never hang on what is analysed beside it.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .. import resources
from ..schema import InputError
from .words import Words

Floats = NDArray[np.float32]

_WINDOW = 254  # word pieces between the model's two end marks
_STRIDE = 224
_EDGE = (_WINDOW - _STRIDE) // 2
_CLS, _SEP, _UNKNOWN = 101, 102, 100
_FLAG_MARK, _FLAG_BREAK = 14, 15
_PIECES_A_WORD = 6
_SHA256 = {
    "tagger.int8.onnx": "5e1c60198514e93505fc6c1353d164a23e7d72f1b173fbfcb62ba6da06b3c391",
    "crf.json": "c44ca3d390efe5ba88b3f4cdd3f112f4d1c1c7093175f24d22d648a2404c7fad",
    "linker.json": "a174bed4d035042b65b4e60f0bdd7a44fb7b0c3981deefbc500558f9df13b865",
    "tokenizer.json": "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037",
}


@dataclass(frozen=True)
class Label:
    """A run of words with one role: S names a speaker, C is a cue, K is content. `sure` is the model's mean belief."""

    role: str
    first: int
    last: int  # one past the last word
    sure: float


@dataclass(frozen=True)
class _Model:
    session: Any
    tokenizer: Any
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
def _model() -> _Model:
    import onnxruntime
    from tokenizers import Tokenizer

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1  # the same sums in the same order on every machine
    options.log_severity_level = 3
    session = onnxruntime.InferenceSession(model_file("tagger.int8.onnx"), options, providers=["CPUExecutionProvider"])
    tokenizer = Tokenizer.from_str(model_file("tokenizer.json").decode("utf-8"))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    crf = json.loads(model_file("crf.json"))
    arrays = (np.array(crf[key], dtype=np.float32) for key in ("transition", "start", "end"))
    return _Model(session, tokenizer, crf["labels"], *arrays)


def _flag(words: Words, i: int) -> int:
    """What the vocabulary, which is lower-cased, cannot tell: the word's case, and whether it stands in quotation."""
    word = words.string[i]
    case = 0 if word.islower() else 2 if word.isupper() and len(word) > 1 else 1 if word[0].isupper() else 3
    return case * 2 + words.quoted[i]


def _pieces(words: Words) -> tuple[list[int], list[int], list[int]]:
    """Word pieces, their flags, and for each word the place of its first piece. A new paragraph gives a separator."""
    encoded = _model().tokenizer.encode_batch_fast(words.string, add_special_tokens=False)
    ids: list[int] = []
    flags: list[int] = []
    first: list[int] = []
    for i, word in enumerate(encoded):
        if i and words.paragraph[i] != words.paragraph[i - 1]:
            ids.append(_SEP)
            flags.append(_FLAG_BREAK)
        pieces = (word.ids or [_UNKNOWN])[:_PIECES_A_WORD]
        first.append(len(ids))
        ids += pieces
        flags += [_flag(words, i)] * len(pieces)
    return ids, flags, first


def _scores(words: Words) -> Floats:
    """The model's score of each label for each word: array of words by labels."""
    model = _model()
    ids, flags, first = _pieces(words)
    out = np.zeros((len(ids), len(model.labels)), dtype=np.float32)
    begin = 0
    while True:
        end = min(begin + _WINDOW, len(ids))
        inputs = {
            "ids": np.array([[_CLS, *ids[begin:end], _SEP]], dtype=np.int64),
            "fl": np.array([[_FLAG_MARK, *flags[begin:end], _FLAG_MARK]], dtype=np.int64),
            "att": np.ones((1, end - begin + 2), dtype=np.int64),
        }
        scores = model.session.run(None, inputs)[0][0][1:-1]
        keep = _EDGE if begin else 0  # the words at a window's edge are better seen from the window before
        out[begin + keep : end] = scores[keep:]
        if end >= len(ids):
            return out[first]
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
    scores = _scores(words)
    path = _best_path(scores, model)
    belief = np.exp(scores - scores.max(1, keepdims=True))
    belief /= belief.sum(1, keepdims=True)
    out: list[Label] = []
    begin = 0
    for i in range(1, len(path) + 1):
        if i < len(path) and _continues(model.labels[path[i]], model.labels[path[i - 1]]):
            continue
        role = model.labels[path[begin]][2:]
        if role:
            sure = float(np.mean([belief[k, path[k]] for k in range(begin, i)]))
            out.append(Label(role, begin, i, sure))
        begin = i
    return out


def _continues(label: str, before: str) -> bool:
    return label == "O" == before or (label[0] == "I" and label[2:] == before[2:])
