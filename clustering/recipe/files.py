"""A recipe as a file: one JSON document that a person can read, and that cannot do anything when it is read back."""

from pathlib import Path
from typing import Any

from clustering.errors import ClusteringError, InvalidRecipe, InvalidSetting
from clustering.recipe.codec import as_plain, check_size, from_json, from_plain, read_document, to_json
from clustering.recipe.recipe import VERSION, Recipe
from clustering.recipe.settings import IS_RECIPE
from clustering.recipe.soundness import problems
from clustering.wording import one_line

MAKER = "Cluster Explorer"
_VERSION = "version"


def save_recipe(recipe: Recipe) -> bytes:
    """Write a recipe as UTF-8 JSON."""
    told = {IS_RECIPE: MAKER, _VERSION: VERSION, **as_plain(recipe)}
    return to_json(told).encode()


def load_recipe(source: str | Path | bytes, *, name: str | None = None) -> Recipe:
    """Read a recipe.

    Parameters
    ----------
    source : path or bytes
    name : str, optional
        What bytes are called in what is said of them.

    Raises
    ------
    InvalidRecipe
        If it cannot be opened, is no recipe, was made by a later version, or tells something that cannot be.
    """
    name = one_line(Path(source).name or source) if isinstance(source, str | Path) else one_line(name or "The recipe")
    try:
        told = from_json(_content(source).decode("utf-8-sig"))
    except OSError as error:
        raise InvalidRecipe(f"{name} cannot be opened: {error.strerror}. Check the path.") from error
    except UnicodeDecodeError as error:
        raise InvalidRecipe(f"{name} is no recipe: it is no text in UTF-8. Choose a file saved as a recipe.") from error
    except InvalidSetting as error:
        raise InvalidRecipe(f"{name} is no recipe: {error}. Choose a file saved as a recipe.") from error
    if not isinstance(told, dict) or told.get(IS_RECIPE) != MAKER:
        raise InvalidRecipe(f"{name} is no recipe of {MAKER}. Choose a file saved as a recipe.")
    told = _upgraded(told, name)
    try:
        recipe = _read(told)
    except ClusteringError as error:
        raise InvalidRecipe(f"{name} cannot be used: {error} Save the recipe anew.") from error
    except RecursionError as error:
        raise InvalidRecipe(f"{name} is no recipe: one is inside another without end. Save the recipe anew.") from error
    return recipe


def _content(source: str | Path | bytes) -> bytes:
    if not isinstance(source, bytes):
        return read_document(source)
    check_size(source)
    return source


def _upgraded(told: dict[str, Any], name: str) -> dict[str, Any]:
    """The document as this version writes it; an older one is brought up step by step."""
    version = told.get(_VERSION)
    if type(version) is not int or version < 1:
        raise InvalidRecipe(f"{name} does not say which version of a recipe it is. Save the recipe anew.")
    if version > VERSION:
        raise InvalidRecipe(
            f"{name} was saved by a later {MAKER} (recipe version {one_line(version, 20)}; this one reads up to "
            f"{VERSION}). Update {MAKER}."
        )
    return {key: value for key, value in told.items() if key not in (IS_RECIPE, _VERSION)}


def _read(told: dict[str, Any]) -> Recipe:
    recipe = from_plain(Recipe, told, "recipe")
    for problem in problems(recipe):
        raise InvalidSetting(problem)
    return recipe
