"""Where requests in a dialog go: what a Contact may and may not lead to."""

import pytest

from banjie.sip.dialogs import hop_for
from banjie.sip.grammar import parse_uri
from banjie.sip.hosts import address_of, hop_host
from banjie.sip.model import Hop

pytestmark = pytest.mark.unit

TRUNK = Hop("udp", "192.0.2.2", 5060)
TRUNK_6 = Hop("udp", "[2001:db8::2]", 5060)
PUBLIC = Hop("udp", "8.8.8.8", 5060)
TLS = Hop("tls", "192.0.2.2", 5061, 7)


@pytest.mark.parametrize(
    ("contact", "seen", "hop"),
    [
        ("sip:a@192.0.2.7:5070", TRUNK, Hop("udp", "192.0.2.7", 5070)),
        ("sip:a@192.0.2.7;transport=TCP", TRUNK, Hop("tcp", "192.0.2.7", 5060)),
        ("sip:a@192.0.2.2", TRUNK, TRUNK),
        ("sip:a@192.0.2.2", TLS, TLS),
        ("sips:a@192.0.2.7", TRUNK, Hop("tls", "192.0.2.7", 5061)),
        ("sips:a@192.0.2.7;transport=tcp", TRUNK, Hop("tls", "192.0.2.7", 5061)),  # RFC 3261 §26.2.2
        # IPv6, however it is written, is the hop we know.
        ("sip:a@[2001:db8::7]:5070", TRUNK_6, Hop("udp", "[2001:db8::7]", 5070)),
        ("sip:a@[2001:DB8:0:0::2]", TRUNK_6, TRUNK_6),
        ("sip:a@[fd00::7]", Hop("udp", "[fd00::2]", 5060), Hop("udp", "[fd00::7]", 5060)),
        # What we could not reach, or would reach ourselves by.
        ("sip:a@carrier.example", TRUNK, TRUNK),
        ("sip:a@999.999.999.999", TRUNK, TRUNK),
        ("sip:a@1.2.3.4.", TRUNK, TRUNK),
        ("sip:a@[1::2::3]", TRUNK_6, TRUNK_6),
        ("sip:a@[2001:db8::7]", TRUNK, TRUNK),
        ("sip:a@0.0.0.0", TRUNK, TRUNK),
        ("sip:a@239.1.1.1", TRUNK, TRUNK),
        ("sip:a@127.0.0.1", TRUNK, TRUNK),
        ("sip:a@10.0.0.7", PUBLIC, PUBLIC),
        ("sip:a@100.64.0.7", PUBLIC, PUBLIC),  # RFC 6598: a carrier's NAT
    ],
)
def test_a_contact_is_followed_where_it_can_be_reached(contact: str, seen: Hop, hop: Hop) -> None:
    assert hop_for(parse_uri(contact), seen) == hop


@pytest.mark.parametrize(
    ("written", "host"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:DB8::0:7", "[2001:db8::7]"),
        ("[2001:db8::7]", "[2001:db8::7]"),
        ("::ffff:192.0.2.7", "192.0.2.7"),  # an IPv4 peer on a socket of both families
    ],
)
def test_an_address_is_written_one_way(written: str, host: str) -> None:
    assert hop_host(written) == host


@pytest.mark.parametrize("host", ["carrier.example", "1.2.3", "01.2.3.4", "", "999.1.1.1", "1" * 300])
def test_names_are_no_addresses(host: str) -> None:
    assert address_of(host) is None
