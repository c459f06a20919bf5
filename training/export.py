"""Turn a trained checkpoint into the files the toolkit reads.

python -m training.export PREPARED_FOLDER CHECKPOINT.pt [MORE.pt ...] OUT_FOLDER

The weights of several checkpoints are averaged. Writes tagger.int8.onnx (weights as int8, a scale a channel), crf.json
and linker.npz, and prints their sha256. So that eight bits a number lose little, what is large in the states is first
moved into the weights, channel by channel ("smoothing"), by what is seen on some training texts.
"""

# mypy: disable-error-code="import-not-found", allow-subclassing-any, allow-untyped-decorators, no-warn-return-any

from __future__ import annotations

import hashlib
import pickle
import sys
import tempfile
from pathlib import Path

import numpy as np
import torch
from onnxruntime.quantization import QuantType, quantize_dynamic
from torch import Tensor, nn

from toolkit.quotes import tagger

from .batches import WINDOW
from .corpus import Example
from .model import MODES, QuoteModel, crf_json

_SAMPLE = 64  # word pieces in the window that is traced
_EVERY = 28  # of so many training texts, one is used to see how large states grow
_SHARE = 0.8  # how much of a channel's size moves from the states into the weights
_SMALLEST = 1e-5
_SMOOTHED = ("query", "key", "value", "mixed", "up", "down")
_CLS, _SEP, _FLAG_MARK = 101, 102, 14


class _Window(nn.Module):
    """The model for one window: nothing is masked."""

    def __init__(self, model: QuoteModel) -> None:
        super().__init__()
        self.model = model

    def forward(self, ids: Tensor, flags: Tensor) -> tuple[Tensor, Tensor]:
        """Label scores and link states."""
        scores, states = self.model(ids, flags, None)
        return scores, states


class _Smooth(nn.Module):
    """A linear layer whose input is made even first; gives what the layer gave."""

    def __init__(self, layer: nn.Linear, high: Tensor) -> None:
        super().__init__()
        weight = layer.weight.detach()
        least = weight.abs().amax(0).clamp(min=_SMALLEST)
        scale = (high.clamp(min=_SMALLEST) ** _SHARE / least ** (1 - _SHARE)).clamp(min=_SMALLEST)
        self.inverse = nn.Parameter(1 / scale)
        self.layer = nn.Linear(layer.in_features, layer.out_features)
        self.layer.weight.data = weight * scale
        self.layer.bias.data = layer.bias.detach()

    def forward(self, x: Tensor) -> Tensor:
        """The layer's output."""
        return self.layer(x * self.inverse)


def smooth(model: QuoteModel, examples: list[Example]) -> None:
    """Make the input of every linear layer even, by the largest number seen in each channel."""
    high: dict[tuple[int, str], Tensor] = {}

    def watch(key: tuple[int, str]) -> None:
        def see(_: nn.Module, inputs: tuple[Tensor, ...]) -> None:
            found = inputs[0].detach().abs().amax((0, 1))
            high[key] = torch.maximum(high[key], found) if key in high else found

        hooks.append(getattr(model.encoder.layers[key[0]], key[1]).register_forward_pre_hook(see))

    hooks: list[torch.utils.hooks.RemovableHandle] = []
    for n in range(len(model.encoder.layers)):
        for name in _SMOOTHED:
            watch((n, name))
    with torch.no_grad():
        for example in examples[::_EVERY]:
            text = tagger.pieces(example.words)
            ids = torch.tensor([[_CLS, *text.ids[:WINDOW], _SEP]])
            model(ids, torch.tensor([[_FLAG_MARK, *text.flags[:WINDOW], _FLAG_MARK]]), None)
    for hook in hooks:
        hook.remove()
    for (n, name), found in high.items():
        layer = model.encoder.layers[n]
        setattr(layer, name, _Smooth(getattr(layer, name), found))


def load(checkpoints: list[Path]) -> QuoteModel:
    """A trained model, ready to be used: the mean of some checkpoints' weights."""
    states = [torch.load(path, weights_only=True) for path in checkpoints]
    model = QuoteModel()
    model.load_state_dict({name: sum(state[name] for state in states) / len(states) for name in states[0]})
    return model.eval()


def write_onnx(model: QuoteModel, path: Path) -> None:
    """The encoder, the label scores and the link states, as ONNX in full precision."""
    sample = (torch.randint(1000, 9000, (1, _SAMPLE)), torch.zeros(1, _SAMPLE, dtype=torch.long))
    torch.onnx.export(
        _Window(model).eval(),
        sample,
        str(path),
        input_names=["ids", "fl"],
        output_names=["scores", "states"],
        dynamic_axes={name: {1: "n"} for name in ("ids", "fl", "scores", "states")},
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
