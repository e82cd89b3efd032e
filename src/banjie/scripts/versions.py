"""Drafts and versions: a draft is edited, a version is for ever. A call keeps the version it began with.

Laws: versions of a script count 1, 2, 3 …; what is published is never changed; a draft that somebody else has
overtaken is not published; what has problems is not published.
"""

from collections.abc import Mapping, Set
from dataclasses import dataclass, replace
from datetime import datetime

from banjie.base.ids import QueueId, ScriptId, UserId
from banjie.scripts.document import read_script
from banjie.scripts.errors import BadScript, DraftOutdated, DraftOvertaken
from banjie.scripts.model import Script
from banjie.scripts.problems import find_problems


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """`document` may be wrong in any way: people save unfinished work. `revision` grows with every save."""

    script_id: ScriptId
    document: Mapping[str, object]
    revision: int
    based_on: int  # version it was begun from; 0: none was published then
    changed_by: UserId | None
    changed_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    script: Script
    document: Mapping[str, object]
    published_by: UserId | None
    published_at: datetime


def begin(latest: Version, changed_by: UserId | None, at: datetime) -> Draft:
    """Begin a draft from what is published."""
    return Draft(
        script_id=latest.script.script_id,
        document=latest.document,
        revision=1,
        based_on=latest.script.version,
        changed_by=changed_by,
        changed_at=at,
    )


def save(
    draft: Draft, document: Mapping[str, object], revision: int, changed_by: UserId | None, at: datetime
) -> Draft:
    """Replace the document. `revision` is the one that was read.

    Raises:
        DraftOvertaken: somebody saved in between.
    """
    if revision != draft.revision:
        raise DraftOvertaken(draft.script_id, revision, draft.revision)
    return replace(draft, document=document, revision=revision + 1, changed_by=changed_by, changed_at=at)


def publish(
    draft: Draft,
    latest: int,
    published_by: UserId | None,
    at: datetime,
    *,
    queues: Set[QueueId] | None = None,
) -> Version:
    """Make the next version. `latest` is the newest published, 0 if none; `queues` are those there are, None: unchecked.

    Raises:
        DraftOutdated: another version was published since the draft was begun.
        BadScript: the document has problems.
    """
    if draft.based_on != latest:
        raise DraftOutdated(draft.script_id, draft.based_on, latest)
    script = read_script(draft.script_id, latest + 1, draft.document)
    if problems := find_problems(script, queues=queues):
        raise BadScript(problems)
    return Version(script=script, document=draft.document, published_by=published_by, published_at=at)
