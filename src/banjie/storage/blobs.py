"""Files under the data folder: recordings and prompts by short relative names, never outside of their shelf."""

import contextlib
import os
import re
from pathlib import Path
from typing import ClassVar, Final

from banjie.base.errors import BanjieError
from banjie.base.ids import new_id

_NAME: Final = re.compile(
    r"[A-Za-z0-9_-][A-Za-z0-9._-]*(/[A-Za-z0-9_-][A-Za-z0-9._-]*)*"
)  # no "..", no leading dot


class IllegalFileName(BanjieError):
    """The name could lead out of its folder, or the file system would not keep it."""

    code: ClassVar[str] = "storage.illegal_file_name"


class FolderBlobs:
    """One shelf: a folder. Blocking; call it off the loop for anything large."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def path_of(self, name: str) -> Path:
        """Return where the file is or would be, its folder made."""
        if len(name) > 200 or not _NAME.fullmatch(name):
            raise IllegalFileName(f"{name!r} is no name for a file here")
        path = self._folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        return path

    def find(self, name: str) -> Path | None:
        path = self.path_of(name)
        return path if path.is_file() else None

    def write(self, name: str, content: bytes) -> Path:
        """Write the whole file or nothing of it; a reader never sees half."""
        path = self.path_of(name)
        half = path.with_name(f"{path.name}.{new_id()[:8]}.half")
        try:
            with half.open("wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            half.replace(path)
        except OSError:
            with contextlib.suppress(OSError):
                half.unlink()
            raise
        return path

    def delete(self, name: str) -> None:
        """Remove it. Repeatable."""
        self.path_of(name).unlink(missing_ok=True)
