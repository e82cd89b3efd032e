"""Code that must run beside Python, not inside it: compiled once, kept on disk, free of the interpreter's lock.

The compiler (Numba) is imported when something is to be compiled, not before: a start that finds the machine code of
its doors on disk (`door.py`) does without it, and is over a second sooner.
"""

import hashlib
import importlib
import os
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any, Final, Generic, ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")

_SOURCES: Final = Path(__file__).parent
_MARKS: Final = (b"@compiled", b"@inner", b"@door", b"Final = np.dtype")  # code, and the memory it works on


def compiled(function: Callable[P, R]) -> Callable[P, R]:
    """Compile a function of numbers and arrays at its first call; later processes load it from the disk.

    Numba renews its cache when the file of a function changes, but not when a function it calls does. So the cache
    lies in a folder named for the text of all of them. A private name is as good as `inner`.
    """
    return Compiled(function, is_inner=function.__name__.startswith("_"))


def inner(function: Callable[P, R]) -> Callable[P, R]:
    """The same for what only compiled code calls: no door for Python, and so a third less to compile."""
    return Compiled(function, is_inner=True)


class Compiled(Generic[P, R]):
    """A function that is compiled when it is called, or when compiled code that calls it is."""

    def __init__(self, function: Callable[P, R], *, is_inner: bool) -> None:
        self._function, self._is_inner = function, is_inner

    def __call__(self, *given: P.args, **named: P.kwargs) -> R:
        result: R = self.dispatcher(*given, **named)
        return result

    @cached_property
    def dispatcher(self) -> Any:
        return dispatcher(self._function, is_inner=self._is_inner, is_kept=True)

    @property
    def _numba_type_(self) -> Any:
        """How Numba sees it in code that calls it."""
        return importlib.import_module("numba").types.Dispatcher(self.dispatcher)


@dataclass(frozen=True)
class External:
    """A function of the C library, for compiled code; its types by Numba's names."""

    name: str
    result: str
    arguments: tuple[str, ...]

    def __call__(self, *_: int) -> int:
        raise TypeError(f"only compiled code calls {self.name}")

    @cached_property
    def _numba_type_(self) -> Any:
        types = importlib.import_module("numba").types
        of = [getattr(types, name) for name in self.arguments]
        return types.ExternalFunction(self.name, getattr(types, self.result)(*of))


def dispatcher(function: Callable[..., object], *, is_inner: bool, is_kept: bool) -> Any:
    """What Numba makes of a function."""
    settings = vars(importlib.import_module("numba.core.config"))
    before = settings["CACHE_DIR"]
    settings["CACHE_DIR"] = str(cache_folder())
    try:
        return importlib.import_module("numba").njit(
            nogil=True,
            cache=is_kept,
            error_model="numpy",
            no_cpython_wrapper=is_inner,
            no_cfunc_wrapper=is_inner,
        )(function)
    finally:
        settings["CACHE_DIR"] = before


@cache
def cache_folder() -> Path:
    """Beside the sources if we may write there, else in the user's cache."""
    digest = hashlib.sha256()
    for source in sorted(path.read_bytes() for path in _SOURCES.rglob("*.py")):
        if any(mark in source for mark in _MARKS):
            digest.update(source)
    name = f"native-{digest.hexdigest()[:16]}"
    beside = _SOURCES / "__pycache__"
    user = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "banjie"
    for folder in (beside, user):
        try:
            if not (folder / name).exists():
                for old in folder.glob("native-*"):
                    shutil.rmtree(old, ignore_errors=True)
                (folder / name).mkdir(parents=True, exist_ok=True)
        except OSError:
            continue
        if os.access(folder / name, os.W_OK):
            return folder / name
    return Path(tempfile.mkdtemp(prefix="banjie-"))
