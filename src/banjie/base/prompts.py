"""A prompt: what a caller is told, named once, with its words in every language it is spoken in."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar, Final

from banjie.base.errors import BanjieError

Bilingual = Mapping[str, str]  # language tag ("zh", "en") to text
PROMPT_NAME: Final = re.compile(r"[a-z][a-z0-9_]{0,63}")  # it is a file name


class BadPrompts(BanjieError):
    """The prompts as written make no sense; the message says where."""

    code: ClassVar[str] = "base.bad_prompts"


@dataclass(frozen=True, slots=True, kw_only=True)
class Prompt:
    """`name` finds the sound (`NAME.LANGUAGE`), `text` is what is said, for those who read and for synthesis."""

    name: str
    text: Bilingual


def prompts_to_document(prompts: Iterable[Prompt]) -> list[dict[str, object]]:
    return [{"name": p.name, "text": dict(p.text)} for p in prompts]


def prompts_from_document(document: object) -> tuple[Prompt, ...]:
    """Read `[{"name": …, "text": {"zh": …, "en": …}}]`."""
    if not isinstance(document, Sequence) or isinstance(document, str):
        raise BadPrompts("prompts must be a list")
    return tuple(_prompt(p) for p in document)


def _prompt(document: object) -> Prompt:
    if not isinstance(document, Mapping) or set(document) != {"name", "text"}:
        raise BadPrompts("a prompt must have a name and a text")
    name, text = document["name"], document["text"]
    if not isinstance(name, str) or PROMPT_NAME.fullmatch(name) is None:
        raise BadPrompts("a prompt's name is lower-case letters, digits and _, beginning with a letter")
    if not isinstance(text, Mapping) or not all(isinstance(w, str) and w.strip() for w in text.values()):
        raise BadPrompts(f"the text of prompt {name} must hold words by language")
    return Prompt(name=name, text={str(language): str(words) for language, words in text.items()})
