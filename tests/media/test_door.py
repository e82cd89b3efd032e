"""Doors into compiled code: the machine code on disk is enough, and the laws are kept."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from banjie.media import door as doors
from banjie.media.door import NotADoor, door

pytestmark = pytest.mark.unit

_PAIR = np.dtype([("low", "i4"), ("high", "f8")], align=True)


@door
def total(record: np.void, cells: NDArray[np.int16], times: int) -> int:
    record["high"] += 0.5
    for row in range(cells.shape[0]):
        for column in range(cells.shape[1]):
            record["low"] += times * cells[row, column]
    return int(record["low"])


@door
def fill(cells: NDArray[np.int16], value: int) -> None:
    cells[:] = value


@door
def copy(cells: NDArray[np.int16]) -> int:
    return int(cells.copy().size)


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(doors, "cache_folder", lambda: tmp_path)
    for one in (total, fill, copy):
        one._entries.clear()  # type: ignore[attr-defined]
    return tmp_path


def test_numbers_records_and_arrays_go_through() -> None:
    record = np.zeros(1, _PAIR)[0]
    cells = np.arange(6, dtype=np.int16).reshape(2, 3)
    assert total(record, cells, -2) == -30
    assert (record["low"], record["high"]) == (-30, 0.5)


def test_what_returns_nothing_returns_none() -> None:
    cells = np.zeros(3, np.int16)
    assert fill(cells, 7) is None  # type: ignore[func-returns-value]
    assert cells.tolist() == [7, 7, 7]


def test_machine_code_is_kept_and_used_again(folder: Path) -> None:
    fill(np.zeros(3, np.int16), 7)
    (kept,) = folder.glob("*.o")
    made_at = kept.stat().st_mtime_ns
    fill._entries.clear()  # type: ignore[attr-defined]
    cells = np.zeros(3, np.int16)
    fill(cells, 9)
    assert cells.tolist() == [9, 9, 9]
    assert [(path, path.stat().st_mtime_ns) for path in folder.iterdir()] == [(kept, made_at)]


def test_other_kinds_of_arguments_have_a_door_of_their_own(folder: Path) -> None:
    fill(np.zeros(3, np.int16), 7)
    wide = np.zeros(3, np.int32)
    fill(wide, 70_000)
    assert wide.tolist() == [70_000] * 3
    assert len(list(folder.glob("*.o"))) == 2


def test_an_array_with_gaps_is_refused() -> None:
    with pytest.raises(NotADoor):
        fill(np.zeros(6, np.int16)[::2], 7)


def test_code_that_takes_memory_is_refused(folder: Path) -> None:
    with pytest.raises(NotADoor):
        copy(np.zeros(3, np.int16))
    assert list(folder.iterdir()) == []


@pytest.mark.timeout(240)
def test_a_switchboard_that_was_compiled_before_starts_without_the_compiler() -> None:
    start = (
        "import asyncio, sys\n"
        "from banjie.media.io.native import NativeSwitchboard\n"
        "async def once():\n"
        "    switchboard = NativeSwitchboard('127.0.0.1', (40000, 49999)); await switchboard.start()\n"
        "    assert switchboard.is_running; await switchboard.shut_down()\n"
        "asyncio.run(once()); print('numba' in sys.modules)"
    )
    said = [
        subprocess.run([sys.executable, "-c", start], capture_output=True, text=True, check=True).stdout
        for _ in "12"
    ]
    assert said[-1] == "False\n"
