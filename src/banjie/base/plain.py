"""Dataclasses as plain data and back, by their type hints: lists, dicts, strings, numbers and None, fit for JSON.

Understood: dataclasses, enums, NewTypes, `X | None`, tuples, lists, sets, frozensets, dicts and Mappings (as lists of
pairs, whose keys may be anything), times (ISO 8601) and durations (seconds). Of a union of dataclasses, `A | B`, the
plain form says which it is, under `is`; such a union is a field's type or the whole, not the type of what a list holds.
A field with the metadata `DERIVED` is left out: it follows from the rest. A field that is not there has its default, so that
what was written before it was thought of can be read.
"""

from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import MISSING, fields, is_dataclass
from datetime import date, datetime, timedelta
from enum import Enum
from functools import cache
from types import NoneType, UnionType
from typing import Final, Literal, NewType, TypeVar, Union, cast, get_args, get_origin, get_type_hints

T = TypeVar("T")
DERIVED: Final = {"derived": True}
_WHICH: Final = "is"
_UNIONS: Final = (UnionType, Union)  # the latter where one of the two is a NewType
_GATHER: Final[Mapping[type, Callable[[Iterable[object]], object]]] = {
    tuple: tuple,
    list: list,
    set: set,
    frozenset: frozenset,
}


def to_plain(value: object, kind: object = None) -> object:
    """Return the plain form of a value. `kind` is needed for a union of dataclasses only."""
    if len(_choices(kind)) > 1 and value is not None:
        return {_WHICH: type(value).__name__, **cast(dict[str, object], to_plain(value))}
    match value:
        case datetime() | date():
            return value.isoformat()
        case timedelta():
            return value.total_seconds()
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
            hints = _hints(value.__class__)
            return {name: to_plain(getattr(value, name), hint) for name, hint in hints.items()}
    raise TypeError(f"{type(value).__name__} has no plain form")


def from_plain(kind: type[T], plain: object) -> T:
    """Return the value a plain form was made of. Raise ValueError or KeyError where it does not fit.

    Of a union of dataclasses `kind` is the union, and the caller says what type he gets.
    """
    return cast(T, _made(kind, plain))


def _choices(kind: object) -> dict[str, type]:
    """The dataclasses of a union, by name."""
    if get_origin(kind) not in _UNIONS:
        return {}
    return {one.__name__: one for one in get_args(kind) if isinstance(one, type) and is_dataclass(one)}


def _made(kind: object, plain: object) -> object:
    if isinstance(kind, NewType):
        return _made(kind.__supertype__, plain)
    origin, inner = get_origin(kind), get_args(kind)
    if len(choices := _choices(kind)) > 1:
        return None if plain is None and NoneType in inner else _chosen(choices, plain)
    if origin is Literal and plain in inner:
        return plain
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
        hints, may_lack = _hints(kind), _defaulted(kind)
        given = {name: hint for name, hint in hints.items() if name in plain or name not in may_lack}
        return kind(**{name: _made(hint, plain[name]) for name, hint in given.items()})
    return _leaf(kind, plain)


def _leaf(kind: type, plain: object) -> object:
    if issubclass(kind, Enum):
        return kind(plain)
    if kind in (datetime, date) and isinstance(plain, str):
        return kind.fromisoformat(plain)
    if kind is timedelta and isinstance(plain, int | float):
        return timedelta(seconds=plain)
    if kind is float and isinstance(plain, int) and not isinstance(plain, bool):
        return float(plain)
    if type(plain) is not kind:
        raise ValueError(f"{kind.__name__} is expected, not {plain!r}")
    return plain


def _chosen(choices: Mapping[str, type], plain: object) -> object:
    if not isinstance(plain, dict) or plain.get(_WHICH) not in choices:
        raise ValueError(f"one of {', '.join(choices)} is expected, not {plain!r}")
    return _made(choices[plain[_WHICH]], plain)


def _gathered(origin: object, inner: tuple[object, ...], plain: object) -> object:
    if origin is Literal:
        raise ValueError(f"one of {', '.join(map(str, inner))} is expected, not {plain!r}")
    if not isinstance(plain, list):
        raise ValueError(f"a list is expected, not {plain!r}")
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return {_made(inner[0], key): _made(inner[1], held) for key, held in plain}
    if origin is tuple and inner[-1] is not Ellipsis:
        return tuple(_made(one, held) for one, held in zip(inner, plain, strict=True))
    gather = _GATHER[cast(type, origin)]
    return gather(_made(inner[0], one) for one in plain)


@cache
def _hints(kind: Hashable) -> dict[str, object]:
    """Return the hints of a dataclass's fields; asked for once a class."""
    if not isinstance(kind, type) or not is_dataclass(kind):
        return {}
    known = get_type_hints(kind)
    return {f.name: known[f.name] for f in fields(kind) if not f.metadata.get("derived") and f.init}


@cache
def _defaulted(kind: Hashable) -> frozenset[str]:
    """Return which fields of a dataclass need not be given."""
    if not isinstance(kind, type) or not is_dataclass(kind):
        return frozenset()
    return frozenset(
        f.name for f in fields(kind) if f.default is not MISSING or f.default_factory is not MISSING
    )
