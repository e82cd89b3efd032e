"""The web pages as built into web/dist: files as they are, every other address the one page that routes itself."""

from mimetypes import guess_type
from pathlib import Path
from typing import Final

from fastapi import APIRouter, Depends, Request
from fastapi.responses import FileResponse, HTMLResponse, Response
from starlette.concurrency import run_in_threadpool

from banjie.desk.access import Open, Parts
from banjie.desk.errors import NotFound
from banjie.desk.shield import STRICT_POLICY
from banjie.desk.squeeze import Squeezed

router = APIRouter(include_in_schema=False)
PUBLIC: Final = Depends(Open("the pages hold no data; what they ask for is gated"))

_YEAR: Final = "public, max-age=31536000, immutable"  # names of built files hold their hash
_FRESH: Final = "no-cache"
_CALL: Final = "call.html"  # the light page
_INDEX: Final = "index.html"

_SQUEEZED: Final = Squeezed()

_NOT_BUILT: Final = """<!doctype html><html lang="zh-CN"><meta charset="utf-8"><title>办结 Banjie</title>
<body><h1>网页尚未构建 · The web pages are not built yet</h1>
<p>请在项目目录运行 <code>make up</code>，然后刷新本页；接口已可使用：<a href="/healthz">/healthz</a>。</p>
<p>Run <code>make up</code> in the project's folder, then reload; the interface already works:
<a href="/healthz">/healthz</a>.</p></body></html>"""


@router.api_route("/{path:path}", methods=["GET", "HEAD"], dependencies=[PUBLIC])
async def get_page(path: str, request: Request, parts: Parts) -> Response:
    """A built file, or the page."""
    if path.startswith("api/"):
        raise NotFound
    if parts.web is None:
        return HTMLResponse(_NOT_BUILT, 503)
    found = await run_in_threadpool(_find, parts.web, path)
    if found is None:
        return HTMLResponse(_NOT_BUILT, 503)
    is_asset = path.startswith("assets/")
    if is_asset and found.suffix == ".html":
        raise NotFound  # an old page asks for a file of an older build
    headers = {"Cache-Control": _YEAR if is_asset else _FRESH, "Vary": "Accept-Encoding"}
    if found.name == _CALL:
        headers["Content-Security-Policy"] = STRICT_POLICY
    if "gzip" in request.headers.get("accept-encoding", "") and "range" not in request.headers:
        small = await run_in_threadpool(_SQUEEZED.squeeze, found)
        if small is not None:
            media_type = guess_type(found.name)[0] or "application/octet-stream"
            return Response(small, headers={**headers, "Content-Encoding": "gzip"}, media_type=media_type)
    return FileResponse(found, headers=headers)


def _find(web: Path, path: str) -> Path | None:
    root = web.resolve()
    wanted = _named(root, path)
    if wanted is not None and wanted.is_file():
        return wanted
    page = root / (_CALL if path == "call" or path.startswith("call/") else _INDEX)
    if page.is_file():
        return page
    index = root / _INDEX
    return index if index.is_file() else None


def _named(root: Path, path: str) -> Path | None:
    """Return the file of that name below the root; None for names that lead out of it or make no sense."""
    if not path or "\x00" in path or len(path) > 500:
        return None
    wanted = (root / path).resolve()
    return wanted if wanted.is_relative_to(root) else None
