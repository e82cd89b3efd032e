"""The tables against the formulas of ITU-T G.711 and G.191, written here the slow way."""

import numpy as np
import pytest

from banjie.media.g711 import A_LAW, MU_LAW, SILENCE, decode, decode_table, encode, encode_table

pytestmark = [pytest.mark.unit, pytest.mark.timeout(300)]


def a_law_of(sample: int) -> int:
    """G.191 alaw_compress, on 16-bit samples."""
    magnitude = ~sample >> 4 if sample < 0 else sample >> 4
    if magnitude > 15:
        exponent = 1
        while magnitude > 31:
            magnitude >>= 1
            exponent += 1
        magnitude = magnitude - 16 + (exponent << 4)
    return (magnitude | 0x80 if sample >= 0 else magnitude) ^ 0x55


def mu_law_of(sample: int) -> int:
    """G.191 ulaw_compress."""
    magnitude = min((~sample >> 2 if sample < 0 else sample >> 2) + 33, 0x1FFF)
    exponent, rest = 1, magnitude >> 6
    while rest:
        exponent += 1
        rest >>= 1
    octet = (8 - exponent) << 4 | 15 - (magnitude >> exponent & 15)
    return octet | 0x80 if sample >= 0 else octet


def test_every_sample_is_encoded_as_the_recommendation_says() -> None:
    samples = np.arange(-32768, 32768, dtype=np.int32)
    for law, formula in ((A_LAW, a_law_of), (MU_LAW, mu_law_of)):
        octets = np.empty(samples.size, np.uint8)
        encode(samples, encode_table()[law], octets)
        assert octets.tolist() == [formula(int(s)) for s in samples]


@pytest.mark.parametrize("law", [A_LAW, MU_LAW])
def test_every_octet_survives_decoding_and_encoding(law: int) -> None:
    octets = np.arange(256, dtype=np.uint8)
    pcm, again = np.empty(256, np.int16), np.empty(256, np.uint8)
    decode(octets, decode_table()[law], pcm)
    encode(pcm.astype(np.int32), encode_table()[law], again)
    differing = [int(o) for o, a in zip(octets, again, strict=True) if o != a]
    assert differing == ([0x7F] if law == MU_LAW else [])  # µ-law has two zeros


def test_decoding_is_near_everywhere() -> None:
    samples = np.arange(-32000, 32001, 7, dtype=np.int32)
    for law in (A_LAW, MU_LAW):
        octets, pcm = np.empty(samples.size, np.uint8), np.empty(samples.size, np.int16)
        encode(samples, encode_table()[law], octets)
        decode(octets, decode_table()[law], pcm)
        assert np.all(np.abs(pcm - samples) <= np.maximum(np.abs(samples) / 24, 12))


def test_louder_than_loud_is_clipped() -> None:
    octets = np.empty(2, np.uint8)
    encode(np.array([100_000, -100_000], np.int32), encode_table()[A_LAW], octets)
    assert decode_table()[A_LAW][octets].tolist() == [32256, -32256]


def test_silence_is_the_least_sound() -> None:
    assert decode_table()[A_LAW][SILENCE[A_LAW]] == 8
    assert decode_table()[MU_LAW][SILENCE[MU_LAW]] == 0
    assert (encode_table()[A_LAW, 0], encode_table()[MU_LAW, 0]) == SILENCE
