"""The quote model: MiniLM-L6, a conditional random field over the labels, and a head that links labelled runs."""

# mypy: disable-error-code="import-not-found", allow-subclassing-any, allow-untyped-decorators, no-warn-return-any

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import torch
from safetensors.torch import load_file
from torch import Tensor, nn
from torch.nn import functional

from toolkit.quotes.pairs import FEATURES

from .corpus import LABELS

WIDTH, HEADS, LAYERS, INNER = 384, 12, 6, 1536
LOCAL = 4  # so many layers, from below, look no further than their block
STATE, HIDDEN = 128, 96
MODES = ("KC", "CS", "KS")
_FLAGS = 16
_NEVER = -1e4


class Layer(nn.Module):
    """One transformer layer, as in BERT."""

    def __init__(self, dropout: float) -> None:
        super().__init__()
        self.query, self.key, self.value = (nn.Linear(WIDTH, WIDTH) for _ in range(3))
        self.mixed = nn.Linear(WIDTH, WIDTH)
        self.norm = nn.LayerNorm(WIDTH, eps=1e-12)
        self.up, self.down = nn.Linear(WIDTH, INNER), nn.Linear(INNER, WIDTH)
        self.norm_out = nn.LayerNorm(WIDTH, eps=1e-12)
        self.drop = nn.Dropout(dropout)

    def forward(self, x: Tensor, mask: Tensor | None) -> Tensor:
        """New states from states; mask is True where a piece may be looked at."""
        size = (x.shape[0], -1, HEADS, WIDTH // HEADS)
        q, k, v = (part(x).view(size).transpose(1, 2) for part in (self.query, self.key, self.value))
        seen = functional.scaled_dot_product_attention(q, k, v, attn_mask=mask)
        x = self.norm(x + self.drop(self.mixed(seen.transpose(1, 2).reshape(x.shape))))
        out: Tensor = self.norm_out(x + self.drop(self.down(functional.gelu(self.up(x)))))
        return out


def rolled(x: Tensor, by: Tensor | int) -> Tensor:
    """The places from `by` on, and then those before it."""
    return torch.cat([x[:, by:], x[:, :by]], 1)


class Encoder(nn.Module):
    """MiniLM-L6 with an extra embedding of each word's case and of its place in or out of quotation.

    The lower layers see blocks of the text, each for itself, and every second one blocks that lie half a block
    further; the upper layers see all of it.
    """

    def __init__(self, dropout: float = 0.1) -> None:
        super().__init__()
        self.pieces = nn.Embedding(30522, WIDTH)
        self.places = nn.Embedding(512, WIDTH)
        self.kind = nn.Parameter(torch.zeros(WIDTH))
        self.flags = nn.Embedding(_FLAGS, WIDTH)
        nn.init.zeros_(self.flags.weight)
        self.norm = nn.LayerNorm(WIDTH, eps=1e-12)
        self.layers = nn.ModuleList(Layer(dropout) for _ in range(LAYERS))
        self.drop = nn.Dropout(dropout)

    def forward(self, ids: Tensor, flags: Tensor, mask: Tensor | None) -> Tensor:
        """States of word pieces. `ids`, `flags` and `mask`, which is added to attention: windows x blocks x pieces."""
        windows, count, size = ids.shape
        place = torch.arange(count * size, device=ids.device)
        x = self.pieces(ids) + self.flags(flags) + self.places(place.view(count, size)) + self.kind
        x = self.drop(self.norm(x)).view(windows, count * size, WIDTH)
        unseen = None if mask is None else mask.view(windows, count * size)
        half = size // 2
        for n, layer in enumerate(self.layers[:LOCAL]):
            near = None if unseen is None else unseen.view(windows * count, 1, 1, size)
            x = layer(x.view(windows * count, size, WIDTH), near).view(windows, count * size, WIDTH)
            if n + 1 < LOCAL:
                x = rolled(x, half)
                unseen = None if unseen is None else rolled(unseen, half)
        back = count * size - (LOCAL - 1) * half
        x = rolled(x, back)
        far = None if mask is None else mask.view(windows, 1, 1, count * size)
        for layer in self.layers[LOCAL:]:
            x = layer(x, far)
        return x

    def load_base(self, folder: Path) -> None:
        """Take the weights of the published MiniLM-L6."""
        old = load_file(folder / "model.safetensors")
        table = {"query": "attention.self.query", "key": "attention.self.key", "value": "attention.self.value"}
        table |= {"mixed": "attention.output.dense", "norm": "attention.output.LayerNorm"}
        table |= {"up": "intermediate.dense", "down": "output.dense", "norm_out": "output.LayerNorm"}
        new = {"pieces.weight": old["embeddings.word_embeddings.weight"]}
        new["places.weight"] = old["embeddings.position_embeddings.weight"]
        new["kind"] = old["embeddings.token_type_embeddings.weight"][0]
        new["flags.weight"] = torch.zeros(_FLAGS, WIDTH)
        for part in ("weight", "bias"):
            new[f"norm.{part}"] = old[f"embeddings.LayerNorm.{part}"]
            for n in range(LAYERS):
                for mine, theirs in table.items():
                    new[f"layers.{n}.{mine}.{part}"] = old[f"encoder.layer.{n}.{theirs}.{part}"]
        self.load_state_dict(new)


class Crf(nn.Module):
    """A linear-chain conditional random field."""

    def __init__(self, size: int) -> None:
        super().__init__()
        self.transition = nn.Parameter(torch.zeros(size, size))
        self.start = nn.Parameter(torch.zeros(size))
        self.end = nn.Parameter(torch.zeros(size))

    def forward(self, scores: Tensor, labels: Tensor, mask: Tensor) -> Tensor:
        """Minus the log-probability of the labels, summed over the batch."""
        last = mask.sum(1) - 1
        gold = scores.gather(2, labels.unsqueeze(2)).squeeze(2)
        moves = self.transition[labels[:, :-1], labels[:, 1:]]
        right = self.start[labels[:, 0]] + gold[:, 0] + ((gold[:, 1:] + moves) * mask[:, 1:]).sum(1)
        right = right + self.end[labels.gather(1, last.unsqueeze(1)).squeeze(1)]
        return (self._total(scores, mask) - right).sum()

    def _total(self, scores: Tensor, mask: Tensor) -> Tensor:
        """The log of the sum over all paths: matrices multiplied pairwise, as a tree, in the logarithm."""
        size = scores.shape[2]
        steps = self.transition + scores[:, 1:].unsqueeze(2)
        same = torch.full((size, size), _NEVER).fill_diagonal_(0.0)
        steps = torch.where(mask[:, 1:, None, None], steps, same)
        while steps.shape[1] > 1:
            if steps.shape[1] % 2:
                steps = torch.cat([steps, same.expand(steps.shape[0], 1, size, size)], 1)
            left, right = steps[:, 0::2], steps[:, 1::2]
            steps = torch.logsumexp(left.unsqueeze(4) + right.unsqueeze(2), 3)
        through = (self.start + scores[:, 0]).unsqueeze(2) + steps[:, 0] + self.end
        return torch.logsumexp(through, (1, 2))


class LinkHead(nn.Module):
    """Scores of candidates for the partner of a run; candidate 0 is "none"."""

    def __init__(self, dropout: float = 0.1) -> None:
        super().__init__()
        self.one, self.other = nn.Linear(2 * STATE, HIDDEN), nn.Linear(2 * STATE, HIDDEN, bias=False)
        self.known = nn.Linear(FEATURES, HIDDEN, bias=False)
        self.none = nn.Parameter(torch.zeros(HIDDEN))
        self.out = nn.Linear(HIDDEN, 1, bias=False)
        self.direct = nn.Linear(FEATURES, 1, bias=False)
        self.drop = nn.Dropout(dropout)

    def forward(self, one: Tensor, other: Tensor, known: Tensor) -> Tensor:
        """`one`: decisions x 2 states; `other`: decisions x candidates x 2 states; `known`: ... x features."""
        base = self.one(one).unsqueeze(1)
        hidden = base + self.other(other) + self.known(known)
        scores = self.out(self.drop(functional.relu(hidden))).squeeze(2) + self.direct(known).squeeze(2)
        none = self.out(self.drop(functional.relu(base + self.none))).squeeze(2)
        return torch.cat([none, scores], 1)


@dataclass
class Decisions:
    """A batch of link decisions of one mode, padded to the same number of candidates."""

    one: Tensor  # run numbers
    other: Tensor  # run numbers, decisions x candidates
    known: Tensor  # decisions x candidates x features
    allowed: Tensor  # decisions x (1 + candidates)
    right: Tensor  # the same shape: which answers are right


class QuoteModel(nn.Module):
    """The whole model."""

    def __init__(self, dropout: float = 0.1) -> None:
        super().__init__()
        self.encoder = Encoder(dropout)
        self.drop = nn.Dropout(dropout)
        self.out = nn.Linear(WIDTH, len(LABELS))
        self.state = nn.Linear(WIDTH, STATE)
        self.crf = Crf(len(LABELS))
        self.links = nn.ModuleDict({mode: LinkHead(dropout) for mode in MODES})

    def forward(self, ids: Tensor, flags: Tensor, mask: Tensor | None) -> tuple[Tensor, Tensor]:
        """Label scores and link states of word pieces."""
        h = self.drop(self.encoder(ids, flags, mask))
        return self.out(h), self.state(h)

    def link_loss(self, mode: str, states: Tensor, decisions: Decisions) -> Tensor:
        """Minus the log-probability of the right partners, summed. `states`: runs x (first, last)."""
        head = self.links[mode]
        scores = head(states[decisions.one], states[decisions.other], decisions.known)
        scores = scores.masked_fill(~decisions.allowed, _NEVER)
        hit = torch.logsumexp(scores.masked_fill(~decisions.right, _NEVER), 1)
        return (torch.logsumexp(scores, 1) - hit).sum()


def crf_json(model: QuoteModel) -> str:
    """The conditional random field as the toolkit reads it."""
    crf = model.crf
    parts = {name: getattr(crf, name).detach().tolist() for name in ("transition", "start", "end")}
    return json.dumps({"labels": LABELS, **parts})
