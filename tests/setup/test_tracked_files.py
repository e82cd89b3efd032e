"""What is kept in the repository is true on every machine: no hosts of registries, no folders of one computer."""

import json
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

pytestmark = pytest.mark.unit

ROOT: Final = Path(__file__).resolve().parents[2]

# Written in pieces, so that this file does not hold them itself.
REGISTRIES: Final = re.compile(
    "|".join(
        (
            r"pypi" + r"\.(org|tuna|douban)",
            r"files\.python" + r"hosted",
            r"registry\." + r"(npm|yarn)",
            r"npm" + r"mirror\.",
            r"mirrors?\." + r"(aliyun|tuna|ustc|cloud\.tencent)",
            r"//" + r"[a-z0-9.-]*(artifactory|nexus|verdaccio)",
            r"--(extra-)?index" + r"-url[ =]\s*\S*:",
        )
    )
)
MACHINE_PATHS: Final = re.compile(r"(?<![\w.~*<>}-])/" + r"(work|root|home)/")


def tracked() -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=False)
    if listed.returncode != 0:
        pytest.skip("this is not a clone: what is tracked cannot be told")
    return [ROOT / name for name in listed.stdout.decode().split("\0") if name]


def texts() -> Iterator[tuple[Path, str]]:
    for path in tracked():
        if path.is_file() and path != Path(__file__):
            try:
                yield path.relative_to(ROOT), path.read_text("utf-8")
            except UnicodeDecodeError:
                continue  # a picture or a sound


def found(pattern: re.Pattern[str]) -> list[str]:
    return [
        f"{path}:{number}: {line.strip()[:120]}"
        for path, text in texts()
        if pattern.search(text)
        for number, line in enumerate(text.splitlines(), start=1)
        if pattern.search(line)
    ]


def test_no_file_names_a_registry() -> None:
    assert found(REGISTRIES) == []


def test_no_file_names_a_folder_of_one_machine() -> None:
    assert found(MACHINE_PATHS) == []


def test_the_front_end_s_lock_says_what_but_not_where_from() -> None:
    lock = json.loads((ROOT / "web" / "package-lock.json").read_text())
    packages = {name: package for name, package in lock["packages"].items() if name}

    assert not [name for name, package in packages.items() if "resolved" in package]
    assert not [
        name for name, package in packages.items() if not str(package.get("integrity")).startswith("sha")
    ]


@pytest.mark.parametrize("name", ["base", "dev", "node", "speech-demo", "uv"])
def test_every_package_is_pinned_with_hashes(name: str) -> None:
    lines = (ROOT / "requirements" / f"{name}.txt").read_text().replace("\\\n", " ").splitlines()
    wanted = [line for line in lines if line and not line.startswith((" ", "#"))]

    assert wanted
    assert not [line for line in wanted if "==" not in line or "--hash=sha256:" not in line]


def test_no_built_or_foreign_code_is_kept() -> None:
    folders = {"node_modules", "dist", "__pycache__", ".venv", "vendor", "third_party"}
    assert not [path for path in tracked() if folders & set(path.relative_to(ROOT).parts)]
