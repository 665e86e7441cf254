"""A search over the settings of a method, in words."""

import math
from collections.abc import Sequence

from clustering.search import MOST_TRIALS, SILHOUETTE_ROWS, Trial, setting_of
from clustering.wording import count, number, rounded_share, score, whole

SEARCH_HELP = (
    "Separation (mean silhouette) favours round segments of one density: bent ones, which some methods can find, score "
    "low in it, so look at the picture of what you take. Customers of noise count 0 in it when the settings are "
    "ranked, or leaving customers out would pay. Gaussian mixtures are ranked by the BIC instead (lower is better)."
)
VALUES_HELP = "Numbers with commas between them. A single one keeps the setting fixed."
RANDOM_HELP = (
    "Drawn at random from the seed of the method: of numbers any between the smallest and the largest in the field, of "
    f"words any that is chosen. At most {MOST_TRIALS}."
)


def trial_told(trial: Trial, names: Sequence[str]) -> str:
    """What was tried and found: Reach 0.42 · Neighbours that make a crowd 5 · 5 segments, 18 % noise."""
    told = []
    for name in names:
        setting, value = setting_of(trial.spec, name), trial.value(name)
        if value is not None and name != "n_clusters":
            told.append(f"{setting.label} {setting.said(value) if setting.choices else number(value)}")
    return " · ".join([*told, trial.reason if trial.is_refused else _found(trial)])


def _found(trial: Trial) -> str:
    told = [count(trial.n_clusters, "segment")]
    if trial.noise_share:
        told.append(f"{rounded_share(trial.noise_share)} noise")
    if math.isfinite(trial.silhouette):
        told.append(f"separation {score(trial.silhouette)}")
    if math.isfinite(trial.bic):
        told.append(f"BIC {number(trial.bic, 4)}")
    return ", ".join(told)


def search_told(ranked: Sequence[Trial], names: Sequence[str]) -> str:
    """Which settings come first and by what; that none finds segments."""
    best, n_refused = ranked[0], sum(trial.is_refused for trial in ranked)
    if best.is_refused:
        return f"No segments from any of {count(len(ranked), 'setting')}. {best.reason}"
    by = "the lowest BIC" if math.isfinite(best.bic) else "the best separation"
    if not math.isfinite(best.bic) and any(trial.noise_share > 0 for trial in ranked):
        by += ", noise counted as 0"
    told = f"First of {whole(len(ranked))} by {by}: {trial_told(best, names)}."
    return f"{told} {whole(n_refused)} found no segments." if n_refused else told


def search_sampled(ranked: Sequence[Trial]) -> str:
    """That separations are of a sample, and how far they may be off; "" where they are not."""
    errors = [trial.silhouette_error for trial in ranked if trial.silhouette_error > 0]
    if not errors:
        return ""
    off = number(max(errors), 2)
    return f"Separation is of a sample of about {whole(SILHOUETTE_ROWS)} customers, give or take {off}."
