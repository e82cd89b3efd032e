"""`banjie check` tells each part in words and leaves nothing behind that it did not find."""

import socket
from pathlib import Path

import pytest

from banjie.cli import check
from banjie.cli.check import Finding, Verdict
from banjie.config import Settings, TrunkSettings, read_settings

pytestmark = pytest.mark.unit


def settings(data: Path, **given: object) -> Settings:
    return Settings.model_validate({"data_dir": data, "http_port": 0, "sip_port": 0, **given})


def verdict(finding: Finding) -> Verdict:
    assert finding.words
    return finding.verdict


def test_free_ports_and_a_writable_folder_are_well(tmp_path: Path) -> None:
    free = settings(tmp_path / "data")
    for look in (check.http, check.sip, check.tls, check.data, check.rtp):
        assert verdict(look(free)) is Verdict.OK
    assert list((tmp_path / "data").iterdir()) == []


def test_a_taken_port_is_told_with_the_rest(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        monkeypatch.setenv("BANJIE_HTTP_PORT", str(other.getsockname()[1]))
        monkeypatch.setenv("BANJIE_SIP_PORT", "0")
        monkeypatch.setenv("BANJIE_DATA_DIR", str(tmp_path))
        monkeypatch.setenv("BANJIE_DATABASE_URL", "nonsense")
        found = {finding.part: finding for finding in check.check()}

    assert verdict(found["http"]) is Verdict.MEND
    assert verdict(found["database"]) is Verdict.MEND
    assert verdict(found["sip"]) is Verdict.OK
    assert "BANJIE_HTTP_PORT" in found["http"].words
    assert "BANJIE_DATABASE_URL" in found["database"].words


@pytest.mark.peer
def test_a_house_nobody_founded_is_to_be_mended(tmp_path: Path, database_url: str) -> None:
    empty = settings(tmp_path, database_url=database_url)
    assert verdict(check.database(empty)) is Verdict.MEND
    assert verdict(check.database(empty.model_copy(update={"demo": True}))) is Verdict.OK


def test_settings_that_cannot_be_read_are_the_only_finding(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BANJIE_TRUNKS", "[")
    (finding,) = check.check()
    assert verdict(finding) is Verdict.MEND


@pytest.mark.parametrize(
    ("ports", "expected"),
    [((20000, 29999), Verdict.OK), ((20000, 20039), Verdict.NOTE), ((29999, 20000), Verdict.MEND)],
)
def test_audio_ports_are_counted_in_calls(tmp_path: Path, ports: tuple[int, int], expected: Verdict) -> None:
    assert verdict(check.rtp(settings(tmp_path, rtp_ports=ports))) is expected


def test_tls_needs_both_files(tmp_path: Path) -> None:
    assert verdict(check.tls(settings(tmp_path, sip_tls_port=5061))) is Verdict.MEND


def test_a_trunk_nobody_is_known_by_cannot_call_us(tmp_path: Path) -> None:
    carrier = TrunkSettings(name="carrier", servers=("sip.example.net",))
    assert verdict(check.trunks(settings(tmp_path, trunks=(carrier,)))) is Verdict.NOTE
    assert verdict(check.trunks(settings(tmp_path, outbound_trunk="other"))) is Verdict.MEND
    assert verdict(check.trunks(settings(tmp_path, demo=True))) is Verdict.OK


def test_pages_that_are_not_built_are_to_be_mended(tmp_path: Path) -> None:
    assert verdict(check.pages(settings(tmp_path, web_dir=tmp_path))) is Verdict.MEND
    (tmp_path / "index.html").write_text("<!doctype html>")
    assert verdict(check.pages(settings(tmp_path, web_dir=tmp_path))) is Verdict.OK


def test_more_calls_than_files_is_to_be_mended(tmp_path: Path) -> None:
    assert verdict(check.open_files(settings(tmp_path, calls_max=10**9))) is Verdict.MEND


def test_lists_in_settings_are_separated_by_commas(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BANJIE_TRUSTED_PROXIES", "192.0.2.1, 192.0.2.2")
    assert read_settings().trusted_proxies == ("192.0.2.1", "192.0.2.2")
