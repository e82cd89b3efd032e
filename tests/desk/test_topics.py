"""Numbered maps: whatever is lost on the way, the reader's map ends equal to the board's."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from banjie.desk.topics import Backlog, Topic

pytestmark = pytest.mark.unit

KEYS = st.sampled_from(["agent", "offer", "call", 'quo"te', "队列"])
VALUES = st.integers(0, 5)


class Page:
    """What the front end does with messages: numbered changes, a gap asks for a snapshot."""

    def __init__(self) -> None:
        self.map: dict[str, Any] = {}
        self.seq: int | None = None
        self.gaps = 0

    def receive(self, text: str) -> bool:
        """Return whether it must subscribe again."""
        message = json.loads(text)
        if "snapshot" in message:
            self.map, self.seq = dict(message["snapshot"]), message["seq"]
            return False
        if self.seq is None:
            return False  # a snapshot is on its way
        if message["seq"] <= self.seq:
            return False
        if message["seq"] != self.seq + 1:
            self.seq = None
            self.gaps += 1
            return True
        self.seq = message["seq"]
        self.map.update(message["set"])
        for key in message["drop"]:
            self.map.pop(key, None)
        return False


class Losses(RuleBasedStateMachine):
    """A tiny backlog, a slow reader, a wire that loses messages."""

    def __init__(self) -> None:
        super().__init__()
        self.truth: dict[str, int] = {}
        self.topic = Topic("me", str)
        self.backlog = Backlog(limit_count=3, limit_chars=200)
        self.page = Page()
        self.backlog.subscribe(self.topic)

    @rule(key=KEYS, value=VALUES)
    def set(self, key: str, value: int) -> None:
        self.truth[key] = value
        self.topic.set(key, json.dumps(value))

    @rule(key=KEYS)
    def drop(self, key: str) -> None:
        self.truth.pop(key, None)
        self.topic.drop(key)

    @rule()
    def flush(self) -> None:
        text = self.topic.take_change()
        if text is not None:
            self.backlog.offer_change(self.topic, text)

    @precondition(lambda self: bool(self.backlog))
    @rule()
    def arrive(self) -> None:
        text = self.backlog.take()
        if text is not None and self.page.receive(text):
            self.backlog.subscribe(self.topic)

    @precondition(lambda self: bool(self.backlog))
    @rule()
    def lose(self) -> None:
        self.backlog.take()

    @rule()
    def reconnect(self) -> None:
        self.backlog = Backlog(limit_count=3, limit_chars=200)
        self.backlog.subscribe(self.topic)
        self.page = Page()

    @invariant()
    def the_backlog_is_bounded(self) -> None:
        assert len(self.backlog._texts) <= 3
        assert sum(map(len, self.backlog._texts)) == self.backlog._chars <= 200

    def teardown(self) -> None:
        self.flush()
        while self.backlog:
            self.arrive()
        # A page that lost the very last message learns of it by the next change.
        self.topic.set("last", '"word"')
        self.truth["last"] = "word"  # type: ignore[assignment]
        self.flush()
        while self.backlog:
            self.arrive()
        if self.page.seq is None:  # its snapshot was lost with the wire: it reconnects
            self.reconnect()
            self.arrive()
        assert self.page.map == self.truth


test_any_losses_end_in_equal_maps = Losses.TestCase


def test_a_change_is_numbered_once_and_says_what_changed() -> None:
    topic = Topic("me", str)
    topic.set("a", "1")
    topic.set("b", "2")

    assert json.loads(topic.take_change() or "") == {
        "topic": "me",
        "seq": 1,
        "set": {"a": 1, "b": 2},
        "drop": [],
    }
    topic.drop("a")
    topic.set("b", "3")
    assert json.loads(topic.take_change() or "") == {"topic": "me", "seq": 2, "set": {"b": 3}, "drop": ["a"]}
    assert json.loads(topic.snapshot()) == {"topic": "me", "seq": 2, "snapshot": {"b": 3}}


def test_what_changes_nothing_is_not_sent() -> None:
    topic = Topic("me", str)
    topic.set("a", "1")
    topic.take_change()

    topic.set("a", "1")
    assert topic.take_change() is None
    topic.set("a", "2")
    topic.set("a", "1")
    assert topic.take_change() is None
    topic.drop("never there")
    topic.set("b", "1")
    topic.drop("b")
    assert topic.take_change() is None
    assert topic.seq == 1


def test_a_snapshot_is_made_once_however_many_ask() -> None:
    topic = Topic("wallboard", str)
    topic.set("a", "1")
    topic.take_change()

    assert topic.snapshot() is topic.snapshot()


def test_a_slow_reader_gets_a_snapshot_instead_of_what_it_missed() -> None:
    topic, backlog = Topic("me", str), Backlog(limit_count=2)
    backlog.subscribe(topic)
    backlog.take()
    for n in range(5):
        topic.set("a", str(n))
        backlog.offer_change(topic, topic.take_change() or "")

    assert json.loads(backlog.take() or "") == {"topic": "me", "seq": 5, "snapshot": {"a": 4}}
    assert backlog.take() is None
    assert backlog.resync_count == 1


def test_overflow_makes_every_topic_of_the_reader_anew() -> None:
    one, two, backlog = Topic("one", str), Topic("two", str), Backlog(limit_count=1)
    backlog.subscribe(one)
    backlog.subscribe(two)
    while backlog.take():
        pass
    two.set("b", "1")
    backlog.offer_change(two, two.take_change() or "")
    one.set("a", "1")
    backlog.offer_change(one, one.take_change() or "")

    told = [json.loads(backlog.take() or ""), json.loads(backlog.take() or "")]
    assert {message["topic"] for message in told} == {"one", "two"}
    assert all("snapshot" in message for message in told)


@given(st.lists(st.tuples(KEYS, st.one_of(st.none(), VALUES)), max_size=30))
def test_changes_and_snapshot_tell_the_same(steps: list[tuple[str, int | None]]) -> None:
    topic, page, late = Topic("me", str), Page(), Page()
    page.receive(topic.snapshot())
    for key, value in steps:
        if value is None:
            topic.drop(key)
        else:
            topic.set(key, json.dumps(value))
        change = topic.take_change()
        if change is not None:
            assert not page.receive(change)

    late.receive(topic.snapshot())
    assert page.map == late.map
    assert page.seq == late.seq
