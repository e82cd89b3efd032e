"""What `banjie serve` cannot do it says in one plain sentence: exit status not 0, no traceback."""

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

pytestmark = pytest.mark.peer

ROOT = Path(__file__).resolve().parents[2]


def serve(data: Path, **settings: str) -> subprocess.CompletedProcess[str]:
    """Run `banjie serve` where it must refuse; it would serve for ever otherwise, and time out."""
    ours = {name: value for name, value in os.environ.items() if not name.startswith("BANJIE_")}
    given = {
        "PYTHONPATH": str(ROOT / "src"),
        "BANJIE_DATA_DIR": str(data),
        "BANJIE_HTTP_PORT": "0",
        "BANJIE_SIP_PORT": "0",
        "BANJIE_DEMO": "1",
        "BANJIE_DEMO_VOICES": "0",
    }
    return subprocess.run(
        [sys.executable, "-m", "banjie", "serve"],
        env={**ours, **given, **settings},
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=110,
        check=False,
    )


def sentence_of(ran: subprocess.CompletedProcess[str]) -> str:
    """Return the one sentence it ended with."""
    assert ran.returncode == 1, ran.stderr
    assert "Traceback" not in ran.stdout + ran.stderr
    (sentence,) = [line for line in ran.stderr.splitlines() if line.startswith("banjie: ")]
    return sentence


@contextmanager
def taken(kind: socket.SocketKind) -> Iterator[int]:
    with socket.socket(socket.AF_INET, kind) as opened:
        opened.bind(("127.0.0.1", 0))
        if kind == socket.SOCK_STREAM:
            opened.listen()
        yield opened.getsockname()[1]


@pytest.mark.timeout(120)
def test_a_taken_http_port(tmp_path: Path) -> None:
    with taken(socket.SOCK_STREAM) as port:
        said = sentence_of(serve(tmp_path, BANJIE_HTTP_PORT=str(port)))
    assert f"127.0.0.1:{port}" in said
    assert "BANJIE_HTTP_PORT" in said


@pytest.mark.timeout(120)
def test_a_taken_sip_port(tmp_path: Path) -> None:
    with taken(socket.SOCK_DGRAM) as port:
        said = sentence_of(serve(tmp_path, BANJIE_SIP_PORT=str(port)))
    assert f"127.0.0.1:{port}" in said
    assert "BANJIE_SIP_PORT" in said


def test_a_data_folder_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder can be made below a file, not even by root")

    said = sentence_of(serve(tmp_path / "file" / "data"))

    assert str(tmp_path / "file" / "data") in said
    assert "BANJIE_DATA_DIR" in said


def test_a_database_that_does_not_answer(tmp_path: Path) -> None:
    with taken(socket.SOCK_DGRAM) as port:  # nobody listens for TCP there
        said = sentence_of(serve(tmp_path, BANJIE_DATABASE_URL=f"postgresql://x:y@127.0.0.1:{port}/z"))
    assert "BANJIE_DATABASE_URL" in said


@pytest.mark.parametrize(
    ("name", "value"),
    [("BANJIE_TRUNKS", "["), ("BANJIE_RTP_PORTS", "many"), ("BANJIE_HTTP_PORT", "70000")],
)
def test_a_setting_that_cannot_be_used(tmp_path: Path, name: str, value: str) -> None:
    assert name in sentence_of(serve(tmp_path, **{name: value}))


def test_a_house_nobody_founded(tmp_path: Path) -> None:
    assert "banjie people found" in sentence_of(serve(tmp_path, BANJIE_DEMO="0"))
