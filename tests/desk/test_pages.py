"""The built web pages: files, the page that routes itself, the light page, and nothing outside the folder."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from banjie.desk.app import build_app
from tests.fakes.desk_parts import FakeDesk

pytestmark = pytest.mark.unit
Get = Callable[[str], httpx.Response]


@pytest.fixture
def web(tmp_path: Path) -> Path:
    root = tmp_path / "dist"
    (root / "assets").mkdir(parents=True)
    (root / "index.html").write_text("<title>desk</title>")
    (root / "call.html").write_text("<title>call</title>")
    (root / "assets" / "index-a1b2.js").write_text("1")
    (tmp_path / "secret.txt").write_text("secret")
    (root / "out").symlink_to(tmp_path)
    return root


def browser(desk: FakeDesk, web: Path | None) -> httpx.AsyncClient:
    transport = httpx.ASGITransport(app=build_app(replace(desk.parts, web=web)))
    return httpx.AsyncClient(transport=transport, base_url="http://desk.test")


@pytest.mark.parametrize(
    ("path", "title"),
    [("/", "desk"), ("/desk/calls", "desk"), ("/wallboard", "desk"), ("/call", "call"), ("/call/en", "call")],
)
async def test_every_address_leads_to_a_page(path: str, title: str, desk: FakeDesk, web: Path) -> None:
    async with browser(desk, web) as client:
        reply = await client.get(path)

    assert reply.status_code == 200
    assert reply.text == f"<title>{title}</title>"
    assert reply.headers["cache-control"] == "no-cache"
    assert "frame-ancestors 'none'" in reply.headers["content-security-policy"]


async def test_built_files_are_kept_for_a_year_and_missing_ones_are_404(desk: FakeDesk, web: Path) -> None:
    async with browser(desk, web) as client:
        built = await client.get("/assets/index-a1b2.js")
        older = await client.get("/assets/index-0000.js")

    assert "immutable" in built.headers["cache-control"]
    assert "javascript" in built.headers["content-type"]
    assert older.status_code == 404


async def test_text_is_compressed_for_those_who_take_it_and_a_new_build_is_noticed(
    desk: FakeDesk, web: Path
) -> None:
    script = web / "assets" / "big-1.js"
    script.write_text("let x = 1;\n" * 5000)
    async with browser(desk, web) as client:
        squeezed = await client.get("/assets/big-1.js", headers={"Accept-Encoding": "gzip, br"})
        plain = await client.get("/assets/big-1.js", headers={"Accept-Encoding": "identity"})
        script.write_text("let y = 2;\n" * 6000)
        newer = await client.get("/assets/big-1.js", headers={"Accept-Encoding": "gzip"})

    assert squeezed.headers["content-encoding"] == "gzip"
    assert int(squeezed.headers["content-length"]) < 1000
    assert "javascript" in squeezed.headers["content-type"]
    assert squeezed.text == plain.text == "let x = 1;\n" * 5000
    assert newer.text == "let y = 2;\n" * 6000


async def test_a_load_balancer_may_ask_for_the_head_only(desk: FakeDesk, web: Path) -> None:
    async with browser(desk, web) as client:
        reply = await client.head("/")

    assert reply.status_code == 200
    assert reply.content == b""


@pytest.mark.parametrize(
    "path",
    [
        "/../secret.txt",
        "/%2e%2e/secret.txt",
        "/..%2fsecret.txt",
        "/assets/..%2f..%2fsecret.txt",
        "/out/secret.txt",
        "/%00",
        "//etc/passwd",
        "/" + "a/" * 600,
    ],
)
async def test_nothing_outside_the_folder_is_served(path: str, desk: FakeDesk, web: Path) -> None:
    async with browser(desk, web) as client:
        reply = await client.get(path)

    assert "secret" not in reply.text
    assert "root:" not in reply.text
    assert reply.status_code in {200, 404}


@pytest.mark.parametrize("is_named", [True, False])
async def test_without_a_build_the_page_says_how_to_build(
    is_named: bool, desk: FakeDesk, tmp_path: Path
) -> None:
    async with browser(desk, tmp_path / "none" if is_named else None) as client:
        reply = await client.get("/")

    assert reply.status_code == 503
    assert "make up" in reply.text
    assert "尚未构建" in reply.text
