"""Whether intervals cover and tests raise false alarms, by simulation where the truth is known.

Articles are made by a beta-binomial: an article's own rate is drawn from a beta distribution around the true rate, with
intraclass correlation `icc` (0: all articles alike; .3: very unlike each other), and its count from a binomial over its
words. Article lengths are uniform. Three questions, each a table:

1. Coverage: of samples of 6, 10 and 20 articles, how many intervals hold the true rate? A sample whose articles cannot
   bound the rate gets no interval; `given` says how many got one. The Student-t interval stands beside it.
2. Means: of null corpora (two groups with one true rate), how many have p of .05 or less? Groups of separate articles
   (label permutation), also where one group's articles are longer, and groups inside the same articles (sign flip).
3. Keyness: of null corpora of 60 terms, how many have at least one adjusted p of .05 or less, through `compare`?

    python -m benchmarks.statistics [--samples 1000] [--corpora 500] [--keyness 50] [--seed 1]

(As a file it would hide Python's own `statistics`.)
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence

import numpy as np
import pandas as pd

from toolkit import schema, stats
from toolkit.comparison import compare
from toolkit.stats import Array, Side

LENGTHS = (20, 80)
Lengths = tuple[int, int]


def articles(rng: np.random.Generator, count: int, rate: float, icc: float, lengths: Lengths) -> tuple[Array, Array]:
    """Counts and lengths of some articles, from the generator the module describes."""
    n = rng.integers(lengths[0], lengths[1] + 1, count)
    own = rng.beta(rate * (1 - icc) / icc, (1 - rate) * (1 - icc) / icc, count)
    return rng.binomial(n, own).astype(np.float64), n.astype(np.float64)


def coverage(samples: int, seed: int) -> pd.DataFrame:
    """How often 95% intervals hold the true rate, where they are given."""
    rng = np.random.default_rng(seed)
    rows = []
    for rate in (0.05, 0.2, 0.5):
        for icc in (0.1, 0.3):
            for count in (6, 10, 20):
                drawn = [articles(rng, count, rate, icc, LENGTHS) for _ in range(samples)]
                ends = [(*stats.bootstrap_t_interval(*a), *stats.student_t_interval(*a)) for a in drawn]
                low, high, t_low, t_high = np.array(ends)[:, :, 0].T
                given = ~np.isnan(low)
                rows.append(
                    {
                        "rate": rate,
                        "icc": icc,
                        "articles": count,
                        "given": given.mean(),
                        "bootstrap-t": ((low <= rate) & (rate <= high))[given].mean(),
                        "Student-t": ((t_low <= rate) & (rate <= t_high))[given].mean(),
                    }
                )
    return pd.DataFrame(rows)


def apart(first: tuple[Array, Array], second: tuple[Array, Array]) -> tuple[Side, Side]:
    """Two groups that share no article, as rows of one table."""
    (a, n), (b, m) = first, second
    zero, none = np.zeros_like(a), np.zeros_like(b)
    return (
        Side.of(np.concatenate([a, none]), np.concatenate([n, none])),
        Side.of(np.concatenate([zero, b]), np.concatenate([zero, m])),
    )


def false_alarms(corpora: int, seed: int) -> pd.DataFrame:
    """Share of null corpora with p of .05 or less; `tested` are those frequent enough for a test."""
    designs: list[tuple[str, int, int, Lengths]] = [
        ("separate articles", 6, 6, LENGTHS),
        ("separate articles", 10, 20, LENGTHS),
        ("separate, one group 4 times as long", 10, 10, (80, 320)),
        ("within the same articles", 6, 6, LENGTHS),
        ("within the same articles", 20, 20, LENGTHS),
        ("within, one side 4 times as long", 10, 10, (80, 320)),
    ]
    rng = np.random.default_rng(seed)
    rows = []
    for name, first, second, lengths in designs:
        for rate in (0.05, 0.3):
            for icc in (0.1, 0.3):
                p = []
                for _ in range(corpora):
                    one = articles(rng, first, rate, icc, lengths)
                    two = articles(rng, second, rate, icc, LENGTHS)
                    within = name.startswith("within")
                    group, rest = (Side.of(*one), Side.of(*two)) if within else apart(one, two)
                    test = stats.sign_flip if within else stats.label_permutation
                    enough = stats.frequent_enough(group, rest)[0]
                    p.append(test(group, rest, draws=999, budget=1_000).p[0] if enough else np.nan)
                values = np.array(p)
                alarms = float((values <= 0.05).mean())
                tested = float((~np.isnan(values)).mean())
                design = f"{name} ({first}, {second})"
                rows.append({"design": design, "rate": rate, "icc": icc, "tested": tested, "false alarms": alarms})
    return pd.DataFrame(rows)


def null_corpus(rng: np.random.Generator, count: int, icc: float) -> pd.DataFrame:
    """A wording table of two outlets that draw their words alike: 60 terms, rates falling as 1/rank."""
    rates = 0.02 / np.arange(1, 61)
    rows = []
    for outlet in ("A", "B"):
        for number in range(count):
            words = int(rng.integers(200, 800))
            shared = {"article_id": f"{outlet}{number}", "outlet": outlet, "measure": "occurrences per 1,000 words"}
            rows.append({**shared, "item": None, "value": 0, "n": words / 1_000})
            own = rng.beta(rates * (1 - icc) / icc, (1 - rates) * (1 - icc) / icc)
            hits = rng.binomial(words, own)
            rows += [{**shared, "item": f"term {i:02}", "value": hit, "n": 0} for i, hit in enumerate(hits) if hit]
    return schema.table(rows, "measures")


def keyness_alarms(corpora: int, seed: int) -> pd.DataFrame:
    """Share of null corpora in which any term's adjusted p is .05 or less, and of tested terms whose plain p is."""
    rng = np.random.default_rng(seed)
    rows = []
    for count in (6, 12):
        for icc in (0.001, 0.01):
            found, plain, tested = 0, 0, 0
            for _ in range(corpora):
                table = compare(null_corpus(rng, count, icc), by="outlet", method="log-odds").table
                mine = table[(table["group"] == "A") & table["p"].notna()]
                found += bool((mine["p_adjusted"] <= 0.05).any())
                plain, tested = plain + int((mine["p"] <= 0.05).sum()), tested + len(mine)
            alarms = {"any adjusted p": found / corpora, "terms tested": tested / corpora, "plain p": plain / tested}
            rows.append({"articles": count, "icc": icc, **alarms})
    return pd.DataFrame(rows)


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the three tables."""
    parser = argparse.ArgumentParser(description="Coverage and false alarms of the statistics, by simulation.")
    parser.add_argument("--samples", type=int, default=1_000, help="samples a cell for coverage")
    parser.add_argument("--corpora", type=int, default=500, help="null corpora a cell for means")
    parser.add_argument("--keyness", type=int, default=50, help="null corpora a cell for keyness")
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args(arguments)
    for title, table in (
        (f"Coverage of 95% intervals, {given.samples} samples a row", coverage(given.samples, given.seed)),
        (f"False alarms at .05, means, {given.corpora} null corpora a row", false_alarms(given.corpora, given.seed)),
        (
            f"False alarms at .05, keyness, {given.keyness} null corpora a row",
            keyness_alarms(given.keyness, given.seed),
        ),
    ):
        print(title, table.to_string(index=False, float_format="{:.3f}".format), "", sep="\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
