"""Whether intervals cover and tests raise false alarms, by simulation where the truth is known.

Articles are made by a beta-binomial: an article's own rate is drawn from a beta distribution around the true rate, with
intraclass correlation `icc` (0: all articles alike; .3: very unlike each other), and its count from a binomial over its
words. Article lengths are uniform. Five questions, each a table:

1. Coverage: of samples of 6, 10 and 20 articles, how many intervals hold the true rate? A sample whose articles cannot
   bound the rate gets no interval; `given` says how many got one. The Student-t interval stands beside it.
2. Coverage of differences: the same for the difference of two groups, of separate articles and inside the same ones.
3. Means: of null corpora (two groups with one true rate), how many have p of .05 or less? Groups of separate articles
   (label permutation), also where one group's articles are longer, and groups inside the same articles (sign flip).
4. Keyness: of null corpora of 60 terms, how many have at least one adjusted p of .05 or less, through `compare`?
5. Coverage of the interval of Krippendorff's alpha: two coders who err at a rate of each article's own.

    python -m benchmarks.statistics [--samples 1000] [--corpora 500] [--seed 1]

(As a file it would hide Python's own `statistics`.)
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd
import scipy.stats
from numpy.typing import NDArray

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


def student_t(value: Array, n: Array) -> tuple[Array, Array]:
    """95% Student-t interval of the figure, with the jackknife's standard error; none where that is 0."""
    figure, error = stats.ratio(value, n), stats.jackknife_error(value, n)
    half = scipy.stats.t.ppf(0.975, len(n) - 1) * np.where(error > 0, error, np.nan)
    return figure - half, figure + half


def coverage(samples: int, seed: int) -> pd.DataFrame:
    """How often 95% intervals hold the true rate, where they are given."""
    rng = np.random.default_rng(seed)
    rows = []
    for rate in (0.05, 0.2, 0.5):
        for icc in (0.1, 0.3):
            for count in (6, 10, 20):
                drawn = [articles(rng, count, rate, icc, LENGTHS) for _ in range(samples)]
                ends = [(*stats.bootstrap_t_interval(*a), *student_t(*a)) for a in drawn]
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


def difference_coverage(samples: int, seed: int) -> pd.DataFrame:
    """How often 95% intervals of a difference hold the true one."""
    rng = np.random.default_rng(seed)
    rows = []
    for design in ("separate", "within"):
        for first, second in ((6, 6), (10, 10), (20, 20), (6, 20)):
            for rates in ((0.05, 0.05), (0.2, 0.1), (0.5, 0.3)) if design == "separate" or first == second else ():
                for icc in (0.1, 0.3):
                    held = []
                    for _ in range(samples):
                        pair = [articles(rng, n, r, icc, LENGTHS) for n, r in zip((first, second), rates, strict=True)]
                        sides = (Side.of(*pair[0]), Side.of(*pair[1])) if design == "within" else apart(*pair)
                        low, high = stats.difference_interval(*sides)
                        held.append(np.nan if np.isnan(low[0]) else low[0] <= rates[0] - rates[1] <= high[0])
                    given = ~np.isnan(np.array(held, dtype=float))
                    shares = {"given": given.mean(), "held": np.nanmean(np.array(held, dtype=float))}
                    rows.append(
                        {"design": design, "articles": f"{first}, {second}", "rates": rates, "icc": icc, **shares}
                    )
    return pd.DataFrame(rows)


def coders(rng: np.random.Generator, count: int, each: int, error: float) -> tuple[Array, NDArray[np.intp]]:
    """Two coders' codes of four categories, and the article of each unit: each article has its own rate of error."""
    shares, units = (0.5, 0.25, 0.15, 0.1), count * each
    wrong = rng.beta(4 * error, 4 * (1 - error), count).repeat(each)
    truth = rng.choice(4, units, p=shares)
    codes = [np.where(rng.random(units) < wrong, rng.choice(4, units, p=shares), truth) for _ in range(2)]
    return np.array(codes, dtype=np.float64), np.arange(count).repeat(each)


def alpha_coverage(samples: int, seed: int) -> pd.DataFrame:
    """How often the interval holds the alpha of a very large sample."""
    rng = np.random.default_rng(seed)
    rows = []
    for count, each in ((12, 4), (20, 1), (20, 10), (60, 1), (100, 2)):
        for error in (0.1, 0.3):
            truth = np.mean([stats.krippendorff_alpha(coders(rng, 5_000, each, error)[0]) for _ in range(20)])
            ends = []
            for _ in range(samples):
                codes, article = coders(rng, count, each, error)
                ends.append(stats.alpha_interval(codes, clusters=article, draws=599))
            low, high = np.array(ends).T
            given = ~np.isnan(low)
            held = ((low <= truth) & (truth <= high))[given].mean()
            shape = {"articles": count, "units each": each, "error": error, "alpha": truth}
            rows.append({**shape, "given": given.mean(), "held": held})
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
        for icc in (0.001, 0.01, 0.1, 0.3):
            found, plain, tested = 0, 0, 0
            for _ in range(corpora):
                table = compare(null_corpus(rng, count, icc), by="outlet", method="log-odds").table
                mine = table[(table["group"] == "A") & table["p"].notna()]
                found += bool((mine["p_adjusted"] <= 0.05).any())
                plain, tested = plain + int((mine["p"] <= 0.05).sum()), tested + len(mine)
            alarms = {
                "any adjusted p": found / corpora,
                "terms tested": tested / corpora,
                "plain p": plain / max(tested, 1),
            }
            rows.append({"articles": count, "icc": icc, **alarms})
    return pd.DataFrame(rows)


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the tables, each as soon as it is there."""
    parser = argparse.ArgumentParser(description="Coverage and false alarms of the statistics, by simulation.")
    parser.add_argument("--samples", type=int, default=1_000, help="samples a cell for coverage")
    parser.add_argument("--corpora", type=int, default=500, help="null corpora a cell for means and for keyness")
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args(arguments)
    drawn, corpora, fewer = (given.samples, given.seed), (given.corpora, given.seed), (given.samples // 4, given.seed)
    questions: list[tuple[str, Callable[[int, int], pd.DataFrame], tuple[int, int]]] = [
        ("Coverage of 95% intervals, {} samples a row", coverage, drawn),
        ("Coverage of 95% intervals of a difference, {} samples a row", difference_coverage, drawn),
        ("False alarms at .05, means, {} null corpora a row", false_alarms, corpora),
        ("False alarms at .05, keyness, {} null corpora a row", keyness_alarms, corpora),
        ("Coverage of alpha's 95% interval, {} samples a row", alpha_coverage, fewer),
    ]
    for title, answer, size in questions:
        table = answer(*size).to_string(index=False, float_format="{:.3f}".format)
        print(title.format(size[0]), table, "", sep="\n", flush=True)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
