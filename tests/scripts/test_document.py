"""Scripts as JSON: read, written, and refused in words."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from banjie.base.ids import ScriptId
from banjie.scripts.document import json_schema, read_script, write_script
from banjie.scripts.errors import BadScript, Problem
from tests.scripts.samples import SAMPLE

pytestmark = pytest.mark.unit

Document = dict[str, Any]


def sample() -> Document:
    document: Document = json.loads(json.dumps(write_script(SAMPLE)))
    return document


def problems_of(document: Document) -> tuple[Problem, ...]:
    with pytest.raises(BadScript) as refused:
        read_script(ScriptId("sample"), 1, document)
    return refused.value.problems


def test_a_document_keeps_every_kind_of_node() -> None:
    assert read_script(SAMPLE.script_id, SAMPLE.version, sample()) == SAMPLE


def test_what_is_left_out_has_the_defaults_of_the_model() -> None:
    document = {
        "start": "ask",
        "nodes": {
            "ask": {
                "kind": "menu",
                "prompts": [{"name": "ask", "text": {"zh": "请按键", "en": "Press a key"}}],
                "choices": {"1": {"then": "end", "label": {"zh": "一", "en": "one"}}},
                "on_no_input": "end",
                "on_invalid": "end",
            },
            "end": {"kind": "hang_up"},
        },
        "layout": {"ask": [0, 1.5]},
    }
    script = read_script(ScriptId("small"), 2, document)

    assert script.version == 2
    assert read_script(script.script_id, 2, write_script(script)) == script


def change(path: str, value: object) -> Callable[[Document], None]:
    def act(document: Document) -> None:
        *to, last = path.split("/")
        part = document
        for key in to:
            part = part[key]
        if value is ...:
            del part[last]
        else:
            part[last] = value

    return act


@pytest.mark.parametrize(
    ("spoil", "node", "word"),
    [
        (change("start", ...), None, "start is missing"),
        (change("nodes", {}), None, "nodes"),
        (change("colour", "red"), None, "no colour"),
        (change("nodes/menu/kind", "robot"), "menu", "robot"),
        (change("nodes/menu/on_no_input", ...), "menu", "on_no_input is missing"),
        (change("nodes/menu/timeout", 3), "menu", "no timeout;"),
        (change("nodes/menu/timeout_s", 0), "menu", "timeout_s: "),
        (change("nodes/menu/timeout_s", 1e9), "menu", "timeout_s: "),
        (change("nodes/menu/retries", -1), "menu", "retries: "),
        (change("nodes/menu/choices/12", {"then": "x", "label": {}}), "menu", "choices"),
        (change("nodes/welcome/then", ""), "welcome", "then: "),
        (change("nodes/welcome/then", "x" * 65), "welcome", "then: "),
        (change("nodes/welcome/prompts", [{"name": "../x", "text": {}}]), "welcome", "prompts.0.name"),
        (change("nodes/lost/priority", 9999), "lost", "priority: "),
        (change("nodes/account/max_digits", 65), "account", "max_digits: "),
        (change("nodes/goodbye/reason", "whatever"), "goodbye", "reason: "),
        (change("nodes/hours/hours", {"timezone": "Nowhere"}), "hours", "Nowhere"),
        (change("nodes/hours/hours", {"timezone": "UTC", "weekly": {"mon": ["9"]}}), "hours", "no period"),
    ],
)
def test_what_has_the_wrong_shape_is_said_with_its_node(
    spoil: Callable[[Document], None], node: str | None, word: str
) -> None:
    document = sample()
    spoil(document)

    problems = problems_of(document)

    assert any(p.node == node and word in p.message["en"] for p in problems)
    assert all(p.message["zh"] for p in problems)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
places = st.sampled_from([(n, k) for n, part in write_script(SAMPLE)["nodes"].items() for k in part])  # type: ignore[attr-defined]


@given(places, json_values)
def test_no_value_anywhere_does_worse_than_being_refused(place: tuple[str, str], value: object) -> None:
    document = sample()
    document["nodes"][place[0]][place[1]] = value

    try:
        script = read_script(ScriptId("sample"), 1, document)
    except BadScript as refused:
        assert refused.problems
    else:
        assert read_script(script.script_id, 1, write_script(script)) == script


def test_the_schema_names_every_kind_of_node() -> None:
    schema = json.dumps(json_schema())

    for kind in ("play", "menu", "collect", "hours", "language", "queue", "transfer", "hang_up"):
        assert f'"{kind}"' in schema
