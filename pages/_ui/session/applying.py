"""New customers: a recipe from a file, the customers to be placed, and what the user said about them."""

import hashlib
from dataclasses import dataclass, field
from weakref import WeakKeyDictionary

from clustering.recipe import Recipe, save_recipe


@dataclass(frozen=True, eq=False)
class TakenFile:
    """A file as it was uploaded; read anew for every recipe, because that says what its columns hold."""

    name: str
    content: bytes
    digest: str

    @classmethod
    def of(cls, name: str, content: bytes) -> "TakenFile":
        return cls(name, content, hashlib.sha256(content).hexdigest())


@dataclass(frozen=True, eq=False)
class Chosen:
    """The recipe that is applied; `digest` is what everything found out by it depends on."""

    recipe: Recipe
    digest: str
    is_own: bool


@dataclass
class Applying:
    """What was chosen on the page for new customers.

    `recipe` came from a file called `recipe_name`; `is_own` says that the segments on show are applied all the same.
    `file` holds the new customers, `is_same` says that those of the session itself are placed; `before` is a labelled
    file of then. `renamed` holds, for a recipe and a file, which column is which. `refused` says why an upload could
    not be used, by its id: it is not read again at every click.
    """

    recipe: Recipe | None = None
    recipe_name: str = ""
    is_own: bool = True
    file: TakenFile | None = None
    is_same: bool = False
    before: TakenFile | None = None
    stand_in: str | None = None
    renamed: dict[tuple[str, str], dict[str, str]] = field(default_factory=dict)
    refused: dict[str, str] = field(default_factory=dict)
    n_taken: int = 0
    _digests: WeakKeyDictionary = field(default_factory=WeakKeyDictionary)

    @property
    def n_bytes(self) -> int:
        """Of the files that were uploaded here."""
        return sum(len(file.content) for file in (self.file, self.before) if file)

    def take_recipe(self, recipe: Recipe, name: str) -> None:
        self.recipe, self.recipe_name, self.is_own = recipe, name, False
        self.n_taken += 1

    def take_file(self, file: TakenFile) -> None:
        self.file, self.is_same = file, False
        self.n_taken += 1

    def take_before(self, file: TakenFile) -> None:
        self.before = file
        self.n_taken += 1

    def chosen(self, recipe: Recipe, *, is_own: bool) -> Chosen:
        """The recipe with its digest, which is taken once."""
        if recipe not in self._digests:
            self._digests[recipe] = hashlib.sha256(save_recipe(recipe)).hexdigest()
        return Chosen(recipe, self._digests[recipe], is_own)
