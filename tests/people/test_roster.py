"""A list of people in a file: read as spreadsheets write it, and every fault with its line and column."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from banjie.base.ids import QueueId, TeamId, UserId
from banjie.people.accounts import Around
from banjie.people.model import Role
from banjie.people.roster import ROWS_MAX, Known, RosterRefused, check_roster, read_roster

pytestmark = pytest.mark.unit

KNOWN = Known(
    around=Around(
        usernames={"ann": UserId("ann")},
        extensions={"1001": UserId("ann")},
        queues=frozenset({QueueId("general"), QueueId("q2")}),
        teams=frozenset({TeamId("t1")}),
        skills=frozenset({"loans"}),
    ),
    queues={"general": QueueId("general"), "lost card": QueueId("q2"), "挂失": QueueId("q2")},
    teams={"一组": TeamId("t1")},
    skills={"loans": "loans", "贷款": "loans"},
)
CHINESE = """用户名,中文名,英文名,角色,分机,队列,班组,技能,语言
bob,白,Bob,坐席；班长,1002,挂失；General,一组,贷款：4,中文
"""


def faults(text: str) -> list[tuple[int, str, str]]:
    _, found = check_roster(read_roster(text.encode()), KNOWN)
    return [(one.line, one.column, one.message["en"]) for one in found]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_file_in_chinese_is_read_in_the_encodings_of_spreadsheets(encoding: str) -> None:
    (bob,), found = check_roster(read_roster(CHINESE.encode(encoding)), KNOWN)
    assert found == []
    assert (bob.username, bob.name) == ("bob", {"zh": "白", "en": "Bob"})
    assert bob.roles == {Role.AGENT, Role.SUPERVISOR}
    assert bob.queues == ("q2", "general")
    assert (bob.extension, bob.team_id, bob.skills, bob.language) == ("1002", "t1", {"loans": 4}, "zh")


def test_columns_stand_in_any_order_and_optional_ones_may_be_left_out() -> None:
    text = "name\troles\tusername\nEve\tsupervision office\teve\n"
    (eve,), found = check_roster(read_roster(text.encode()), KNOWN)
    assert found == []
    assert (eve.username, eve.roles, eve.extension) == ("eve", {Role.SUPERVISION_OFFICE}, None)


def test_each_fault_names_its_line_and_its_column_as_the_file_has_them() -> None:
    text = (
        "username,name,roles,extension,queue,team,skills,language\n"
        'Ann,A,agent,1001,"general, gold",,,\n'
        "\n"
        "bob smith,B,boss,1002,,Nowhere,loans:9;cooking,fr\n"
        'carl,"two\nlines",agent,,general,,,\n'
        "dora,D,agent,1003,,,,\n"
        "DORA,D,planner,1003,,,,\n"
    )
    assert [(line, column) for line, column, _ in faults(text)] == [
        (2, "queue"),
        (2, "username"),
        (2, "extension"),
        (4, "roles"),
        (4, "team"),
        (4, "skills"),
        (4, "username"),
        (4, "language"),
        (5, "name"),
        (5, "extension"),
        (8, "username"),
        (8, "extension"),
    ]
    assert [said for _, column, said in faults(text) if column == "roles"] == ["there is no role 'boss'"]


@pytest.mark.parametrize(
    ("data", "line", "column"),
    [
        (b"", 1, ""),
        (b"username,roles\n", 1, ""),
        (b"\n\nusername,name\nbob,B\n", 3, ""),
        (b"username,roles,shoe size\nbob,agent,43\n", 1, "shoe size"),
        (b"username,roles,role\nbob,agent,agent\n", 1, "role"),
        (b"username,roles\nbob,planner,extra\n", 2, ""),
        (b"PK\x03\x04\x00\x00\x00", 1, ""),
        (b"username,roles\n\xff\xff\xff\n", 1, ""),
        (("username,roles\n" + "bob,planner\n" * (ROWS_MAX + 1)).encode(), ROWS_MAX + 2, ""),
    ],
)
def test_what_is_no_list_of_people_is_refused_with_its_place(data: bytes, line: int, column: str) -> None:
    with pytest.raises(RosterRefused) as refused:
        read_roster(data)
    (why,) = refused.value.faults
    assert (why.line, why.column) == (line, column)
    assert set(why.message) == {"zh", "en"}


@given(st.lists(st.lists(st.text(alphabet='ab1,;"\n 挂失', max_size=8), min_size=2, max_size=2), min_size=1))
def test_whatever_the_cells_hold_everybody_has_the_line_he_begins_in(rows: list[list[str]]) -> None:
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["username", "roles"])
    begins = []
    for row in rows:
        begins.append(out.getvalue().count("\n") + 1)
        writer.writerow(row)
    wanted = [(n, row) for n, row in zip(begins, rows, strict=True) if any(cell.strip() for cell in row)]
    if not wanted:
        return
    entries = read_roster(out.getvalue().encode())
    assert [(one.line, one.cells["username"]) for one in entries] == [
        (n, row[0].strip()) for n, row in wanted
    ]


@given(st.binary(max_size=400))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    try:
        check_roster(read_roster(data), KNOWN)
    except RosterRefused as refusal:
        assert refusal.faults
