"""The history of a matter: a line a step, that nobody edits. The first line is that it came."""

from dataclasses import dataclass
from datetime import datetime

from banjie.base.ids import UserId
from banjie.matters.ids import MatterId
from banjie.matters.machine import MatterState
from banjie.matters.model import Matter
from banjie.matters.parts import Part
from banjie.matters.steps import Step


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """`number` counts from 0 within a matter. `step` None: it came. `by` None: nobody, but a rule or the customer."""

    matter_id: MatterId
    number: int
    at: datetime
    by: UserId | None
    part: Part
    step: Step | None
    state: MatterState  # after it
    due_at: datetime  # after it


@dataclass(frozen=True, slots=True, kw_only=True)
class Filed:
    """A matter as it is kept: with how many lines its history has, and when the ladder looks at it next."""

    matter: Matter
    lines_count: int
    wakes_at: datetime | None

    def line(self, step: Step | None, by: UserId | None, part: Part, at: datetime) -> Line:
        """Return the line that says what has just been done to it; it is the last of those counted."""
        return Line(
            matter_id=self.matter.matter_id,
            number=self.lines_count - 1,
            at=at,
            by=by,
            part=part,
            step=step,
            state=self.matter.state,
            due_at=self.matter.due_at,
        )
