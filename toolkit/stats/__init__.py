"""Plain statistics on arrays: intervals, tests, keyness and agreement. Knows nothing of texts, outlets or parties.

Everywhere a row is an article (the unit that is sampled: what stands in one article is not independent) and a column
is an item. A figure is sum(value) / sum(n), a ratio of sums. An article with n = 0 for an item has nothing to say
about it and is not counted for it. Undefined is NaN, never 0.
"""

from .agreement import LEVELS, alpha_interval, krippendorff_alpha
from .effects import dominance
from .intervals import RESAMPLES, bootstrap_t_interval, difference_interval, jackknife_error
from .permutation import (
    BUDGET,
    DRAWS,
    PValues,
    benjamini_hochberg,
    frequent_enough,
    label_permutation,
    label_permutations,
    sign_flip,
)
from .quantiles import beta_quantile, chi_square_tail
from .scores import (
    METHODS,
    bic,
    chi_square,
    conservative_log_ratio,
    informative_prior,
    keyness,
    log_likelihood,
    log_odds,
    log_ratio,
    odds_ratio,
    percent_difference,
    relative_risk,
    weighted,
)
from .sides import BUNDLES, CELLS, Array, Mask, Places, Side, divide, ratio

__all__ = ["BUNDLES", "CELLS", "Array", "Mask", "Places", "Side", "divide", "ratio"]
__all__ += ["LEVELS", "alpha_interval", "krippendorff_alpha"]
__all__ += ["RESAMPLES", "bootstrap_t_interval", "difference_interval", "dominance", "jackknife_error"]
__all__ += ["BUDGET", "DRAWS", "PValues", "benjamini_hochberg", "frequent_enough"]
__all__ += ["label_permutation", "label_permutations", "sign_flip"]
__all__ += ["beta_quantile", "chi_square_tail"]
__all__ += ["METHODS", "bic", "chi_square", "conservative_log_ratio", "informative_prior", "keyness", "log_likelihood"]
__all__ += ["log_odds", "log_ratio", "odds_ratio", "percent_difference", "relative_risk", "weighted"]
