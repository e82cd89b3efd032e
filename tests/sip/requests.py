"""Requests as peers send them, for the tests of the rules at the edge."""

from banjie.sip.digest import Credentials, DigestClient
from banjie.sip.model import Headers, Hop, Request

PHONE = Hop("udp", "192.0.2.7", 40_001)
REGISTRAR_URI = "sip:bank.example"


def request(method: str = "INVITE", uri: str = "sip:4000000001@bank.example", **headers: str) -> Request:
    """Make a request; `To="…"` replaces a header, `_` in a name is `-`."""
    values = {
        "Via": "SIP/2.0/UDP 10.0.0.9:5060;rport;branch=z9hG4bK1",
        "From": "<sip:bob@bank.example>;tag=1",
        "To": "<sip:bob@bank.example>",
        "Call-ID": "call-1",
        "CSeq": f"1 {method}",
    } | {name.replace("_", "-"): value for name, value in headers.items()}
    return Request(method, uri, Headers(values.items()))


def register(contact: str | None = "<sip:bob@10.0.0.9:5060>", cseq: int = 1, **headers: str) -> Request:
    named = {} if contact is None else {"Contact": contact}
    return request("REGISTER", REGISTRAR_URI, CSeq=f"{cseq} REGISTER", **named, **headers)


def signed(plain: Request, challenges: list[str], credentials: Credentials) -> Request:
    """Return the request again with the answer to a challenge."""
    client = DigestClient(credentials)
    challenge = client.choose(challenges)
    assert challenge is not None
    headers = plain.headers.copy()
    headers.set("Authorization", client.answer(challenge, plain.method, plain.uri))
    return Request(plain.method, plain.uri, headers, plain.body)
