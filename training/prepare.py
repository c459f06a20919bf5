"""Read PolNeAR into what training needs.

python -m training.prepare POLNEAR_FOLDER OUT_FOLDER
"""

from __future__ import annotations

import pickle
import sys
from pathlib import Path

from . import corpus


def main(argv: list[str]) -> None:
    """Write OUT_FOLDER/train.pkl and dev.pkl."""
    source, out = Path(argv[0]), Path(argv[1])
    out.mkdir(parents=True, exist_ok=True)
    for split in ("train", "dev"):
        examples = corpus.load(source / split)
        (out / f"{split}.pkl").write_bytes(pickle.dumps(examples))
        files = sum(len(e.labels) for e in examples)
        print(split, len(examples), "texts", files, "annotated files", sum(len(e.words) for e in examples), "words")


if __name__ == "__main__":
    main(sys.argv[1:])
