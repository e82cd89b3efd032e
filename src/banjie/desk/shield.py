"""What every answer carries and no request may exceed: security headers and body sizes. Plain ASGI, nothing buffered."""

from typing import Final

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from banjie.desk.errors import TooLarge, problem, status_of

BODY_BYTES: Final = 128 * 1024  # a WebRTC offer is 2–10 kB
LARGE_BODY_BYTES: Final = 1024 * 1024
LARGE_BODIES: Final = ("/api/scripts/", "/api/people/import")

STRICT_POLICY: Final = "; ".join(
    (
        "default-src 'self'",
        "style-src 'self'",
        "img-src 'self' data: blob:",
        "font-src 'self' data:",
        "media-src 'self' blob:",
        "connect-src 'self'",
        "worker-src 'self' blob:",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)
# Ant Design writes its styles into the page. Its nonces do not reach all of them (locking the scrolling behind a
# drawer, measuring scroll bars), and without those the desk breaks; pages without it take the strict policy.
_POLICY: Final = STRICT_POLICY.replace("style-src 'self'", "style-src 'self' 'unsafe-inline'")
_HEADERS: Final = {
    "Content-Security-Policy": _POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "microphone=(self), camera=(), geolocation=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


class Shield:
    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        limit = LARGE_BODY_BYTES if scope["path"].startswith(LARGE_BODIES) else BODY_BYTES
        headers = Headers(scope=scope)
        sender = _with_headers(scope, send)
        declared = headers.get("content-length", "0")
        if not declared.isdecimal() or len(declared) > 15 or int(declared) > limit:
            refusal = problem(
                TooLarge.code,
                status_of(TooLarge),
                headers.get("accept-language", ""),
                {"Connection": "close"},
            )
            await refusal(scope, receive, sender)
            return
        await self._app(scope, _counted(receive, limit), sender)


def _counted(receive: Receive, limit: int) -> Receive:
    """Count what really arrives: a chunked body declares no length."""
    size = 0

    async def counted() -> Message:
        nonlocal size
        message = await receive()
        if message["type"] == "http.request":
            size += len(message.get("body", b""))
            if size > limit:
                raise TooLarge
        return message

    return counted


def _with_headers(scope: Scope, send: Send) -> Send:
    async def sender(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in _HEADERS.items():
                headers.setdefault(name, value)
            if scope["path"].startswith("/api/"):
                headers.setdefault("Cache-Control", "no-store")
            if scope["scheme"] == "https":
                headers.setdefault("Strict-Transport-Security", "max-age=31536000")
        await send(message)

    return sender
