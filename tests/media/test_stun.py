"""STUN of an ICE-lite agent: RFC 5769's sample request, what is refused, and nothing a stranger sends may raise."""

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from banjie.media.stun import is_authentic, read_check, success
from tests.fakes.browser_peer import binding_request

pytestmark = pytest.mark.unit

# RFC 5769 §2.1, password VOkJxbRl1RmTxUk/WvJxBt
_SAMPLE = bytes.fromhex(
    "00010058 2112a442 b7e7a701bc34d686fa87dfae 80220010 5354554e207465737420636c69656e74"
    "00240004 6e0001ff 80290008 932ff9b151263b36 00060009 6576746a3a683676592020 20"
    "00080014 9aeaa70cbfd8cb56781ef2b5b2d3f249c1b571a2 80280004 e57a3bcf"
)
_PASSWORD = b"VOkJxbRl1RmTxUk/WvJxBt"


def test_the_sample_request_of_rfc_5769_is_read_and_authentic() -> None:
    check = read_check(_SAMPLE)

    assert check is not None
    assert (check.local_ufrag, check.remote_ufrag, check.nominates) == ("evtj", "h6vY", False)
    assert is_authentic(check, _PASSWORD)
    assert not is_authentic(check, _PASSWORD + b"x")


def test_the_answer_names_the_source_and_is_signed() -> None:
    check = read_check(binding_request("ours:theirs", "secret"))
    assert check is not None
    assert check.nominates

    answer = success(check, ("192.0.2.1", 32853), b"secret")

    assert answer[:2] == b"\x01\x01"
    assert answer[8:20] == check.transaction_id
    kind, size, family, port = struct.unpack_from("!HHHH", answer, 20)
    assert (kind, size, family, port ^ 0x2112) == (0x0020, 8, 1, 32853)
    assert bytes(a ^ b for a, b in zip(answer[28:32], answer[4:8], strict=True)) == bytes([192, 0, 2, 1])
    assert struct.unpack_from("!H", answer, 2)[0] == len(answer) - 20


def test_ipv6_sources_are_told_too() -> None:
    check = read_check(binding_request("ours:theirs", "secret"))
    assert check is not None
    answer = success(check, ("2001:db8::1", 9), b"secret")
    assert struct.unpack_from("!HHH", answer, 20) == (0x0020, 20, 2)


# Octets 100 and 101 name the FINGERPRINT; as another attribute it stands after the signature and is ignored.
@pytest.mark.parametrize("at", [n for n in range(len(_SAMPLE)) if n not in (100, 101)])
def test_one_changed_octet_spoils_the_request(at: int) -> None:
    changed = bytearray(_SAMPLE)
    changed[at] ^= 0x01
    check = read_check(bytes(changed))

    assert check is None or not is_authentic(check, _PASSWORD)


@given(st.binary(max_size=200))
def test_noise_is_nothing(noise: bytes) -> None:
    assert read_check(noise) is None


@given(st.binary(max_size=120), st.integers(0, 0xFFFF))
def test_noise_after_a_right_header_raises_nothing(noise: bytes, kind: int) -> None:
    body = noise[: len(noise) // 4 * 4]
    read_check(struct.pack("!HHI", kind, len(body), 0x2112A442) + bytes(12) + body)
