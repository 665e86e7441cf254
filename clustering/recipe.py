"""The settings part of a recipe: what was chosen, as JSON that mirrors `FeatureSpec` and `ClusterSpec`.

    {"features": {"pca": 0.9, "settings": [{"name": "income", "log": true}]},
     "clustering": {"method": "dbscan", "settings": {"eps": 0.4}}}

What is not told is as usual.
"""

import json
import sys
from dataclasses import MISSING, fields, is_dataclass
from pathlib import Path
from types import NoneType
from typing import Any, get_args, get_origin, get_type_hints

from clustering.errors import InvalidSetting
from clustering.features import FeatureSpec
from clustering.methods import ClusterSpec
from clustering.wording import listing, one_line

_PAIRS = tuple[tuple[str, object], ...]  # told as an object
_LARGEST = sys.float_info.max
_PARTS = {"features": FeatureSpec, "clustering": ClusterSpec}
_KINDS = {
    bool: "true or false",
    int: "a whole number",
    float: "a number",
    str: "a text",
    tuple: "a list",
    dict: "an object",
    NoneType: "null",
}


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
        told = json.loads(Path(path).read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise InvalidSetting(f"{path} cannot be opened: {error.strerror}. Check the path.") from error
    except (ValueError, RecursionError) as error:  # no JSON, no UTF-8, or brackets without end
        raise InvalidSetting(f"{path} holds no settings: it is no JSON ({one_line(error)}).") from error
    _check_names(told, tuple(_PARTS), "The settings")
    return {part: _arguments(_PARTS[part], values, part) for part, values in told.items()}


def _check_names(told: object, known: tuple[str, ...], where: str) -> None:
    if not isinstance(told, dict):
        raise InvalidSetting(f"{where}: {one_line(json.dumps(told))} is no object with {listing(known, 20)}.")
    if unknown := [name for name in told if name not in known]:
        raise InvalidSetting(f"{where}: {listing(map(one_line, unknown))} is no setting. Known: {listing(known, 20)}.")


def _arguments(spec: type, told: object, where: str) -> dict[str, Any]:
    """The fields of a spec that are told, each as the spec wants it."""
    _check_names(told, tuple(field.name for field in fields(spec)), where)
    kinds = get_type_hints(spec)
    needed = [field.name for field in fields(spec) if field.default is MISSING and field.name != "columns"]
    if absent := [name for name in needed if name not in told]:
        raise InvalidSetting(f"{where}: {listing(absent)} is not told.")
    return {name: _value(kinds[name], value, f"{where}: {name}") for name, value in told.items()}


def _value(kind: Any, told: object, where: str) -> Any:
    """What is told as the kind of value that the annotation of its field asks for."""
    choices = [choice for choice in get_args(kind) or () if get_origin(kind) is not tuple] or [kind]
    for choice in choices:
        plain = get_origin(choice) or choice
        if is_dataclass(choice) and isinstance(told, dict):
            return choice(**_arguments(choice, told, where))
        if choice == _PAIRS and isinstance(told, dict):
            return tuple(told.items())
        if plain is tuple and choice != _PAIRS and isinstance(told, list):
            return tuple(_value(get_args(choice)[0], item, where) for item in told)
        if plain is float and isinstance(told, int | float) and not isinstance(told, bool) and abs(told) <= _LARGEST:
            return float(told)
        if plain in (int, str, bool, NoneType) and type(told) is plain:
            return told
    kinds = [dict if is_dataclass(choice) or choice == _PAIRS else get_origin(choice) or choice for choice in choices]
    legal = " or ".join(_KINDS[kind] for kind in kinds)
    raise InvalidSetting(f"{where} is {one_line(json.dumps(told))}; it must be {legal}.")
