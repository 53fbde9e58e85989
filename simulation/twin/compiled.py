"""Compiling the twin: plain functions, typed as they are written.

Nothing in them makes an array, so that nobody counts references to arrays: that would take more
time than everything else.
"""

import zlib
from collections.abc import Callable, Iterable
from inspect import getsource
from types import ModuleType
from typing import Any, TypeVar, cast

from numba import njit

#: Without counting of references, and without what only C would call.
_OPTIONS: dict[str, Any] = {"_nrt": False, "no_cfunc_wrapper": True}
#: For what only the twin itself calls.
_WITHIN: dict[str, Any] = {"forceinline": True, "no_cpython_wrapper": True}

F = TypeVar("F", bound=Callable[..., object])


def compiled(function: F) -> F:
    """Return the function compiled, as a part of whatever calls it."""
    return cast("F", njit(**_OPTIONS, **_WITHIN)(function))


def kept(function: F) -> F:
    """Return the function compiled, to be called from outside; that is kept on disk.

    What it calls is kept with it, but only its own file and what it encloses tell whether that is
    still right: it must enclose ``digest`` of the rest.
    """
    try:
        return cast("F", njit(**_OPTIONS, cache=True)(function))
    except RuntimeError:  # there is no place where it could be kept
        return cast("F", njit(**_OPTIONS)(function))


def digest(modules: Iterable[ModuleType]) -> int:
    """Return a number that changes with the source of any of the modules."""
    return zlib.crc32("".join(map(getsource, modules)).encode())
