"""Who a segment is: its name, hue and shape, and by whose customers it is known again."""

from clustering.identity.marks import Look, Mark, default_looks, default_name, mark, swatch
from clustering.identity.memory import Identities, Identity, Origin

__all__ = [
    "Identities",
    "Identity",
    "Look",
    "Mark",
    "Origin",
    "default_looks",
    "default_name",
    "mark",
    "swatch",
]
