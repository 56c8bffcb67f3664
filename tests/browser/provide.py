"""A Chromium for the browser tests: one that is installed, or one that this machine can install.

`python tests/browser/provide.py` installs it where it is missing and prints its path.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
PLACES = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
)
ADVICE = (
    "The browser tests need Chromium and none could be installed. Install Chromium or Google Chrome so that one of "
    f"{', '.join(NAMES)} is on the PATH, or run: python -m playwright install --with-deps chromium"
)


def find() -> str | None:
    """Give the path of a browser that starts, or None."""
    return next(filter(starts, candidates()), None)


def candidates() -> Iterator[str]:
    yield from filter(None, map(shutil.which, NAMES))
    yield from (place for place in PLACES if Path(place).exists())
    with sync_playwright() as playwright:
        yield playwright.chromium.executable_path


def starts(path: str) -> bool:
    """Whether a program is there and runs; some systems ship a stub that only says where to get the browser."""
    try:
        return subprocess.run([path, "--version"], capture_output=True, timeout=60).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False


def install() -> None:
    """Try the system's package, then Playwright's own build."""
    for commands in (debian_package(), [[sys.executable, "-m", "playwright", "install", "chromium"]]):
        if commands and all(subprocess.run(command).returncode == 0 for command in commands):
            return


def debian_package() -> list[list[str]]:
    if not shutil.which("apt-get") or os.geteuid() != 0:
        return []
    fonts = ["fonts-dejavu-core", "fonts-liberation"]
    quiet = ["env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-qq", "-o", "Dpkg::Use-Pty=0"]
    return [[*quiet, "update"], [*quiet, "install", "-y", "--no-install-recommends", "chromium", *fonts]]


def main() -> None:
    if not find():
        install()
    path = find()
    if not path:
        sys.exit(ADVICE)
    print(f"Browser: {path}")


if __name__ == "__main__":
    main()
