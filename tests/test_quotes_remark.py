"""What a row of the quotes table says about itself."""

from __future__ import annotations

import pandas as pd
import pytest

import toolkit as tk


def _quotes(text: str) -> pd.DataFrame:
    return tk.extract_quotes(tk.article_from_text(text, outlet="An Outlet"))


def test_a_mark_that_never_closes_is_told_of() -> None:
    text = "Mayor Ilse Varga said: “The bridge is safe and will stay open.\n\nThe council meets on Friday."
    found = _quotes(text)
    assert "never closes" in found["remark"][0]
    assert found["end"][0] <= text.index("\n")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Peter Holt met Paul Rask in the yard. “It is over,” he said.", "who “he” is"),
        ("The crowd went home.\n\n“The bridge is safe. We will repair it.”\n\nThe hall was empty.", "no speaker"),
    ],
)
def test_a_speaker_who_cannot_be_told_is_told_of(text: str, said: str) -> None:
    found = _quotes(text)
    assert said in found["remark"][0]
    assert found["speaker"].isna().all()


def test_a_plain_row_has_nothing_to_tell() -> None:
    assert _quotes("“The bridge is safe,” mayor Ilse Varga said on Monday.")["remark"].isna().all()
