"""How many threads the number libraries may use: one."""

from collections.abc import Callable
from functools import cache, wraps

from threadpoolctl import ThreadpoolController


def one_thread():
    """A context in which the number libraries use one thread.

    Their threads wait actively: on a busy machine the same work took 5 to 30 times as long with two. And the last digit
    of a sum must not depend on how many there are.
    """
    return _pools().limit(limits=1)


def on_one_thread(function: Callable) -> Callable:
    """The function, always run within `one_thread`."""

    @wraps(function)
    def run(*arguments, **settings):
        with one_thread():
            return function(*arguments, **settings)

    return run


@cache
def _pools() -> ThreadpoolController:
    return ThreadpoolController()  # looking through all loaded libraries takes 5 ms, so once
