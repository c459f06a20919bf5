"""Tables of counts as charts: what is found stands in a cell with its number, what is not found nowhere."""

from __future__ import annotations

import pandas as pd
from framing_gold import DATA, event_articles, event_quotes

from toolkit import compare, plot
from toolkit.framing import find_labels, measure_labels
from toolkit.result import Comparison


def named(referent: str) -> tuple[pd.DataFrame, Comparison]:
    labels = find_labels(event_articles(), event_quotes(), referents=DATA / "referents.csv")
    own = labels[labels["referent"] == referent]
    return own, compare(measure_labels(own), by="worded_by", method="counts")


def test_each_mention_is_in_one_cell() -> None:
    labels, counts = named("Person killed")
    assert counts.kind == "counts"
    assert counts.table["count"].sum() == len(labels)
    assert (counts.table["count"] > 0).all()
    by_voice = counts.table.groupby("group")["count"].sum()
    assert by_voice.to_dict() == labels["worded_by"].value_counts().to_dict()


def test_a_cell_is_drawn_with_its_number_and_all_type_can_be_read() -> None:
    _, counts = named("US and coalition forces")
    chart = plot(counts)
    texts = [text for axes in chart.axes for text in axes.texts]
    assert [text.get_text() for text in texts] == [str(count) for count in counts.table["count"]]
    assert min(text.get_fontsize() for text in (*texts, *chart.texts)) >= 9
    written = " ".join(text.get_text() for text in chart.texts)
    assert all(group in written for group in counts.groups())
    assert chart.alt.startswith("Table of counts")
    width, height = chart.get_size_inches() * chart.dpi
    boxes = [text.get_window_extent() for text in chart.texts]
    assert all(b.x0 >= 0 and b.x1 <= width and b.y0 >= 0 and b.y1 <= height for b in boxes)
