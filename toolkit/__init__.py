"""Compare how different sources tell the same event: framing, sentiment and wording, with evidence and uncertainty.

The names below are all a notebook needs; each is loaded when it is first used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .articles import article_from_text, load_articles
    from .charts import plot
    from .comparison import compare
    from .corrections import apply_corrections, write_corrections
    from .entities import load_parties, suggest_parties
    from .framing import find_claims, measure_framing
    from .output import export
    from .pipeline import analyse
    from .quotes.extract import extract_quotes
    from .quotes.gathered import load_quotes
    from .report import write_report
    from .sentiment import measure_sentiment
    from .views import show_article, show_side_by_side
    from .wording import concordance, measure_wording

_ROOMS = {
    "analyse": "pipeline",
    "apply_corrections": "corrections",
    "article_from_text": "articles",
    "compare": "comparison",
    "concordance": "wording",
    "export": "output",
    "extract_quotes": "quotes.extract",
    "find_claims": "framing",
    "load_articles": "articles",
    "load_parties": "entities",
    "load_quotes": "quotes.gathered",
    "measure_framing": "framing",
    "measure_sentiment": "sentiment",
    "measure_wording": "wording",
    "plot": "charts",
    "show_article": "views",
    "show_side_by_side": "views",
    "suggest_parties": "entities",
    "write_corrections": "corrections",
    "write_report": "report",
}

__all__ = [
    "analyse",
    "apply_corrections",
    "article_from_text",
    "compare",
    "concordance",
    "export",
    "extract_quotes",
    "find_claims",
    "load_articles",
    "load_parties",
    "load_quotes",
    "measure_framing",
    "measure_sentiment",
    "measure_wording",
    "plot",
    "show_article",
    "show_side_by_side",
    "suggest_parties",
    "write_corrections",
    "write_report",
]


def __getattr__(name: str) -> Any:
    if name not in _ROOMS:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}; it offers {', '.join(__all__)}")
    value = getattr(import_module(f".{_ROOMS[name]}", __name__), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
