"""The cache of one session: many functions, one budget. Where it is full, what was used longest ago goes first.

Streamlit bounds a cache of objects by their number alone, each function by itself; twelve segmentations of a small file
are nothing, and of the largest half a gigabyte.
"""

from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping
from dataclasses import fields, is_dataclass
from functools import wraps
from inspect import signature
from types import FunctionType, MethodType, ModuleType

import numpy as np
import pandas as pd
import pyarrow as pa
import streamlit as st

from pages._ui.session import budget

_LOOKED_AT = 100  # items of a long list that stand for the others
_BARE = 64  # bytes of a small value
_NOT_FOLLOWED = (FunctionType, MethodType, ModuleType, type)


class Shelf:
    """How much every kept value takes, in the order of their last use."""

    def __init__(self):
        self._entries: OrderedDict[Hashable, tuple[int, Callable[[], None]]] = OrderedDict()
        self.n_bytes = 0

    def touch(self, key: Hashable, value: object, forget: Callable[[], None], most_alike: int) -> None:
        """Take note of a value that was made or used now; where it is one too many, others are forgotten.

        Parameters
        ----------
        key : (name, hashable)
            The function and what it was asked.
        forget : callable
            Takes the value out of its cache.
        most_alike : int
            Values of this function that its cache keeps; it drops the one used longest ago by itself.
        """
        if key in self._entries:
            self._entries.move_to_end(key)
            return
        alike = [other for other in self._entries if other[0] == key[0]]
        for other in alike[: max(len(alike) + 1 - most_alike, 0)]:
            self._drop(other)
        self._entries[key] = size_of(value), forget
        self.n_bytes += self._entries[key][0]
        while self.n_bytes > budget.CACHES and len(self._entries) > 1:
            self._drop(next(iter(self._entries)))()

    def _drop(self, key: Hashable) -> Callable[[], None]:
        size, forget = self._entries.pop(key)
        self.n_bytes -= size
        return forget


# In a cache itself, so that it is emptied together with those it tells of (a closed connection empties them all).
@st.cache_resource(scope="session", max_entries=1, show_spinner=False)
def shelf() -> Shelf:
    return Shelf()


def session_cache(*, max_entries: int, show_spinner: bool | str = False):
    """Keep what a function gives, for this session alone and within its budget.

    As in Streamlit's caches a parameter that begins with an underscore is no part of the key; here these come last, and
    all are given by position. What is kept must not be changed.
    """

    def decorate(work: Callable) -> Callable:
        cached = st.cache_resource(scope="session", max_entries=max_entries, show_spinner=show_spinner)(work)
        name = f"{work.__module__}.{work.__qualname__}"
        is_key = [not parameter.startswith("_") for parameter in signature(work).parameters]
        if is_key != sorted(is_key, reverse=True):
            raise TypeError(f"{name}: a parameter that begins with an underscore comes last.")
        n_keys = sum(is_key)

        @wraps(work)
        def kept(*arguments):
            value, keys = cached(*arguments), arguments[:n_keys]
            shelf().touch((name, keys), value, lambda: cached.clear(*keys), max_entries)
            return value

        return kept

    return decorate


def size_of(value: object) -> int:
    """About how many bytes of memory a value takes; what stands in it twice is counted once."""
    return _size_of(value, set())


def _size_of(value: object, seen: set[int]) -> int:
    if id(value) in seen or isinstance(value, _NOT_FOLLOWED):
        return 0
    seen.add(id(value))
    if isinstance(value, (np.ndarray, pa.Table, pa.ChunkedArray, pa.Array)):
        return value.nbytes
    if isinstance(value, (pd.DataFrame, pd.Series, pd.Index)):
        return int(np.sum(value.memory_usage()))
    if isinstance(value, (bytes, bytearray, memoryview, str)):
        return len(value)
    if isinstance(value, Mapping):
        return _of_all([*value.keys(), *value.values()], seen)
    if isinstance(value, (list, tuple, set, frozenset)):
        return _of_all(list(value), seen)
    if is_dataclass(value):
        return _BARE + sum(_size_of(getattr(value, one.name), seen) for one in fields(value))
    return _BARE + sum(_size_of(one, seen) for one in list(getattr(value, "__dict__", {}).values()))


def _of_all(values: list, seen: set[int]) -> int:
    """Of a long list a part is measured: it is either of small values or of values alike."""
    measured = sum(_size_of(one, seen) for one in values[:_LOOKED_AT])
    return _BARE + measured * max(len(values), 1) // max(min(len(values), _LOOKED_AT), 1)
