"""A prompt: what a caller is told, named once, with its words in every language it is spoken in."""

from collections.abc import Mapping
from dataclasses import dataclass

Bilingual = Mapping[str, str]  # language tag ("zh", "en") to text


@dataclass(frozen=True, slots=True, kw_only=True)
class Prompt:
    """`name` finds the sound (`NAME.LANGUAGE`), `text` is what is said, for those who read and for synthesis."""

    name: str
    text: Bilingual
