"""What the scripts department refuses."""

from collections.abc import Sequence
from typing import ClassVar

from banjie.base.errors import BanjieError
from banjie.base.ids import ScriptId


class BadScript(BanjieError):
    """The document is no script that may be published; `problems` says in words what to mend."""

    code: ClassVar[str] = "scripts.bad_script"

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__("; ".join(problems))
        self.problems = tuple(problems)


class DraftOutdated(BanjieError):
    """Somebody else published since this draft was begun."""

    code: ClassVar[str] = "scripts.draft_outdated"

    def __init__(self, script_id: ScriptId, based_on: int, latest: int) -> None:
        super().__init__(
            f"the draft of script {script_id} is based on version {based_on}, but version {latest} is published; "
            "compare the two, then save the draft again"
        )
        self.script_id, self.based_on, self.latest = script_id, based_on, latest


class ScriptRunsInCircles(BanjieError):
    """A run met no node that waits. Validation keeps such scripts from being published."""

    code: ClassVar[str] = "scripts.runs_in_circles"
