"""Turn a trained checkpoint into the files the toolkit reads.

python -m training.export CHECKPOINT.pt OUT_FOLDER

Writes tagger.int8.onnx (weights as int8, a scale a channel), crf.json and linker.npz, and prints their sha256.
"""

# mypy: disable-error-code="import-not-found", allow-subclassing-any, allow-untyped-decorators, no-warn-return-any

from __future__ import annotations

import hashlib
import sys
import tempfile
from pathlib import Path

import numpy as np
import torch
from onnxruntime.quantization import QuantType, quantize_dynamic
from torch import Tensor, nn

from .model import MODES, QuoteModel, crf_json

_SAMPLE = 64  # word pieces in the window that is traced


class _Window(nn.Module):
    """The model for one window: nothing is masked."""

    def __init__(self, model: QuoteModel) -> None:
        super().__init__()
        self.model = model

    def forward(self, ids: Tensor, flags: Tensor) -> tuple[Tensor, Tensor]:
        """Label scores and link states."""
        scores, states = self.model(ids, flags, None)
        return scores, states


def load(checkpoint: Path) -> QuoteModel:
    """A trained model, ready to be used."""
    model = QuoteModel()
    model.load_state_dict(torch.load(checkpoint, weights_only=True))
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
    model, out = load(Path(argv[0])), Path(argv[1])
    out.mkdir(parents=True, exist_ok=True)
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
