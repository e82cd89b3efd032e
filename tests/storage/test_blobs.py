"""Files stay on their shelf, whole or not at all; a recording is found by its call."""

from pathlib import Path

import pytest

from banjie.storage.blobs import FolderBlobs, IllegalFileName
from banjie.storage.call_log import SqlCallLog
from banjie.storage.database import Database
from banjie.storage.recordings import SqlRecordingShelf
from tests.storage.conftest import BANK, NOON, OTHER
from tests.storage.story_of_calls import answered

pytestmark = pytest.mark.peer


def test_a_file_is_written_found_and_deleted(tmp_path: Path) -> None:
    shelf = FolderBlobs(tmp_path / "shelf")
    assert shelf.find("zh/welcome.wav") is None

    shelf.write("zh/welcome.wav", b"old")
    path = shelf.write("zh/welcome.wav", b"new")
    assert shelf.find("zh/welcome.wav") == path
    assert path.read_bytes() == b"new"
    assert [file.name for file in path.parent.iterdir()] == ["welcome.wav"]

    shelf.delete("zh/welcome.wav")
    shelf.delete("zh/welcome.wav")
    assert shelf.find("zh/welcome.wav") is None


@pytest.mark.parametrize(
    "name",
    [
        "",
        "/etc/passwd",
        "..",
        "../x",
        "a/../../x",
        "a//b",
        ".hidden",
        "a/.b",
        "a\0b",
        "a\nb",
        "x" * 300,
        "a\\b",
    ],
)
def test_a_name_that_leads_elsewhere_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(IllegalFileName):
        FolderBlobs(tmp_path).path_of(name)


async def test_a_recording_is_found_while_it_is_made_and_when_closed(
    database: Database, tmp_path: Path
) -> None:
    shelf = FolderBlobs(tmp_path)
    recordings = SqlRecordingShelf(database, shelf)
    call = answered(NOON)
    call_id = call[0].call_id
    assert await recordings.find_recording(BANK, call_id) is None

    await SqlCallLog(database, BANK).write(call[:11])
    assert await recordings.find_recording(BANK, call_id) is None  # begun, not yet on the disk
    live = shelf.write(f"{call_id}.wav", b"")
    assert await recordings.find_recording(BANK, call_id) == live

    await SqlCallLog(database, BANK).write(call)
    closed = shelf.write(f"{call_id}.flac", b"")
    assert await recordings.find_recording(BANK, call_id) == closed
    assert await recordings.find_recording(OTHER, call_id) is None
