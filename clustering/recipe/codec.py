"""Frozen values as JSON and back: every class, field, kind and length is checked, and nothing is ever executed."""

import json
import math
import sys
from collections.abc import Iterator
from dataclasses import MISSING, fields, is_dataclass
from datetime import date
from pathlib import Path
from types import NoneType
from typing import Any, get_args, get_origin, get_type_hints

import numpy as np

from clustering.errors import InvalidSetting
from clustering.wording import listing, one_line, whole

MOST_BYTES = 64 * 2**20

_PAIRS = tuple[tuple[str, object], ...]  # told as an object
_KIND = "kind"  # which of several classes an object is
_LARGEST = sys.float_info.max
_KINDS = {
    bool: "true or false",
    int: "a whole number",
    float: "a number",
    str: "a text",
    tuple: "a list",
    np.ndarray: "a list of numbers",
    dict: "an object",
    NoneType: "null",
    date: "a day such as 2026-01-31",
}
_LARGEST_INT = 2**63 - 1
_PLAIN = (bool, int, float, str)


def to_json(value: object) -> str:
    """Write a frozen value as JSON that a person can read: one field to a line, lists of numbers on one."""
    return _written(as_plain(value), "") + "\n"


def as_plain(value: object) -> Any:
    """The value as JSON knows it; what is undefined is null, and left out where that, or nothing, is usual."""
    if is_dataclass(value):
        told = {field.name: getattr(value, field.name) for field in fields(value)}
        usual = {field.name: _default(field) for field in fields(value)}
        kept = {name: item for name, item in told.items() if not _is_usual(item, usual[name])}
        kinds = get_type_hints(type(value))
        return {name: _plain_field(kinds[name], item) for name, item in kept.items()}
    if isinstance(value, np.ndarray):
        return as_plain(value.tolist())
    if isinstance(value, list | tuple):
        return [as_plain(item) for item in value]
    if isinstance(value, date):
        return value.isoformat()
    return None if isinstance(value, float) and not math.isfinite(value) else value


def _plain_field(kind: Any, value: object) -> Any:
    if kind == _PAIRS:
        return {name: as_plain(item) for name, item in value}
    classes = _classes(kind)
    if isinstance(value, tuple) and get_origin(kind) is tuple and len(_classes(get_args(kind)[0])) > 1:
        return [_tagged(item) for item in value]
    return _tagged(value) if len(classes) > 1 and is_dataclass(value) else as_plain(value)


def _tagged(value: object) -> dict[str, Any]:
    return {_KIND: type(value).__name__, **as_plain(value)}


def _default(field) -> object:
    if field.default_factory is not MISSING:
        return field.default_factory()
    return field.default


def _is_usual(value: object, usual: object) -> bool:
    """Whether nothing is told: what is usual stands in the file all the same, should it once be something else."""
    if usual is MISSING or isinstance(value, np.ndarray):
        return False
    both_undefined = isinstance(value, float) and isinstance(usual, float) and math.isnan(value) and math.isnan(usual)
    return both_undefined or (value is None and usual is None) or (value in ("", ()) and value == usual)


def _written(value: Any, indent: str) -> str:
    inner = indent + "  "
    if isinstance(value, dict) and value:
        lines = (
            f"{inner}{json.dumps(name, ensure_ascii=False)}: {_written(item, inner)}" for name, item in value.items()
        )
        return "{\n" + ",\n".join(lines) + f"\n{indent}}}"
    if isinstance(value, list) and any(isinstance(item, dict | list) for item in value):
        return "[\n" + ",\n".join(f"{inner}{_written(item, inner)}" for item in value) + f"\n{indent}]"
    return json.dumps(value, ensure_ascii=False)


def read_document(path: str | Path) -> bytes:
    """Read a file of ours, which is small: what goes on and on, as a device can, is none.

    Raises
    ------
    OSError
        If it cannot be opened.
    InvalidSetting
        If it is larger than any file of ours, or the path is none.
    """
    try:
        with Path(path).open("rb") as file:
            content = file.read(MOST_BYTES + 1)
    except ValueError as error:  # a path with a NUL
        raise InvalidSetting("this is no path of a file") from error
    check_size(content)
    return content


def check_size(content: bytes) -> None:
    """Refuse more than any file of ours holds."""
    if len(content) > MOST_BYTES:
        raise InvalidSetting(f"it is larger than {MOST_BYTES // 2**20} MB")


def from_json(text: str) -> Any:
    """Read JSON as plain values.

    Raises
    ------
    InvalidSetting
        If it is no JSON, names a field twice, or holds a number or a text that no file of ours can hold.
    """
    try:
        return json.loads(text, parse_constant=_refuse_constant, parse_float=_finite, object_pairs_hook=_no_twins)
    except InvalidSetting:
        raise
    except (ValueError, RecursionError) as error:  # no JSON, or brackets without end
        raise InvalidSetting(f"it is no JSON ({one_line(error)})") from error


def _refuse_constant(name: str):
    raise InvalidSetting(f"it holds {name}, which is no number")


def _finite(digits: str) -> float:
    value = float(digits)
    if not math.isfinite(value):
        raise InvalidSetting(f"it holds {one_line(digits, 20)}, a number too large to calculate with")
    return value


def _no_twins(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    told = dict(pairs)
    if len(told) < len(pairs):
        raise InvalidSetting("it tells something twice")
    return told


def check_names(told: object, known: tuple[str, ...], where: str) -> None:
    """Refuse what is no object, or has other names than these."""
    if not isinstance(told, dict):
        raise InvalidSetting(f"{where}: {_shown(told)} is no object with {listing(known, 20)}.")
    if unknown := [name for name in told if name not in known]:
        raise InvalidSetting(f"{where}: {listing(map(one_line, unknown))} is no setting. Known: {listing(known, 20)}.")


def arguments(spec: type, told: object, where: str, optional: tuple[str, ...] = ()) -> dict[str, Any]:
    """The fields of a class that are told, each as the class wants it.

    Raises
    ------
    InvalidSetting
        If one is unknown, not told though it has to be (but for the optional ones), or of the wrong kind.
    """
    check_names(told, tuple(field.name for field in fields(spec)), where)
    kinds = get_type_hints(spec)
    usual = {field.name: _default(field) for field in fields(spec)}
    needed = [name for name, default in usual.items() if default is MISSING and name not in optional]
    if absent := [name for name in needed if name not in told]:
        raise InvalidSetting(f"{where}: {listing(absent)} is not told.")
    return {name: _value(kinds[name], value, f"{where}: {name}") for name, value in told.items()}


def from_plain(kind: type, told: object, where: str) -> Any:
    """Make the value of a class of what `as_plain` gave."""
    return kind(**arguments(kind, told, where))


def _value(kind: Any, told: object, where: str) -> Any:
    """What is told as the kind of value that the annotation of its field asks for."""
    choices = list(_choices(kind))
    classes = [choice for choice in choices if is_dataclass(choice)]
    if len(classes) > 1 and isinstance(told, dict):
        return _one_of(classes, told, where)
    for choice in choices:
        plain = get_origin(choice) or choice
        if is_dataclass(choice) and isinstance(told, dict):
            return from_plain(choice, told, where)
        if choice == _PAIRS and isinstance(told, dict):
            return tuple((_text(name, where), _plain_value(value, where)) for name, value in told.items())
        if plain is np.ndarray and isinstance(told, list):
            return _array(told, where)
        if plain is tuple and choice != _PAIRS and isinstance(told, list):
            return _tuple(get_args(choice), told, where)
        if plain is float and isinstance(told, int | float) and not isinstance(told, bool) and abs(told) <= _LARGEST:
            return float(told)
        if plain is str and isinstance(told, str):
            return _text(told, where)
        if plain is date and isinstance(told, str) and (day := _day(told)):
            return day
        if plain is int and type(told) is int and abs(told) <= _LARGEST_INT:
            return told
        if plain in (bool, NoneType) and type(told) is plain:
            return told
    kinds = [dict if is_dataclass(choice) or choice == _PAIRS else get_origin(choice) or choice for choice in choices]
    legal = " or ".join(dict.fromkeys(_KINDS[kind] for kind in kinds))
    raise InvalidSetting(f"{where} is {_shown(told)}; it must be {legal}.")


def _day(told: str) -> date | None:
    try:
        return date.fromisoformat(told)
    except ValueError:
        return None


def _choices(kind: Any) -> Iterator[Any]:
    """The kinds that an annotation allows, those of a union within a union included."""
    if get_origin(kind) in (None, tuple) or not get_args(kind):
        yield kind
    else:
        for choice in get_args(kind):
            yield from _choices(choice)


def _classes(kind: Any) -> list[type]:
    return [choice for choice in _choices(kind) if is_dataclass(choice)]


def _one_of(classes: list[type], told: dict, where: str) -> Any:
    by_name = {one.__name__: one for one in classes}
    name = told.get(_KIND)
    if not isinstance(name, str) or name not in by_name:
        raise InvalidSetting(f"{where}: {_KIND} is {_shown(name)}; it can be {', '.join(by_name)}.")
    return from_plain(by_name[name], {key: value for key, value in told.items() if key != _KIND}, where)


def _tuple(kinds: tuple, told: list, where: str) -> tuple:
    """A list of one kind of items, or of as many as there are kinds."""
    if kinds == (int, ...) and all(type(item) is int and abs(item) <= _LARGEST_INT for item in told):
        return tuple(told)  # positions of customers, of whom there can be many
    if kinds[-1] is Ellipsis:
        return tuple(_value(kinds[0], item, where) for item in told)
    if len(told) != len(kinds):
        raise InvalidSetting(f"{where} holds {whole(len(told))} values; it must be {len(kinds)}.")
    return tuple(_value(kind, item, where) for kind, item in zip(kinds, told, strict=True))


def _array(told: list, where: str) -> np.ndarray:
    """Numbers, or lists of as many numbers each."""
    try:
        found = np.array(told)
    except (ValueError, OverflowError):
        found = np.empty(0, dtype=object)
    if found.dtype.kind not in "if":
        raise InvalidSetting(f"{where} must hold numbers, and as many in every row.")
    found = found.astype(np.int64 if found.dtype.kind == "i" else np.float64)
    found.flags.writeable = False
    return found


def _plain_value(told: object, where: str) -> Any:
    if told is None or isinstance(told, _PLAIN):
        return _text(told, where) if isinstance(told, str) else told
    raise InvalidSetting(f"{where} is {_shown(told)}; it must be a number, a text, or true or false.")


def _text(told: str, where: str) -> str:
    try:
        told.encode()
    except UnicodeEncodeError:
        raise InvalidSetting(f"{where} holds half a character, which no text does.") from None
    return told


def _shown(told: object) -> str:
    """A little of what was told, for a sentence."""
    return one_line(json.dumps(told))
