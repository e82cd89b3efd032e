"""Dataclasses as plain data and back, by their type hints: lists, dicts, strings, numbers and None, fit for JSON.

Understood: dataclasses, enums, NewTypes, `X | None`, tuples, lists, sets, frozensets, dicts and Mappings (as lists of
pairs, whose keys may be anything). A field with the metadata `DERIVED` is left out: it follows from the rest.
"""

from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import fields, is_dataclass
from enum import Enum
from functools import cache
from types import NoneType, UnionType
from typing import Final, NewType, TypeVar, Union, cast, get_args, get_origin, get_type_hints

T = TypeVar("T")
DERIVED: Final = {"derived": True}
_UNIONS: Final = (UnionType, Union)  # the latter where one of the two is a NewType
_GATHER: Final[Mapping[type, Callable[[Iterable[object]], object]]] = {
    tuple: tuple,
    list: list,
    set: set,
    frozenset: frozenset,
}


def to_plain(value: object) -> object:
    """Return the plain form of a value."""
    match value:
        case Enum():
            return value.value
        case None | bool() | int() | float() | str():
            return value
        case Mapping():
            return [[to_plain(key), to_plain(held)] for key, held in value.items()]
        case tuple() | list():
            return [to_plain(held) for held in value]
        case set() | frozenset():
            return sorted((to_plain(held) for held in value), key=repr)
        case _ if is_dataclass(value):
            return {name: to_plain(getattr(value, name)) for name in _hints(value.__class__)}
    raise TypeError(f"{type(value).__name__} has no plain form")


def from_plain(kind: type[T], plain: object) -> T:
    """Return the value a plain form was made of. Raise ValueError or KeyError where it does not fit."""
    return cast(T, _made(kind, plain))


def _made(kind: object, plain: object) -> object:
    if isinstance(kind, NewType):
        return _made(kind.__supertype__, plain)
    origin, inner = get_origin(kind), get_args(kind)
    if origin in _UNIONS:
        (some,) = (one for one in inner if one is not NoneType)
        return None if plain is None else _made(some, plain)
    if origin is not None:
        return _gathered(origin, inner, plain)
    if not isinstance(kind, type) or kind is NoneType:
        return None
    if is_dataclass(kind):
        if not isinstance(plain, dict):
            raise ValueError(f"{kind.__name__} is an object, not {plain!r}")
        return kind(**{name: _made(hint, plain[name]) for name, hint in _hints(kind).items()})
    if issubclass(kind, Enum):
        return kind(plain)
    if kind is float and isinstance(plain, int) and not isinstance(plain, bool):
        return float(plain)
    if type(plain) is not kind:
        raise ValueError(f"{kind.__name__} is expected, not {plain!r}")
    return plain


def _gathered(origin: type, inner: tuple[object, ...], plain: object) -> object:
    if not isinstance(plain, list):
        raise ValueError(f"a list is expected, not {plain!r}")
    if issubclass(origin, Mapping):
        return {_made(inner[0], key): _made(inner[1], held) for key, held in plain}
    if origin is tuple and inner[-1] is not Ellipsis:
        return tuple(_made(one, held) for one, held in zip(inner, plain, strict=True))
    gather = _GATHER[origin]
    return gather(_made(inner[0], one) for one in plain)


@cache
def _hints(kind: Hashable) -> dict[str, object]:
    """Return the hints of a dataclass's fields; asked for once a class."""
    if not isinstance(kind, type) or not is_dataclass(kind):
        return {}
    known = get_type_hints(kind)
    return {f.name: known[f.name] for f in fields(kind) if not f.metadata.get("derived") and f.init}
