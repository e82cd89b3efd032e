"""How a supervisor may be in somebody's call."""

from enum import StrEnum


class Mode(StrEnum):
    """He hears the agent and all whom the agent hears; who hears him is in `hearing.py`."""

    MONITOR = "monitor"  # 监听: nobody
    WHISPER = "whisper"  # 耳语: the agent
    BARGE = "barge"  # 强插: everybody
