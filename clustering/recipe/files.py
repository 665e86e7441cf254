"""A recipe as a file: one JSON document that a person can read, and that cannot do anything when it is read back."""

from dataclasses import fields
from pathlib import Path
from typing import Any

from clustering.errors import ClusteringError, InvalidRecipe, InvalidSetting
from clustering.recipe.codec import as_plain, check_names, from_json, from_plain, to_json
from clustering.recipe.recipe import VERSION, Recipe
from clustering.recipe.settings import IS_RECIPE
from clustering.recipe.soundness import problems
from clustering.wording import one_line

MAKER = "Cluster Explorer"
MOST_BYTES = 64 * 2**20
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
    name, content = _content(source, name)
    try:
        told = from_json(content.decode("utf-8-sig"))
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


def _content(source: str | Path | bytes, name: str | None) -> tuple[str, bytes]:
    if isinstance(source, bytes):
        name, content = one_line(name or "The recipe"), source
    else:
        name = one_line(Path(source).name)
        try:
            is_small = Path(source).stat().st_size <= MOST_BYTES
            content = Path(source).read_bytes() if is_small else None
        except OSError as error:
            raise InvalidRecipe(f"{name} cannot be opened: {error.strerror}. Check the path.") from error
        except ValueError as error:  # a path with a NUL
            raise InvalidRecipe(f"{name} is no path of a file. Check it.") from error
    if content is None or len(content) > MOST_BYTES:
        raise InvalidRecipe(_too_large(name))
    return name, content


def _too_large(name: str) -> str:
    return f"{name} is larger than {MOST_BYTES // 2**20} MB, which no recipe is. Choose a file saved as a recipe."


def _upgraded(told: dict[str, Any], name: str) -> dict[str, Any]:
    """The document as this version writes it; an older one is brought up step by step."""
    version = told.get(_VERSION)
    if type(version) is not int or version < 1:
        raise InvalidRecipe(f"{name} does not say which version of a recipe it is. Save the recipe anew.")
    if version > VERSION:
        raise InvalidRecipe(
            f"{name} was saved by a later {MAKER} (recipe version {version:,}; this one reads up to {VERSION}). Update "
            f"{MAKER}."
        )
    return {key: value for key, value in told.items() if key not in (IS_RECIPE, _VERSION)}


def _read(told: dict[str, Any]) -> Recipe:
    check_names(told, tuple(field.name for field in fields(Recipe)), "recipe")
    recipe = from_plain(Recipe, told, "recipe")
    for problem in problems(recipe):
        raise InvalidSetting(problem)
    return recipe
