"""What every segment is like in every column, for another program: the figures of `clustering.profile`."""

from typing import Any

from clustering.identity import default_name
from clustering.profile import Profile

# Figures of `Profile`, and what one of them is called.
_PER_SEGMENT = {
    "means": "mean",
    "medians": "median",
    "lower_quartiles": "lower_quartile",
    "upper_quartiles": "upper_quartile",
}


def told_profile(found: Profile) -> dict[str, Any]:
    """Tell a profile in plain values, as JSON knows them.

    Returns
    -------
    dict
        `segments` with number, name, size and share; `columns` with the figures of all customers and, as
        `segments`, one object per segment in the order of those; `categories` with the share of every level.
        What is undefined is NaN. A figure is called, and means, what it does in `clustering.profile.Profile`.
    """
    segments = []
    for label, (size, share) in enumerate(zip(found.sizes, found.shares, strict=True)):
        segments.append({"segment": label + 1, "name": default_name(label), "size": size, "share": share})
        if found.weight_shares:
            segments[-1]["weight_share"] = found.weight_shares[label]
    return {
        "weight_column": found.weight_column,
        "segments": segments,
        "columns": [_column(found, position) for position in range(len(found.columns))],
        "categories": [
            {
                "column": one.column,
                "built": one.built,
                "association": one.association,
                "levels": list(one.levels),
                "overall": one.overall.tolist(),
                "segments": [{"segment": label + 1, "shares": row} for label, row in enumerate(one.shares.tolist())],
            }
            for one in found.categories
        ],
    }


def _column(found: Profile, position: int) -> dict[str, Any]:
    """One column that is one number each; its figures in the singular, as there is one of each here."""
    of_segments = [
        {
            "segment": label + 1,
            **{one: float(getattr(found, all_)[label, position]) for all_, one in _PER_SEGMENT.items()},
            "difference": float(found.differences[label, position]),
            "value_weight": float(found.value_weights[label, position]),
        }
        for label in range(len(found.sizes))
    ]
    return {
        "column": found.columns[position],
        "kind": found.kinds[position],
        "built": found.built[position],
        "explained": float(found.explained[position]),
        "lowest": float(found.lowest[position]),
        "overall": {one: float(getattr(found, f"overall_{all_}")[position]) for all_, one in _PER_SEGMENT.items()},
        "segments": of_segments,
    }
