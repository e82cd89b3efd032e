"""From a draft to a version that never changes."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from banjie.base.ids import QueueId, UserId
from banjie.scripts.document import write_script
from banjie.scripts.errors import BadScript, DraftOutdated, DraftOvertaken
from banjie.scripts.versions import Draft, Version, begin, publish, save
from tests.scripts.samples import SAMPLE

pytestmark = pytest.mark.unit

LI, WANG = UserId("li"), UserId("wang")
NOON = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)
DOCUMENT = write_script(SAMPLE)
NEW = Draft(
    script_id=SAMPLE.script_id, document=DOCUMENT, revision=1, based_on=0, changed_by=LI, changed_at=NOON
)


def published(latest: int = 0) -> Version:
    return publish(replace(NEW, based_on=latest), latest, LI, NOON)


def test_versions_count_from_one() -> None:
    first = published()
    second = publish(begin(first, WANG, NOON), 1, WANG, NOON)

    assert (first.script.version, second.script.version) == (1, 2)
    assert replace(second.script, version=1) == first.script
    assert (second.published_by, second.published_at) == (WANG, NOON)


def test_a_draft_may_be_saved_unfinished_but_not_published() -> None:
    draft = save(NEW, {"start": "nowhere"}, 1, WANG, NOON + timedelta(minutes=1))

    assert (draft.revision, draft.changed_by) == (2, WANG)
    with pytest.raises(BadScript) as refused:
        publish(draft, 0, LI, NOON)
    assert refused.value.problems[0].message["en"] in str(refused.value)


def test_a_script_that_leads_nowhere_is_not_published() -> None:
    nodes = {**DOCUMENT["nodes"], "island": {"kind": "hang_up"}}  # type: ignore[dict-item]

    with pytest.raises(BadScript, match="island"):
        publish(replace(NEW, document={**DOCUMENT, "nodes": nodes}), 0, LI, NOON)


def test_a_script_that_names_a_queue_nobody_made_is_not_published() -> None:
    with pytest.raises(BadScript, match="english"):
        publish(NEW, 0, LI, NOON, queues=frozenset({QueueId("general"), QueueId("urgent")}))


def test_who_changed_an_old_revision_is_told_so() -> None:
    saved = save(NEW, DOCUMENT, 1, LI, NOON)

    with pytest.raises(DraftOvertaken, match="the newest is 2"):
        save(saved, DOCUMENT, 1, WANG, NOON)


def test_a_draft_begun_before_another_version_is_not_published_over_it() -> None:
    draft = begin(published(), LI, NOON)

    with pytest.raises(DraftOutdated, match="version 2 is published"):
        publish(draft, 2, LI, NOON)
