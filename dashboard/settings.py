"""What the person who runs the page decides, as opposed to the person who reads it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Settings:
    """How one page is served.

    `base_path` begins and ends with a slash. `frame_ancestors` are the origins that may show the page in a
    frame, as in Content-Security-Policy. `trusted_hosts` are the host names the page answers to; empty: any.
    """

    title: str = "Standoff"
    base_path: str = "/"
    frame_ancestors: tuple[str, ...] = ("'self'",)
    trusted_hosts: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not (self.base_path.startswith("/") and self.base_path.endswith("/")):
            raise ValueError(f"base_path {self.base_path!r} must begin and end with a slash, such as '/standoff/'")


def assets_folder() -> Path:
    """Give the folder of scripts, styles and fonts: inside the installed package, or beside it in a checkout."""
    here = Path(__file__).resolve().parent
    return next(folder for folder in (here / "assets", here.parent / "assets") if folder.is_dir())
