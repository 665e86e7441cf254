"""Work that is to be saved, and saved work that was opened."""

from dataclasses import dataclass, field

from clustering import Clustering, Features
from clustering.recipe import Recipe


@dataclass(frozen=True, eq=False)
class OnShow:
    """The segmentation that was shown last; `key` is what it depends on."""

    key: tuple
    features: Features
    segments: Clustering


@dataclass
class SavedWork:
    """Saved work that was opened.

    Attributes
    ----------
    recipe : Recipe or None
        What waits for its file.
    upload_id : str or None
        The upload that was opened last; it is looked at once.
    error : str or None
        Why it could not be.
    n_opened : int
        How often work was opened: the field for the next one is another.
    news : str
        What has been done, to be said once.
    caveats : mapping of key of a segmentation to str
        What is to be known of segments that came out otherwise than they were saved.
    cuts : set of keys of segmentations
        Those that were only a cut when they were saved: known without trying all numbers of segments again.
    """

    recipe: Recipe | None = None
    upload_id: str | None = None
    error: str | None = None
    n_opened: int = 0
    news: str = ""
    caveats: dict[tuple, str] = field(default_factory=dict)
    cuts: set[tuple] = field(default_factory=set)

    def wait_for(self, recipe: Recipe | None) -> None:
        """Wait for the file of this work, or no longer; the field for opening begins anew."""
        self.recipe, self.upload_id, self.error = recipe, None, None
        self.n_opened += 1
