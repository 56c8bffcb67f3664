"""EDGE. What the benchmarks ran on."""

from __future__ import annotations

import os
import platform
import re
from importlib.metadata import version
from pathlib import Path
from typing import Final

import psutil

PACKAGES: Final = ("dash", "duckdb", "numpy", "pandas", "playwright", "plotly", "pyarrow", "waitress")


def machine() -> dict[str, str]:
    """Processor, memory and system in words, and the versions of Python and the packages that matter."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return {
        "processor": f"{processor()}, {cores} cores",
        "memory": f"{psutil.virtual_memory().total / 2**30:.0f} GiB",
        "system": f"{platform.system()} {platform.release()} ({platform.machine()})",
        "Python": platform.python_version(),
        **{package: version(package) for package in PACKAGES},
    }


def processor() -> str:
    """The name of the processor, as far as the system tells it."""
    try:
        named = re.search(r"model name\s*:\s*(.+)", Path("/proc/cpuinfo").read_text("utf-8"))
    except OSError:
        named = None
    return named[1] if named else platform.processor() or platform.machine()
