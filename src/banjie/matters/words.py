"""What states are called, on screens, sheets and in messages."""

from collections.abc import Mapping
from typing import Final

from banjie.base.prompts import Bilingual
from banjie.matters.lights import Standing
from banjie.matters.machine import MatterState

S, W = MatterState, Standing


def _both(zh: str, en: str) -> Bilingual:
    return {"zh": zh, "en": en}


STATES: Final[Mapping[MatterState, Bilingual]] = {
    S.RECEIVED: _both("待派单", "To be handed out"),
    S.DISPATCHED: _both("待签收", "To be signed for"),
    S.HANDLING: _both("办理中", "In hand"),
    S.SUSPENDED: _both("已挂起", "Suspended"),
    S.REPLIED: _both("待审核", "To be approved"),
    S.CONFIRMING: _both("待复核", "To be confirmed"),
    S.FOLLOWING_UP: _both("待回访", "To be followed up"),
    S.CLOSED: _both("已办结", "Closed"),
    S.ARCHIVED: _both("已归档", "Archived"),
    S.MERGED: _both("已合并", "Merged"),
    S.WITHDRAWN: _both("已撤销", "Withdrawn"),
}
STANDINGS: Final[Mapping[Standing, Bilingual]] = {
    W.NOT_STARTED: _both("未启动", "Not started"),
    W.UNDER_WAY: _both("进行中", "Under way"),
    W.DUE_SOON: _both("临期", "Due soon"),
    W.OVERDUE: _both("逾期", "Overdue"),
    W.SUSPENDED: _both("挂起", "Suspended"),
    W.CLOSED_TODAY: _both("今日，已办结", "Closed today"),
    W.CLOSED: _both("已办结", "Closed"),
    W.OUT: _both("撤销", "Withdrawn"),
}
