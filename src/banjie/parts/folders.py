"""Folders of the data directory."""

from pathlib import Path
from typing import ClassVar

from banjie.base.errors import BanjieError


class CannotStart(BanjieError):
    """Something this machine must have is missing; the sentence says what to do."""

    code: ClassVar[str] = "main.cannot_start"


def make_folder(folder: Path) -> Path:
    """Make it, see that we may write there, and return it."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe = folder / ".writable"
        probe.touch()
        probe.unlink()
    except OSError as cause:
        raise CannotStart(
            f"the folder {folder} cannot be written to ({cause.strerror}): give this user the right, or set BANJIE_DATA_DIR"
        ) from None
    return folder
