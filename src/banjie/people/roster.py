"""A list of people in a file: CSV as spreadsheets write it, in Chinese or English, and what is wrong with which line.

Laws: a file is taken whole or not at all; every fault names its line and its column as the file has them; names of
people, queues and teams are found in either language. No I/O.
"""

import csv
import io
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import ClassVar, Final, TypeVar

from banjie.base.errors import BanjieError
from banjie.base.faults import Fault, fault
from banjie.base.ids import QueueId, TeamId, UserId
from banjie.base.prompts import Bilingual
from banjie.people.accounts import Applicant, Around, account_faults
from banjie.people.model import Role

T = TypeVar("T", bound=str)

ROWS_MAX: Final = 1000
_SEVERAL: Final = re.compile(r"[;；,，、|]")
_RATED: Final = re.compile(r"(.+?)\s*[:：=]\s*(\d+)")

# Headings by column; the first two are those of the file we offer to fill in.
HEADINGS: Final[Mapping[str, tuple[str, ...]]] = {
    "username": ("username", "用户名", "工号", "user"),
    "name_zh": ("name_zh", "中文名", "姓名"),
    "name_en": ("name_en", "英文名", "name"),
    "roles": ("roles", "角色", "role"),
    "extension": ("extension", "分机", "分机号"),
    "queues": ("queues", "队列", "技能组", "queue"),
    "team": ("team", "班组"),
    "skills": ("skills", "技能"),
    "language": ("language", "语言"),
}
_NEEDED: Final = ("username", "roles")
_COLUMN_OF: Final = {"name.zh": "name_zh", "name.en": "name_en", "team_id": "team"}
_ROLE_WORDS: Final[Mapping[str, Role]] = {
    **{role.value: role for role in Role},
    **{role.value.replace("_", " "): role for role in Role},
    "坐席": Role.AGENT,
    "班长": Role.SUPERVISOR,
    "管理员": Role.ADMINISTRATOR,
    "排班员": Role.PLANNER,
    "质检员": Role.QUALITY,
    "承办人": Role.MATTER_OWNER,
    "督办员": Role.SUPERVISION_OFFICE,
    "审计员": Role.AUDITOR,
}
_LANGUAGE_WORDS: Final = {"": "zh", "zh": "zh", "中文": "zh", "en": "en", "英文": "en", "english": "en"}


@dataclass(frozen=True, slots=True, kw_only=True)
class RosterFault:
    line: int  # of the file, from 1
    column: str  # as the file's first line has it; empty: the whole line
    message: Bilingual


class RosterRefused(BanjieError):
    """Nobody of the file was taken on; the faults say why."""

    code: ClassVar[str] = "people.roster_refused"

    def __init__(self, faults: Sequence[RosterFault]) -> None:
        super().__init__("; ".join(f"line {one.line}: {one.message['en']}" for one in faults[:20]))
        self.faults = tuple(faults)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One person of the file: cells by column, and the headings they stand under."""

    line: int
    cells: Mapping[str, str]
    headings: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """By what words a file may name what there is, lower case: ids and names in both languages."""

    around: Around
    queues: Mapping[str, QueueId]
    teams: Mapping[str, TeamId]
    skills: Mapping[str, str]


def read_roster(data: bytes) -> list[Entry]:
    """Read the file. Raise RosterRefused."""
    text = _decoded(data)
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text))
    columns: list[str] | None = None
    headings: dict[str, str] = {}
    entries: list[Entry] = []
    line = 1
    try:
        for row in rows:
            cells = [cell.strip() for cell in row]
            if any(cells):
                if columns is None:
                    columns = _columns(cells, line)
                    headings = dict(zip(columns, cells, strict=True))
                else:
                    entries.append(_entry(line, cells, columns, headings))
            line = rows.line_num + 1
    except csv.Error:
        raise _unreadable(
            line, "这一行的引号或分隔符不对", "the quotes or separators of this line are wrong"
        ) from None
    if not entries:
        raise _unreadable(1, "文件里没有人员", "there is nobody in this file")
    if len(entries) > ROWS_MAX:
        raise _unreadable(
            entries[ROWS_MAX].line,
            f"一次最多导入 {ROWS_MAX} 人，请分成几个文件",
            f"{ROWS_MAX} people at a time at most; make several files of it",
        )
    return entries


def check_roster(entries: Sequence[Entry], known: Known) -> tuple[list[Applicant], list[RosterFault]]:
    """Return who is to be taken on, and what keeps them from it. Who stands in the file twice is a fault of the second."""
    applicants: list[Applicant] = []
    faults: list[RosterFault] = []
    usernames, extensions = dict(known.around.usernames), dict(known.around.extensions)
    around = replace(known.around, usernames=usernames, extensions=extensions)
    for entry in entries:
        wrong: list[Fault] = []
        applicant = _applicant(entry, known, wrong)
        said = {one.field for one in wrong}
        # A role that cannot be read is no role left out.
        wrong += [one for one in account_faults(applicant, around) if one.field not in said]
        faults += [_at(entry, one) for one in wrong]
        applicants.append(applicant)
        owner = UserId(f"line {entry.line}")
        usernames.setdefault(applicant.username.casefold(), owner)
        if applicant.extension is not None:
            extensions.setdefault(applicant.extension, owner)
    return applicants, faults


def _applicant(entry: Entry, known: Known, wrong: list[Fault]) -> Applicant:
    cell = entry.cells.get
    team = [name for name in [cell("team", "")] if name]
    return Applicant(
        username=cell("username", ""),
        name={"zh": cell("name_zh", ""), "en": cell("name_en", "")},
        roles=frozenset(_found(_several(cell("roles", "")), _ROLE_WORDS, "roles", ("角色", "role"), wrong)),
        extension=cell("extension", "") or None,
        queues=tuple(_found(_several(cell("queues", "")), known.queues, "queues", ("队列", "queue"), wrong)),
        language=_LANGUAGE_WORDS.get(cell("language", "").casefold(), cell("language", "")),
        team_id=next(iter(_found(team, known.teams, "team_id", ("班组", "team"), wrong)), None),
        skills=_skills(cell("skills", ""), known, wrong),
    )


def _skills(text: str, known: Known, wrong: list[Fault]) -> dict[str, int]:
    """Read `zh:5; loans:3`; a skill alone is not rated."""
    skills = {}
    for part in _several(text):
        rated = _RATED.fullmatch(part)
        word, level = (rated[1], int(rated[2])) if rated else (part, 0)
        for code in _found([word], known.skills, "skills", ("技能", "skill"), wrong):
            skills[code] = level
    return skills


def _found(
    words: Iterable[str],
    known: Mapping[str, T],
    field: str,
    kind: tuple[str, str],
    wrong: list[Fault],
) -> list[T]:
    """Return what these words name, each once; words that name nothing are faults."""
    found: dict[T, None] = {}
    for word in words:
        one = known.get(word.casefold())
        if one is None:
            closed = ("", "") if known is _ROLE_WORDS else ("，或已停用", ", or it is closed")
            zh = f"没有{kind[0]}“{word[:40]}”{closed[0]}"
            wrong.append(fault(field, zh, f"there is no {kind[1]} {word[:40]!r}{closed[1]}"))
        else:
            found[one] = None
    return list(found)


def _several(text: str) -> list[str]:
    return [part.strip() for part in _SEVERAL.split(text) if part.strip()]


def _columns(cells: Sequence[str], line: int) -> list[str]:
    by_heading = {heading: column for column, headings in HEADINGS.items() for heading in headings}
    columns = []
    for cell in cells:
        column = by_heading.get(cell.casefold())
        if column is None:
            known = "、".join(headings[1] for headings in HEADINGS.values())
            raise _unreadable(
                line,
                f"第一行没有“{cell[:40]}”这一列；可用的列：{known}",
                f"there is no column {cell[:40]!r}; there are: {', '.join(HEADINGS)}",
                cell,
            )
        if column in columns:
            raise _unreadable(line, f"列“{cell}”出现了两次", f"the column {cell!r} stands there twice", cell)
        columns.append(column)
    for needed in _NEEDED:
        if needed not in columns:
            raise _unreadable(
                line,
                f"第一行缺少“{HEADINGS[needed][1]}”这一列",
                f"the first line lacks the column {needed}",
            )
    return columns


def _entry(line: int, cells: Sequence[str], columns: Sequence[str], headings: Mapping[str, str]) -> Entry:
    if any(cells[len(columns) :]):
        raise _unreadable(line, "这一行比第一行多出几格", "this line has more cells than the first one")
    padded = [*cells, *[""] * len(columns)]
    return Entry(line=line, cells=dict(zip(columns, padded, strict=False)), headings=headings)


def _at(entry: Entry, wrong: Fault) -> RosterFault:
    column = _COLUMN_OF.get(wrong.field, wrong.field)
    return RosterFault(
        line=entry.line, column=entry.headings.get(column, HEADINGS[column][0]), message=wrong.message
    )


def _decoded(data: bytes) -> str:
    for encoding in ("utf-8-sig", "gb18030"):  # the latter is how spreadsheets save in China
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            return text
    raise _unreadable(
        1,
        "这不是文本文件；请另存为 CSV（UTF-8）",
        "this is no text; save it as CSV (UTF-8) from the spreadsheet",
    )


def _delimiter(text: str) -> str:
    """Return what parts the headings: a comma, a semicolon or a tab."""
    first = next((line for line in text.splitlines() if line.strip()), "")
    return max(",;\t", key=first.count)


def _unreadable(line: int, zh: str, en: str, column: str = "") -> RosterRefused:
    return RosterRefused([RosterFault(line=line, column=column, message={"zh": zh, "en": en})])
