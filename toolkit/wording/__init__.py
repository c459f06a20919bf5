"""Which words each source chooses: counts of terms, every place where a phrase stands, its company, shared phrases."""

from .counts import FAMILY, MEASURE, measure_wording, without_rare
from .phrases import PHRASE_COLUMNS, shared_phrases
from .places import CONCORDANCE_COLUMNS, PLACE, SCORES, collocates, concordance, measure_places
from .terms import function_words, words

__all__ = [
    "CONCORDANCE_COLUMNS",
    "FAMILY",
    "MEASURE",
    "PHRASE_COLUMNS",
    "PLACE",
    "SCORES",
    "collocates",
    "concordance",
    "function_words",
    "measure_places",
    "measure_wording",
    "shared_phrases",
    "without_rare",
    "words",
]
