"""How far segments agree with known labels, or with other segments."""

from clustering.compare.agreement import Agreement, LabelScores, compare
from clustering.compare.heldout import HeldOut, held_out
from clustering.compare.known import MOST_LABELS, Known, compare_known, known_labels, label_columns, placed_labels
from clustering.compare.matching import best_matching
from clustering.compare.pair import Pair, compare_pair, moved_table

__all__ = [
    "MOST_LABELS",
    "Agreement",
    "HeldOut",
    "Known",
    "LabelScores",
    "Pair",
    "best_matching",
    "compare",
    "compare_known",
    "compare_pair",
    "held_out",
    "known_labels",
    "label_columns",
    "moved_table",
    "placed_labels",
]
