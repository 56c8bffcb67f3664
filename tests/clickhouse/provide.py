"""A ClickHouse server for the tests of a cluster: one that is installed, or one that this machine can install.

`python tests/clickhouse/provide.py` installs it where it is missing and prints its path.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

NAME = "clickhouse-server"
PLACES = ("/usr/bin", "/usr/sbin", "/usr/local/bin")
ADVICE = (
    f"The tests of a cluster need {NAME}, and none could be installed. Install Debian's package {NAME}, or put the "
    f"program {NAME} on the PATH."
)


def find() -> str | None:
    """Give the path of the server, or None; Debian keeps it where only the administrator's PATH leads."""
    return shutil.which(NAME) or shutil.which(NAME, path=os.pathsep.join(PLACES))


def install() -> None:
    """Try the system's package."""
    for command in debian_package():
        if subprocess.run(command, stdin=subprocess.DEVNULL).returncode != 0:
            return


def debian_package() -> list[list[str]]:
    if not shutil.which("apt-get") or os.geteuid() != 0:
        return []
    quiet = ["env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-qq", "-o", "Dpkg::Use-Pty=0"]
    return [[*quiet, "update"], [*quiet, "install", "-y", "--no-install-recommends", NAME]]


def main() -> None:
    if not find():
        install()
    path = find()
    if not path:
        sys.exit(ADVICE)
    print(f"ClickHouse: {path}")


if __name__ == "__main__":
    main()
