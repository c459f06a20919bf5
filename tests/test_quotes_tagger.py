"""The model's labels, and its files: what is missing or altered is refused."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from toolkit import resources
from toolkit.quotes import tagger
from toolkit.quotes.tagger import model_file, tag
from toolkit.quotes.words import read
from toolkit.schema import InputError

MODEL = resources.path("quote_model")
FILES = sorted(path.name for path in MODEL.iterdir() if path.suffix != ".md")
PARAGRAPH = "Ilse Varga, the harbour master, said on Monday that the bridge would stay shut until spring.\n\n"


def spoken(text: str) -> list[tuple[str, str]]:
    words = read(text)
    return [(label.role, text[words.start[label.first] : words.end[label.last - 1]]) for label in tag(words)]


def test_speaker_cue_and_content() -> None:
    got = dict(spoken("The bridge will stay shut until spring, Ilse Varga said."))
    assert got == {"K": "The bridge will stay shut until spring", "S": "Ilse Varga", "C": "said"}


def test_plain_news_and_nothing_have_no_labels() -> None:
    assert spoken("The ferry left the pier at six with forty cars on board.") == []
    assert spoken("") == []
    assert spoken(" \n ") == []


def test_a_text_longer_than_one_window_is_labelled_to_its_end() -> None:
    """60 paragraphs are several windows: the attribution of each is found, those at the seams too."""
    words = read(PARAGRAPH * 60)
    cues = [label for label in tag(words) if label.role == "C"]
    assert len(cues) == 60
    assert {words.paragraph[label.first] for label in cues} == set(range(60))


def test_labels_chosen_a_few_windows_at_a_time_are_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    words = read(PARAGRAPH * 60)
    whole = [(label.role, label.first, label.last) for label in tag(words)]
    monkeypatch.setattr(tagger, "_TOGETHER", 1)
    assert [(label.role, label.first, label.last) for label in tag(words)] == whole


@given(st.text(alphabet="abc said He “”\"'.,\n\u2028\x00é\u0301אب你 ", max_size=120))
@settings(max_examples=50)
def test_labels_are_in_order_apart_and_believed_between_0_and_1(text: str) -> None:
    words = read(text)
    place = 0
    for label in tag(words):
        assert place <= label.first < label.last <= len(words)
        assert label.role in ("S", "C", "K")
        assert 0 < label.sure <= 1
        place = label.last


def test_the_same_text_has_the_same_labels() -> None:
    words = read(PARAGRAPH * 3)
    assert tag(words) == tag(words)


@pytest.fixture
def copied(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The package's resources, with a copy of the model's folder in their place."""
    here = tmp_path / "quote_model"
    shutil.copytree(MODEL, here)
    monkeypatch.setattr(resources, "path", lambda *parts: tmp_path.joinpath(*parts))
    return here


@pytest.mark.parametrize("name", FILES)
def test_a_missing_or_altered_file_is_refused_in_one_sentence(name: str, copied: Path) -> None:
    assert model_file(name) == (MODEL / name).read_bytes()
    data = bytearray((copied / name).read_bytes())
    data[len(data) // 2] ^= 1
    (copied / name).write_bytes(bytes(data))
    with pytest.raises(InputError, match=r"^[^\n]*not the one released; install the package again\.$") as altered:
        model_file(name)
    assert name in str(altered.value)
    (copied / name).unlink()
    with pytest.raises(InputError, match=r"^[^\n]*is missing; install the package again\.$"):
        model_file(name)


def test_the_model_card_names_each_file_with_its_checksum() -> None:
    card = (MODEL / "README.md").read_text(encoding="utf-8")
    for name in FILES:
        assert f"| {name} | {resources.sha256(MODEL / name)} |" in card


def test_the_weights_stay_under_25_megabytes() -> None:
    assert sum((MODEL / name).stat().st_size for name in FILES) < 25_000_000
