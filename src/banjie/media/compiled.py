"""Code that must run beside Python, not inside it: compiled once, kept on disk, free of the interpreter's lock."""

import hashlib
import os
import shutil
import tempfile
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Final, ParamSpec, TypeVar

import numba
from numba.core import config

P = ParamSpec("P")
R = TypeVar("R")

_SOURCES: Final = Path(__file__).parent


def compiled(function: Callable[P, R]) -> Callable[P, R]:
    """Compile a function of numbers and arrays at its first call; later processes load it in milliseconds.

    Numba renews its cache when the file of a function changes, but not when a function it calls does. So the cache
    lies in a folder named for the text of all of them. A private name is as good as `inner`.
    """
    return _compile(function, is_inner=function.__name__.startswith("_"))


def inner(function: Callable[P, R]) -> Callable[P, R]:
    """The same for what only compiled code calls: no door for Python, and so a third less to compile."""
    return _compile(function, is_inner=True)


def _compile(function: Callable[P, R], is_inner: bool) -> Callable[P, R]:
    settings = vars(config)
    before = settings["CACHE_DIR"]
    settings["CACHE_DIR"] = str(cache_folder())
    try:
        compiler: Callable[..., Callable[[Callable[P, R]], Callable[P, R]]] = numba.njit
        return compiler(
            nogil=True,
            cache=True,
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
        if (
            b"@compiled" in source or b"@inner" in source or b"Final = np.dtype" in source
        ):  # code, and the memory it works on
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
