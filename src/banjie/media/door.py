"""Doors from Python into compiled code, entered without the compiler.

What is kept of a door is one object file, named for the processor, the compilers and the kinds of its arguments, in the
folder named for the text of the sources. LLVM alone loads it, in a tenth of a second; ctypes calls it, and lets go of
the interpreter's lock meanwhile. Laws: a door takes whole numbers, records and contiguous arrays, and returns a whole
number or nothing; what is behind it takes no memory and raises nothing.
"""

import ctypes
import hashlib
import importlib
import importlib.metadata
import os
from collections.abc import Callable, Hashable
from functools import cache
from pathlib import Path
from typing import Any, Final, Generic, ParamSpec, TypeVar

import llvmlite
import numpy as np
from llvmlite import binding as llvm

from banjie.media.compiled import cache_folder, dispatcher

P = ParamSpec("P")
R = TypeVar("R")

_DONE: Final = (0, -2)  # Numba's call conventions: ok, and ok with None
_COMPILERS: Final = ("NRT_", "numba_")  # what is there only while Numba is
# Named where views of arrays are let go, called for none: their memory is Python's.
_NEVER_CALLED: Final = "NRT_MemInfo_call_dtor"


class NotADoor(TypeError):
    """The function breaks a law of doors."""


def door(function: Callable[P, R]) -> Callable[P, R]:
    """Compile at the first call of all, and load from the disk ever after."""
    return Door(function)


class Door(Generic[P, R]):
    def __init__(self, function: Callable[P, R]) -> None:
        self._function = function
        self._returns_nothing = _returns_nothing(function)
        self._entries: dict[Hashable, Callable[..., int]] = {}

    def __call__(self, *given: P.args, **named: P.kwargs) -> R:
        kinds = tuple(_kind(one) for one in given)
        entry = self._entries.get(kinds) or self._open(kinds, given)
        result, error = ctypes.c_int64(), ctypes.c_void_p()
        numbers = [ctypes.c_int64(number) for one in given for number in _numbers(one)]
        if entry(ctypes.byref(result), ctypes.byref(error), *numbers) not in _DONE:
            raise NotADoor(f"{self._function.__name__} raised an error in compiled code")
        return None if self._returns_nothing else result.value  # type: ignore[return-value]

    def _open(self, kinds: tuple[Hashable, ...], given: tuple[object, ...]) -> Callable[..., int]:
        name = f"door_{self._function.__name__}_{_digest(kinds)}"
        file = cache_folder() / f"{name}.o"
        if not file.exists():
            _compile(self._function, given, file)
        entry = self._entries[kinds] = _load(file)
        return entry


def _returns_nothing(function: Callable[..., object]) -> bool:
    return function.__annotations__["return"] is None


def _kind(given: object) -> Hashable:
    if isinstance(given, np.ndarray):
        if not given.flags.c_contiguous:
            raise NotADoor("an array that goes through a door must be contiguous")
        return given.dtype, given.ndim
    return given.dtype if isinstance(given, np.void) else int


def _numbers(given: Any) -> tuple[int, ...]:
    """Return what stands for it in Numba's calls: a number, a record's address, or the fields of an array."""
    if isinstance(given, np.ndarray):
        return (0, 0, given.size, given.itemsize, given.ctypes.data, *given.shape, *given.strides)
    if isinstance(given, np.void):
        return (given.__array_interface__["data"][0],)
    return (int(given),)


def _digest(kinds: tuple[Hashable, ...]) -> str:
    machine = (llvm.get_host_cpu_name(), llvm.get_host_cpu_features().flatten())
    compilers = (importlib.metadata.version("numba"), llvmlite.__version__)
    return hashlib.sha256(repr((machine, compilers, kinds)).encode()).hexdigest()[:16]


def _compile(function: Callable[..., object], given: tuple[object, ...], file: Path) -> None:
    """Write the object file, the name of its entry before it; whole or not at all."""
    numba = importlib.import_module("numba")
    compiler = dispatcher(function, is_inner=True, is_kept=False)
    result = numba.types.void if _returns_nothing(function) else numba.types.int64
    compiler.compile(result(*map(numba.typeof, given)))
    (made,) = compiler.overloads.values()
    module, machine = made.library._final_module, made.library._codegen._tm
    for needed in module.functions:
        if needed.is_declaration and needed.name.startswith(_COMPILERS) and needed.name != _NEVER_CALLED:
            raise NotADoor(f"{function.__name__} needs {needed.name} of the compiler: does it take memory?")
    half = file.with_suffix(f".{os.getpid()}")
    half.write_bytes(made.fndesc.llvm_func_name.encode() + b"\n" + machine.emit_object(module))
    half.replace(file)


def _load(file: Path) -> Callable[..., int]:
    _prepare_llvm()
    name, _, code = file.read_bytes().partition(b"\n")
    machine = llvm.Target.from_default_triple().create_target_machine(jit=True)
    engine = llvm.create_mcjit_compiler(llvm.parse_assembly(""), machine)
    _ENGINES.append(engine)
    engine.add_object_file(llvm.ObjectFileRef.from_data(code))
    engine.finalize_object()
    return ctypes.CFUNCTYPE(ctypes.c_int32)(engine.get_function_address(name.decode()))


_ENGINES: Final[list[llvm.ExecutionEngine]] = []  # they own the code


@cache
def _prepare_llvm() -> None:
    llvm.initialize_native_target()
    llvm.initialize_native_asmprinter()
    if llvm.address_of_symbol(_NEVER_CALLED) is None:  # else the compiler is there, and this is its own
        llvm.add_symbol(_NEVER_CALLED, ctypes.cast(ctypes.CDLL(None).abort, ctypes.c_void_p).value)
