"""Segments made by hand from those that were found: merged, split, or with chosen customers moved.

Edits are plain values: the same edits of the same segmentation give the same result to the last bit, so a step is
undone by leaving it out.
"""

from clustering.edits.apply import apply_edits, renumbered
from clustering.edits.steps import Edits, Merge, Move, Split, Step

__all__ = ["Edits", "Merge", "Move", "Split", "Step", "apply_edits", "renumbered"]
