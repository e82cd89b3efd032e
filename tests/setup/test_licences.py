"""Every library we load may be given away under Apache-2.0."""

import json
import re
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path
from typing import Final

import pytest

pytestmark = pytest.mark.unit

ROOT: Final = Path(__file__).resolve().parents[2]

# SPDX names, and what packages without an SPDX expression call the same. Nothing of the GPL; of the LGPL nothing either,
# except libsndfile, which `soundfile` ships as a file of its own that anybody may replace.
ALLOWED: Final = frozenset(
    {
        "0BSD",
        "Apache-2.0",
        "Apache-2.0 WITH LLVM-exception",
        "BlueOak-1.0.0",
        "BSD-2-Clause",
        "BSD-3-Clause",
        "CC-BY-4.0",  # data
        "CC0-1.0",
        "ISC",
        "MIT",
        "MIT-0",
        "PSF-2.0",
        "Python-2.0",
        "Unlicense",
        "Zlib",
    }
)
ALSO_CALLED: Final = {
    "Apache License, Version 2.0": "Apache-2.0",
    "Apache Software License": "Apache-2.0",
    "BSD": "BSD-3-Clause",
    "BSD 3-Clause License": "BSD-3-Clause",
    "BSD License": "BSD-3-Clause",
    "ISC License": "ISC",
    "ISC License (ISCL)": "ISC",
    "MIT License": "MIT",
}
# What says too little of itself, by its LICENSE file.
BY_FILE: Final = {"python-dateutil": "Apache-2.0 OR BSD-3-Clause"}  # "Dual License"
# File by file, MPL-2.0 may be combined with anything; these only build and test the front end and are never served.
BUILD_ONLY: Final = ALLOWED | {"MPL-2.0"}


def is_compatible(expression: str, allowed: frozenset[str] = ALLOWED) -> bool:
    """Judge an SPDX expression: of an OR one must be allowed, of an AND all."""
    plain = expression.replace("(", " ").replace(")", " ").strip()
    return any(
        all(ALSO_CALLED.get(one.strip(), one.strip()) in allowed for one in re.split(r"\s+AND\s+", either))
        for either in re.split(r"\s+OR\s+", plain)
    )


def pinned() -> Iterator[tuple[str, bool]]:
    """Yield each name of requirements/base.txt, and whether it is wanted on some machines only."""
    for line in (ROOT / "requirements" / "base.txt").read_text().splitlines():
        if found := re.match(r"([A-Za-z0-9_.-]+)==", line):
            yield found[1], ";" in line


def licence_of(name: str) -> str:
    if name in BY_FILE:
        return BY_FILE[name]
    about = metadata.metadata(name)
    for text in (about.get("License-Expression"), about.get("License")):
        if text and "\n" not in text:
            return str(text)
    stated = [c.split(" :: ")[-1] for c in about.get_all("Classifier") or [] if c.startswith("License ::")]
    return " AND ".join(stated)


def test_every_library_has_a_licence_that_fits() -> None:
    refused = {}
    for name, is_for_some in pinned():
        try:
            licence = licence_of(name)
        except metadata.PackageNotFoundError:
            assert is_for_some, f"{name} is pinned and not installed; run `make test`"
            continue
        if not is_compatible(licence):
            refused[name] = licence

    assert not refused


def test_every_package_of_the_front_end_has_a_licence_that_fits() -> None:
    lock = json.loads((ROOT / "web" / "package-lock.json").read_text())
    refused = {
        name: package.get("license")
        for name, package in lock["packages"].items()
        if name
        and not is_compatible(package.get("license", ""), BUILD_ONLY if package.get("dev") else ALLOWED)
    }

    assert not refused


@pytest.mark.parametrize(
    "licence", ["GPL-3.0-or-later", "MIT AND GPL-2.0-only", "LGPL-2.1", "AGPL-3.0", "", "Proprietary"]
)
def test_what_does_not_fit_is_refused(licence: str) -> None:
    assert not is_compatible(licence)


@pytest.mark.parametrize("licence", ["MIT", "Apache-2.0 OR GPL-2.0", "(MIT OR CC0-1.0)", "BSD License"])
def test_what_fits_is_taken(licence: str) -> None:
    assert is_compatible(licence)


def test_ours_is_the_standard_text() -> None:
    text = (ROOT / "LICENSE").read_text()
    assert "Apache License" in text
    assert "TERMS AND CONDITIONS FOR USE, REPRODUCTION, AND DISTRIBUTION" in text
    assert "END OF TERMS AND CONDITIONS" in text
    assert "APPENDIX: How to apply the Apache License to your work." in text
