"""What the scripts department refuses."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from banjie.base.errors import BanjieError
from banjie.base.ids import ScriptId
from banjie.base.prompts import Bilingual


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """What keeps a script from being published. `node` None: the whole document."""

    code: str
    node: str | None
    message: Bilingual


class BadScript(BanjieError):
    """The document is no script that may be published; `problems` says in words what to mend."""

    code: ClassVar[str] = "scripts.bad_script"

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("; ".join(p.message["en"] for p in problems))
        self.problems = tuple(problems)


class DraftOutdated(BanjieError):
    """Another version was published since this draft was begun."""

    code: ClassVar[str] = "scripts.draft_outdated"

    def __init__(self, script_id: ScriptId, based_on: int, latest: int) -> None:
        super().__init__(
            f"the draft of script {script_id} was begun from version {based_on}, but version {latest} is published; "
            "begin a new draft from it and make your changes again"
        )
        self.script_id, self.based_on, self.latest = script_id, based_on, latest


class DraftOvertaken(BanjieError):
    """Somebody else saved the draft since it was read."""

    code: ClassVar[str] = "scripts.draft_overtaken"

    def __init__(self, script_id: ScriptId, revision: int, newest: int) -> None:
        super().__init__(
            f"script {script_id} was saved by somebody else: you changed revision {revision}, the newest is {newest}; "
            "read it again and repeat your changes"
        )
        self.script_id, self.revision, self.newest = script_id, revision, newest


class NoSuchScript(BanjieError):
    code: ClassVar[str] = "scripts.no_such_script"

    def __init__(self, script_id: ScriptId) -> None:
        super().__init__(f"there is no script {script_id}")


class ScriptRunsInCircles(BanjieError):
    """A run met no node that waits. Validation keeps such scripts from being published."""

    code: ClassVar[str] = "scripts.runs_in_circles"
