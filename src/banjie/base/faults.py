"""What is wrong with something that was filled in: field by field, in words for whoever filled it in."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import ClassVar, Final

from banjie.base.errors import BanjieError
from banjie.base.prompts import Bilingual

NAME_LENGTH: Final = 80


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """`field` is the name of the field in the interface; a part of one is written `name.zh`."""

    field: str
    message: Bilingual


class Faulty(BanjieError):
    """What was filled in cannot be kept; nothing has changed."""

    code: ClassVar[str] = "base.faulty"

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("; ".join(fault.message["en"] for fault in self.faults))


def fault(field: str, zh: str, en: str) -> Fault:
    return Fault(field=field, message={"zh": zh, "en": en})


def require(faults: Iterable[Fault]) -> None:
    """Raise `Faulty` if there are any."""
    found = tuple(faults)
    if found:
        raise Faulty(found)


def both_names(name: Bilingual) -> dict[str, str]:
    """Return it in both languages; the one given stands for the one that is not."""
    zh, en = name.get("zh", "").strip(), name.get("en", "").strip()
    return {"zh": zh or en, "en": en or zh}


def name_faults(name: Bilingual, field: str = "name") -> list[Fault]:
    """A name is one line, in Chinese, in English or in both."""
    faults = [
        fault(
            f"{field}.{language}",
            f"名称只能是一行，最多 {NAME_LENGTH} 个字符",
            f"a name is one line of {NAME_LENGTH} characters at most",
        )
        for language in ("zh", "en")
        if len(text := name.get(language, "").strip()) > NAME_LENGTH or not text.isprintable()
    ]
    if not any(name.get(language, "").strip() for language in ("zh", "en")):
        faults.append(
            fault(f"{field}.zh", "请填写中文或英文名称", "a name is needed, in Chinese or in English")
        )
    return faults


def range_fault(field: str, value: float, least: float, most: float) -> Iterable[Fault]:
    """Nothing, or that the number lies outside of what makes sense."""
    if not least <= value <= most:
        yield fault(
            field, f"请填写 {least:g} 到 {most:g} 之间的数", f"a number from {least:g} to {most:g} is needed"
        )


def changes(before: Mapping[str, str], after: Mapping[str, str]) -> dict[str, tuple[str, str]]:
    """Return what differs, each field with its old and its new text; what is not there is an empty one."""
    fields = [*before, *(field for field in after if field not in before)]
    pairs = {field: (before.get(field, ""), after.get(field, "")) for field in fields}
    return {field: pair for field, pair in pairs.items() if pair[0] != pair[1]}
