"""The curve of how far customers have to look for a crowd, in words."""

from clustering.nearness import Nearness
from clustering.wording import count, number, rounded_share, whole


def nearness_caption(nearness: Nearness) -> str:
    """How to read the curve, and what another reach would do."""
    told = (
        f"Everybody looks for {whole(nearness.min_samples)} customers, counting themselves: who finds them within the "
        "reach (eps) is in a dense spot, and dense spots that touch make one segment. A longer reach joins segments, a "
        "shorter one leaves more noise; click a point to take its distance as the reach."
    )
    if nearness.n_samples < nearness.n_total:
        told += f" The curve is of a sample of {whole(nearness.n_samples)} customers."
    if nearness.is_weighed:
        told += " Here each customer counts one; DBSCAN itself counts them by their weight."
    return told


def nearness_alt(nearness: Nearness) -> str:
    """What the curve shows, for those who do not see it."""
    quarters = "; ".join(
        f"{rounded_share(part)} within {number(nearness.distance_of(part))}" for part in (0.25, 0.5, 0.75, 0.9, 0.99)
    )
    return (
        f"How far {count(nearness.n_samples, 'customer')} have to look for a crowd of {whole(nearness.min_samples)}: "
        f"{quarters}. Reach in use {number(nearness.eps)}, proposed {number(nearness.proposed)}"
    )
