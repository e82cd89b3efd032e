"""Prompts read from documents."""

import pytest

from banjie.base.prompts import BadPrompts, Prompt, prompts_from_document, prompts_to_document

pytestmark = pytest.mark.unit

WELCOME = Prompt(name="welcome", text={"zh": "您好", "en": "Hello"})


def test_a_document_keeps_everything() -> None:
    assert prompts_from_document(prompts_to_document([WELCOME])) == (WELCOME,)
    assert prompts_from_document([]) == ()


@pytest.mark.parametrize(
    "document",
    [
        None,
        "welcome",
        {"name": "welcome"},
        ["welcome"],
        [{"name": "welcome"}],
        [{"name": "../secret", "text": {"zh": "x"}}],
        [{"name": "Welcome", "text": {"zh": "x"}}],
        [{"name": 7, "text": {"zh": "x"}}],
        [{"name": "welcome", "text": "您好"}],
        [{"name": "welcome", "text": {"zh": " "}}],
        [{"name": "welcome", "text": {"zh": "您好"}, "file": "x"}],
    ],
)
def test_what_is_wrong_is_refused(document: object) -> None:
    with pytest.raises(BadPrompts):
        prompts_from_document(document)
