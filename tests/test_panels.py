"""The accounts side by side as a printed figure."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from conftest import ROOT
from framing_gold import event_quotes

import toolkit as tk
from toolkit import schema
from toolkit.panels import plot_claims
from toolkit.schema import InputError

EXAMPLE = ROOT / "data" / "khirbet-ammu-2020"


def _claims() -> pd.DataFrame:
    return tk.find_claims(tk.load_articles(EXAMPLE), event_quotes(), EXAMPLE / "claims.yml")


def test_every_version_and_every_silence_stands_in_the_figure_in_words(tmp_path: Path) -> None:
    claims = _claims()
    chart = plot_claims(claims)
    shown = " ".join(text.get_text().replace("\n", " ") for text in chart.texts)
    for row in schema.records(claims):
        assert row["outlet"] in shown
        assert row["status"] not in ("silent", "not found") or row["status"] in shown
        assert row["version"] is None or row["version"] in shown
    svg = next(path for path in tk.export(chart, tmp_path / "claims") if path.suffix == ".svg")
    assert "<text" in svg.read_text(encoding="utf-8")
    assert chart.alt.startswith("What each account says. A table of 5 points.")


def test_nothing_is_written_over_anything_else() -> None:
    chart = plot_claims(_claims())
    boxes = [text.get_window_extent() for text in chart.texts if text.get_text()]
    for k, box in enumerate(boxes):
        assert not any(box.shrunk(0.98, 0.9).overlaps(other.shrunk(0.98, 0.9)) for other in boxes[k + 1 :])


def test_an_empty_table_is_refused() -> None:
    with pytest.raises(InputError, match="empty"):
        plot_claims(schema.table([], "claims"))
