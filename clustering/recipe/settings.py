"""The settings part of a recipe: what was chosen, as JSON that mirrors `FeatureSpec` and `ClusterSpec`.

    {"features": {"pca": 0.9, "settings": [{"name": "income", "log": true}]},
     "clustering": {"method": "dbscan", "settings": {"eps": 0.4}}}

What is not told is as usual. A whole recipe is taken too; only these two parts of it are looked at.
"""

from pathlib import Path
from typing import Any

from clustering.errors import InvalidSetting
from clustering.features import FeatureSpec
from clustering.methods import ClusterSpec
from clustering.recipe.codec import arguments, check_names, from_json, read_document
from clustering.wording import one_line

_PARTS = {"features": FeatureSpec, "clustering": ClusterSpec}
IS_RECIPE = "recipe"  # the field by which a whole recipe is known


def read_settings(path: str | Path) -> dict[str, dict[str, Any]]:
    """Read the settings part of a recipe from a file.

    Returns
    -------
    dict
        Arguments of `FeatureSpec` under "features" and of `ClusterSpec` under "clustering", as far as they are told.

    Raises
    ------
    InvalidSetting
        If the file cannot be read, is no JSON, or tells something that is no setting or of the wrong kind.
    """
    try:
        told = from_json(read_document(path).decode("utf-8-sig"))
    except OSError as error:
        raise InvalidSetting(f"{path} cannot be opened: {error.strerror}. Check the path.") from error
    except UnicodeDecodeError as error:
        raise InvalidSetting(f"{path} holds no settings: it is no JSON ({one_line(error)}).") from error
    except InvalidSetting as error:
        raise InvalidSetting(f"{path} holds no settings: {error}.") from error
    if isinstance(told, dict) and IS_RECIPE in told:
        told = {part: told[part] for part in _PARTS if part in told}
    check_names(told, tuple(_PARTS), "The settings")
    return {part: arguments(_PARTS[part], values, part, optional=("columns",)) for part, values in told.items()}
