"""What every segment is like in every column, for another program: the figures of `clustering.profile`."""

from typing import Any

from clustering.identity import default_name
from clustering.profile import Profile

_PER_SEGMENT = ("means", "medians", "lower_quartiles", "upper_quartiles")


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
            **{name[:-1]: float(getattr(found, name)[label, position]) for name in _PER_SEGMENT},
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
        "overall": {name[:-1]: float(getattr(found, f"overall_{name}")[position]) for name in _PER_SEGMENT},
        "segments": of_segments,
    }
