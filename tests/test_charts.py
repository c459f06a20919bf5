from __future__ import annotations

import hashlib
import io
import math
import warnings
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.text import Text

from toolkit import schema
from toolkit.charts import MOST_ROWS, TOP_TERMS, Chart, alt_text, plot
from toolkit.result import POINT_COLUMNS, TABLE_COLUMNS, Comparison

NAN = math.nan


def comparison(kind: str, rows: Sequence[dict[str, object]], points: Sequence[tuple[object, ...]] = ()) -> Comparison:
    return Comparison(
        title="How two parties sound",
        by="party",
        measure="mean score (-1 to +1)",
        unit="mean score (-1 to +1)" if kind == "means" else "z-score",
        kind=kind,
        table=pd.DataFrame(
            rows, columns=[*TABLE_COLUMNS, "count", "count_rest"] if kind == "keyness" else [*TABLE_COLUMNS]
        ),
        points=pd.DataFrame(points, columns=list(POINT_COLUMNS)),
        method="Student-t over articles",
        notes=("A first note. " + "Long " * 60, "A second note.", "A third note."),
        seed=1,
        n_articles=12,
        n_quotes=30,
    )


def means(groups: Sequence[str], items: Sequence[str] = ("score",), n: int = 6, interval: bool = True) -> Comparison:
    """Invented values, spread evenly and different for each group and item."""
    rows: list[dict[str, object]] = []
    points: list[tuple[object, ...]] = []
    for i, item in enumerate(items):
        for g, group in enumerate(groups):
            values = np.linspace(-0.5, 0.4, n) + 0.05 * g - 0.02 * i
            middle = float(values.mean())
            low, high = (middle - 0.2, middle + 0.2) if interval else (NAN, NAN)
            rows.append({"group": group, "item": item, "estimate": middle, "low": low, "high": high})
            rows[-1] |= {"n_articles": n, "n": 10.0 * n, "p": NAN, "p_adjusted": NAN}
            points += [(f"a{k}", group, item, value, 10.0) for k, value in enumerate(values)]
    return comparison("means", rows, points)


def keyness(groups: Sequence[str], terms: int = 20, p: float = NAN) -> Comparison:
    rows = [
        {"group": group, "item": f"term{t}", "estimate": 3.0 - 0.2 * t + 0.01 * g, "low": NAN, "high": NAN}
        | {"n_articles": 4, "n": 900.0, "p": p, "p_adjusted": p, "count": t + 1, "count_rest": 2 * t}
        for g, group in enumerate(groups)
        for t in range(terms)
    ]
    return comparison("keyness", rows)


def texts(chart: Chart) -> list[str]:
    return [str(text.get_text()) for text in chart.findobj(Text) if text.get_text()]


def png(chart: Chart) -> bytes:
    stream = io.BytesIO()
    chart.savefig(stream, format="png", dpi=72)
    return stream.getvalue()


def boxes(chart: Chart) -> list[tuple[str, float, float, float, float]]:
    """Every text that is drawn, with its place on the page; matplotlib also keeps tick labels beyond the axis."""
    chart.draw_without_rendering()
    (axes,) = chart.axes
    low, high = axes.get_xlim()
    ticks = [tick for tick in axes.xaxis.get_major_ticks() if low <= tick.get_loc() <= high]
    shown = [*chart.texts, *(label for tick in ticks for label in (tick.label1, tick.label2) if label.get_visible())]
    return [(text.get_text(), *text.get_window_extent().extents) for text in shown if text.get_text().strip()]


def assert_nothing_cut_or_overlapping(chart: Chart) -> None:
    width, height = chart.get_size_inches() * chart.dpi
    places = sorted(boxes(chart), key=lambda place: place[2])
    for number, (text, left, bottom, right, top) in enumerate(places):
        assert left >= -1, text
        assert right <= width + 1, text
        assert bottom >= -1, text
        assert top <= height + 1, text
        for other, left2, bottom2, right2, _ in places[number + 1 :]:
            if bottom2 >= top - 1.5:
                break
            assert right <= left2 + 0.5 or right2 <= left + 0.5, (text, other)


LONG = "The Ministry of Foreign Affairs and International Cooperation of Party A and all its allies"
EXTREMES = {
    "two groups": means(["Party A", "Party B"]),
    "few articles": means(["Party A", "Party B"], n=3, interval=False),
    "one article": means(["Party A"], n=1, interval=False),
    "twenty groups": means([f"Outlet number {i} of the coast" for i in range(20)]),
    "thirty items": means(["Party A", "Party B"], [f"frame {i}" for i in range(30)]),
    "items of one group": means(["All outlets"], [f"frame {i}" for i in range(7)]),
    "long names": means([LONG, "B", "Un" + "breakable" * 9], [LONG + " " + LONG]),
    "long headings": means(["A", "B"], [LONG + " " + LONG, "x"]),
    "dollars and markup": means(["$5 to $10", "a_b^2", "<b>&amp;", "two\nlines\x01"]),
    "many articles": means(["Party A", "Party B"], n=500),
    "keyness": keyness(["Party A", "Party B"], p=0.01),
    "keyness of twenty": keyness([f"Outlet {i}" for i in range(20)]),
    "keyness of long terms": keyness([LONG, "B"], terms=3),
}


@pytest.mark.parametrize("name", EXTREMES)
def test_nothing_is_cut_off_or_overlaps(name: str) -> None:
    assert_nothing_cut_or_overlapping(plot(EXTREMES[name]))


@settings(max_examples=15, deadline=None)
@given(st.lists(st.text(st.characters(codec="latin-1"), min_size=1, max_size=70), min_size=1, max_size=4, unique=True))
def test_any_name_is_drawn(names: list[str]) -> None:
    chart = plot(means(names, n=2))
    assert_nothing_cut_or_overlapping(chart)


def test_type_is_large_enough_to_read() -> None:
    chart = plot(EXTREMES["thirty items"])
    assert min(float(text.get_fontsize()) for text in [*chart.texts, *chart.axes[0].get_xticklabels()]) >= 9


def test_the_marks_are_the_numbers_of_the_comparison() -> None:
    data = means(["Party A", "Party B"])
    (axes,) = plot(data).axes
    drawn = [tuple(map(float, np.atleast_1d(line.get_xdata()))) for line in axes.lines]
    for row in data.table.itertuples():
        assert (row.estimate,) in drawn
        assert (row.low, row.high) in drawn
        values = data.points.loc[data.points["group"] == row.group, "value"]
        assert tuple(sorted(values)) in drawn


def test_many_groups_of_one_article_are_a_table_and_nothing_else_is() -> None:
    groups, items = [f"Outlet {k}" for k in range(5)], [f"item {k}" for k in range(4)]
    single = means(groups, items, n=1, interval=False)
    single.table["estimate"] = single.table["estimate"].abs()
    numbers = [text for text in texts(plot(single)) if text.replace(".", "").isdigit()]
    assert len(numbers) == (single.table["estimate"] > 0).sum()
    assert alt_text(single, "Mine").startswith("Table of figures: Mine (")
    assert alt_text(means(groups, items)).startswith("Dot plot")
    assert alt_text(means(groups[:3], items, n=1, interval=False)).startswith("Dot plot")


def test_thousands_of_articles_hide_no_mark_and_fill_no_file() -> None:
    data = means([f"group {number}" for number in range(20)], n=3_000)
    chart = plot(data)
    marks = [line for line in chart.axes[0].lines if line.get_marker() in ("o", "s", "D", "^", "v")]
    dots = [line for line in marks if line.get_markerfacecolor() == "none"]
    places = {float(line.get_ydata()[0]) for line in marks if line not in dots}  # type: ignore[index]
    heights = {float(y) for line in dots for y in line.get_ydata()}  # type: ignore[union-attr]
    assert min(abs(place - height) for place in places for height in heights) > 0.1  # inches
    assert sum(len(line.get_xdata()) for line in dots) < 20 * 1_500  # type: ignore[arg-type]
    for edge in (min, max):  # the furthest articles are shown
        furthest = edge(float(x) for line in dots for x in line.get_xdata())  # type: ignore[union-attr]
        assert furthest == pytest.approx(edge(data.points["value"]), abs=0.02)
    assert any("3,000\xa0articles" in text for text in texts(chart))


def test_without_an_interval_no_line_is_drawn_and_the_chart_says_why() -> None:
    chart = plot(means(["Party A", "Party B"], n=3, interval=False))
    assert any("no interval can be given" in text for text in texts(chart))
    assert not any("95% interval" in text for text in texts(chart))
    widths = [np.ptp(np.asarray(line.get_xdata(), float)) for line in chart.axes[0].lines if line.get_linewidth() > 2]
    assert np.isnan(widths).all()


def test_undefined_and_infinite_figures_are_said_and_not_drawn() -> None:
    data = means(["Party A", "Party B", "Party C"], n=2, interval=False)
    data.table.loc[0, "estimate"] = NAN
    data.table.loc[1, "estimate"] = math.inf
    chart = plot(data)
    assert texts(chart).count("not defined") == 2
    assert np.isfinite(chart.axes[0].get_xlim()).all()
    assert "not defined" in chart.alt


def test_zero_is_always_on_the_scale_and_a_tiny_negative_is_no_minus_zero() -> None:
    data = means(["Party A"], n=2)
    data.table[["estimate", "low", "high"]] = [-0.0004, -0.2, 0.2]
    chart = plot(data)
    low, high = chart.axes[0].get_xlim()
    assert low < 0 < high
    assert "0.00 [−0.20, 0.20]" in texts(chart)


def test_groups_differ_by_more_than_colour() -> None:
    lines = plot(means(["A", "B", "C", "D", "E"])).axes[0].lines
    marks = [(line.get_marker(), line.get_markerfacecolor()) for line in lines if line.get_markersize() == 7]
    filled = [mark for mark in marks if mark[0] not in (None, "None")]
    assert len({marker for marker, _ in filled}) == 5
    assert len({str(face) for _, face in filled}) == 5


def test_n_stands_beside_every_group_and_the_basis_below() -> None:
    data = means(["Party A"], n=1, interval=False)
    shown = " ".join(texts(plot(data))).replace("\u00a0", " ")
    assert "Party A (n = 1 article)" in shown
    assert data.basis() in shown


def test_small_print_can_be_left_away_and_the_title_replaced() -> None:
    data = means(["Party A"])
    with_print, without = texts(plot(data)), texts(plot(data, small_print=False, title="Another"))
    assert any(text.startswith("A first note.") for text in with_print)
    assert "A second note." in with_print
    assert "A third note." not in with_print
    assert not any("note" in text or data.basis() in text for text in without)
    assert "Another" in without
    assert data.title not in without


def test_keyness_shows_the_top_terms_with_counts_and_marks_what_may_be_chance() -> None:
    data = keyness(["Party A", "Party B"], terms=30)
    shown = texts(plot(data))
    repeated = data.table[data.table["count"] >= 2].sort_values("estimate", ascending=False)
    best = repeated.groupby("group").head(TOP_TERMS)
    assert {text for text in shown if text.startswith("term")} == set(best["item"])
    assert "2 : 2" in shown
    assert not any(text.startswith(("0 :", "1 :")) for text in shown)
    hollow, filled = (
        {line.get_markerfacecolor() for line in plot(keyness(["A"], p=p)).axes[0].lines if line.get_marker() == "o"}
        for p in (NAN, 0.01)
    )
    assert hollow == {"white"}
    assert "white" not in map(str, filled)


def test_a_group_without_a_term_of_its_own_is_named() -> None:
    data = keyness(["Party A", "Party B"], terms=3)
    data.table.loc[data.table["group"] == "Party B", "estimate"] = -1.0
    assert any("Party B" in text and "no term stands out" in text for text in texts(plot(data)))


def test_what_does_not_fit_is_counted() -> None:
    chart = plot(means([f"G{i}" for i in range(20)], [f"item {i}" for i in range(30)], n=1))
    assert f"The first {MOST_ROWS} of 600 rows" in " ".join(texts(chart))
    assert sum(text.startswith("G") for text in texts(chart)) == MOST_ROWS


def test_the_alt_text_holds_every_group_with_its_figure_and_n() -> None:
    data = means(["Party A", "Party B"])
    said = alt_text(data)
    for row in data.table.itertuples():
        figure = f"{row.estimate:z.2f} [{row.low:z.2f}, {row.high:z.2f}]".replace("-", "−")
        assert f"{row.group} (n = 6 articles) {figure}" in said
    assert data.title in said
    assert len(alt_text(EXTREMES["thirty items"])) < 1000


def test_a_notebook_gets_the_alt_text_with_the_picture() -> None:
    data = means(['Party "A" & <b>'])
    shown, about = plot(data)._repr_mimebundle_()
    assert 'alt="' in shown["text/html"]
    assert "&quot;A&quot; &amp; &lt;b&gt;" in shown["text/html"]
    assert "background:#fff" in shown["text/html"]
    assert about["image/png"]["alt"] == shown["text/plain"] == alt_text(data)


@pytest.mark.parametrize("data", [means(["A", "B"], n=40), keyness(["A", "B"])], ids=["means", "keyness"])
def test_same_comparison_same_bytes_and_it_is_left_as_it_was(data: Comparison) -> None:
    table, points = data.table.copy(deep=True), data.points.copy(deep=True)
    first, again = (hashlib.sha256(png(plot(data))).hexdigest() for _ in range(2))
    assert first == again
    pd.testing.assert_frame_equal(data.table, table)
    pd.testing.assert_frame_equal(data.points, points)


def test_the_users_own_matplotlib_settings_change_nothing() -> None:
    import matplotlib as mpl

    data = means(["Party A", "$5"])
    usual = png(plot(data))
    with mpl.rc_context({"font.size": 22, "axes.facecolor": "red", "lines.linewidth": 9, "text.parse_math": True}):
        assert png(plot(data)) == usual
    assert "matplotlib.pyplot" not in plot.__globals__


def test_a_letter_that_no_font_has_is_drawn_as_a_box_with_a_warning() -> None:
    chart = plot(means(["\U00012000 Party"]))
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        png(chart)
    assert any("missing" in str(warning.message) for warning in caught)


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (replace(means(["A"]), kind="pie"), "kinds are means, differences, keyness"),
        (comparison("means", []), "has no rows"),
        (comparison("keyness", []), "has no rows"),
    ],
)
def test_what_cannot_be_drawn_is_one_sentence(data: Comparison, says: str) -> None:
    with pytest.raises(schema.InputError, match=says):
        plot(data)
    with pytest.raises(schema.InputError, match=says):
        alt_text(data)
