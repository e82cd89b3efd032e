"""Where a day begins: in the site's zone, told in UTC."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo


def start_of_day(now: datetime, timezone: str) -> datetime:
    """Return the midnight that the day of `now` began with there."""
    local = now.astimezone(ZoneInfo(timezone))
    return local.replace(hour=0, minute=0, second=0, microsecond=0, fold=0).astimezone(UTC)
