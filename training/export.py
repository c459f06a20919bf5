"""Turn a trained checkpoint into the files the toolkit reads.

python -m training.export PREPARED_FOLDER CHECKPOINT.pt [MORE.pt ...] OUT_FOLDER

The weights of several checkpoints are averaged. Writes tagger.int8.onnx (weights as int8, a scale a channel), crf.json
and linker.npz, and prints their sha256. So that eight bits a number lose little, what is large in the states is first
moved into the weights, channel by channel ("smoothing"), by what is seen on some training texts. Attention is written
as the one operator that onnxruntime has for it.
"""

# mypy: disable-error-code="import-not-found", allow-subclassing-any, allow-untyped-decorators, no-warn-return-any

from __future__ import annotations

import hashlib
import pickle
import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import torch
from onnxruntime.quantization import QuantType, quantize_dynamic
from torch import Tensor, nn

from toolkit.quotes import tagger

from .corpus import Example
from .model import HEADS, MODES, WIDTH, Layer, QuoteModel, crf_json

_SAMPLE = 66  # word pieces in the window that is traced
_EVERY = 28  # of so many training texts, one is used to see how large states grow
_SHARE = 0.8  # how much of a channel's size moves from the states into the weights
_SMALLEST = 1e-5


class _Window(nn.Module):
    """The model for one window: nothing is masked."""

    def __init__(self, model: QuoteModel) -> None:
        super().__init__()
        self.model = model

    def forward(self, ids: Tensor, flags: Tensor) -> tuple[Tensor, Tensor]:
        """Label scores and link states."""
        scores, states = self.model(ids.unsqueeze(0), flags.unsqueeze(0), None)
        return scores, states


class _Attention(torch.autograd.Function):
    """Attention as the one operator that onnxruntime has for it."""

    @staticmethod
    def forward(ctx: Any, query: Tensor, key: Tensor, value: Tensor) -> Tensor:
        """New states from queries, keys and values."""
        parts = (part.view(part.shape[0], -1, HEADS, WIDTH // HEADS).transpose(1, 2) for part in (query, key, value))
        return nn.functional.scaled_dot_product_attention(*parts).transpose(1, 2).reshape(query.shape)

    @staticmethod
    def symbolic(graph: Any, query: Any, key: Any, value: Any) -> Any:
        """The operator."""
        out = graph.op("com.microsoft::MultiHeadAttention", query, key, value, num_heads_i=HEADS)
        return out.setType(query.type())


def _scales(high: Tensor, weight: Tensor) -> Tensor:
    """How much of each input channel's size moves into the weights."""
    least = weight.abs().amax(0).clamp(min=_SMALLEST)
    return (high.clamp(min=_SMALLEST) ** _SHARE / least ** (1 - _SHARE)).clamp(min=_SMALLEST)


class _Smooth(nn.Module):
    """A layer of the encoder whose linear parts get even input; gives what the layer gave.

    `high` holds the largest number seen in each channel of each part's input.
    """

    def __init__(self, old: Layer, high: dict[str, Tensor]) -> None:
        super().__init__()
        self.old = old
        heads = (old.query, old.key, old.value)
        scale = _scales(high["query"], torch.cat([part.weight for part in heads]))
        self.query, self.key, self.value = (_scaled(part, scale) for part in heads)
        self.before = nn.Parameter(1 / scale)
        scale = _scales(high["mixed"], old.mixed.weight)
        self.mixed = _scaled(old.mixed, scale)
        self.value.weight.data /= scale.unsqueeze(1)  # what attention gives is linear in the values
        self.value.bias.data /= scale
        scale = _scales(high["up"], old.up.weight)
        self.up, self.before_up = _scaled(old.up, scale), nn.Parameter(1 / scale)
        scale = _scales(high["down"], old.down.weight)
        self.down, self.before_down = _scaled(old.down, scale), nn.Parameter(1 / scale)

    def forward(self, x: Tensor, _: Tensor | None) -> Tensor:
        """The layer's output; nothing is masked."""
        even = x * self.before
        seen = _Attention.apply(self.query(even), self.key(even), self.value(even))
        x = self.old.norm(x + self.mixed(seen))
        inner = nn.functional.gelu(self.up(x * self.before_up)) * self.before_down
        out: Tensor = self.old.norm_out(x + self.down(inner))
        return out


def _scaled(part: nn.Linear, scale: Tensor) -> nn.Linear:
    """A copy of a linear part that takes input divided by `scale`."""
    out = nn.Linear(part.in_features, part.out_features)
    out.weight.data = part.weight.detach() * scale.detach()
    out.bias.data = part.bias.detach().clone()
    return out


def smooth(model: QuoteModel, examples: list[Example]) -> None:
    """Make the input of every linear part even, by the largest number seen in each channel."""
    high: list[dict[str, Tensor]] = [{} for _ in model.encoder.layers]

    def watch(layer: int, name: str) -> torch.utils.hooks.RemovableHandle:
        def see(_: nn.Module, inputs: tuple[Tensor, ...]) -> None:
            found = inputs[0].detach().abs().amax((0, 1))
            before = high[layer].get(name, found)
            high[layer][name] = torch.maximum(before, found)

        return getattr(model.encoder.layers[layer], name).register_forward_pre_hook(see)

    hooks = [watch(n, name) for n in range(len(high)) for name in ("query", "mixed", "up", "down")]
    with torch.no_grad():
        for example in examples[::_EVERY]:
            text = tagger.pieces(example.words)
            ids, flags = tagger.window_inputs(text, 0, min(len(text.ids), tagger.WINDOW))
            model(torch.from_numpy(ids).unsqueeze(0), torch.from_numpy(flags).unsqueeze(0), None)
    for hook in hooks:
        hook.remove()
    layers = zip(model.encoder.layers, high, strict=True)
    model.encoder.layers = nn.ModuleList(_Smooth(layer, found) for layer, found in layers)


def load(checkpoints: list[Path]) -> QuoteModel:
    """A trained model, ready to be used: the mean of some checkpoints' weights."""
    states = [torch.load(path, weights_only=True) for path in checkpoints]
    model = QuoteModel()
    model.load_state_dict({name: sum(state[name] for state in states) / len(states) for name in states[0]})
    return model.eval()


def write_onnx(model: QuoteModel, path: Path) -> None:
    """The encoder, the label scores and the link states, as ONNX in full precision."""
    shape = (5, _SAMPLE)
    sample = (torch.randint(1000, 9000, shape), torch.zeros(shape, dtype=torch.long))
    axes = {0: "blocks", 1: "size"}
    torch.onnx.export(
        _Window(model).eval(),
        sample,
        str(path),
        input_names=["ids", "fl"],
        output_names=["scores", "states"],
        dynamic_axes={"ids": axes, "fl": axes, "scores": {1: "n"}, "states": {1: "n"}},
        dynamo=False,
        opset_version=17,
    )


def quantize(full: Path, small: Path, leave: list[str] | None = None) -> None:
    """Weights to int8, one scale a channel (one a tensor loses a point of F1)."""
    quantize_dynamic(full, small, weight_type=QuantType.QInt8, per_channel=True, nodes_to_exclude=leave or [])


def write_linker(model: QuoteModel, path: Path) -> None:
    """The weights of the link head in half precision."""
    arrays = {}
    for mode in MODES:
        for name, value in model.links[mode].state_dict().items():
            rows = value.T if name.startswith(("known", "direct")) else value  # one row a feature
            arrays[f"{mode}.{name.removesuffix('.weight')}"] = rows.squeeze(-1).numpy().astype(np.float16)
    np.savez(path, allow_pickle=False, **arrays)


def main(argv: list[str]) -> None:
    """The command."""
    model, out = load([Path(name) for name in argv[1:-1]]), Path(argv[-1])
    out.mkdir(parents=True, exist_ok=True)
    examples: list[Example] = pickle.loads((Path(argv[0]) / "train.pkl").read_bytes())
    smooth(model, examples)
    with tempfile.TemporaryDirectory() as folder:
        full = Path(folder) / "full.onnx"
        write_onnx(model, full)
        quantize(full, out / "tagger.int8.onnx")
    (out / "crf.json").write_text(crf_json(model), encoding="utf-8")
    write_linker(model, out / "linker.npz")
    for name in ("tagger.int8.onnx", "crf.json", "linker.npz"):
        path = out / name
        print(name, path.stat().st_size, hashlib.sha256(path.read_bytes()).hexdigest())


if __name__ == "__main__":
    main(sys.argv[1:])
