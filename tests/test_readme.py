"""Who follows the README gets where it says: its dossier opens, and what it names is there."""

import re
from pathlib import Path

import pytest

from dashboard.cli import BUNDLED
from events.dossier import read

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text("utf-8")
ARCHITECTURE = (ROOT / "docs" / "architecture.md").read_text("utf-8")
FOLDER = "my-dossier"
PAGES = ("README.md", "CHANGELOG.md", "docs/architecture.md")


def dossier_files() -> dict[str, str]:
    """Give the files of the README's own dossier, by name."""
    return dict(re.findall(rf"^`{FOLDER}/([\w.]+)`\n\n```\w+\n(.*?)^```$", README, re.MULTILINE | re.DOTALL))


def section(heading: str) -> str:
    """Give the text under a heading of the README, up to the next one."""
    return README.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]


def test_ten_lines_make_a_dossier_without_problems(tmp_path: Path) -> None:
    for name, text in dossier_files().items():
        (tmp_path / name).write_text(text, "utf-8")
    dossier = read(tmp_path)
    assert dossier.problems == ()
    assert (len(dossier.events), len(dossier.places)) == (1, 1)
    assert sum(len(text.splitlines()) for text in dossier_files().values()) == 10


def test_the_size_of_the_bundled_dossier_is_told_truly() -> None:
    dossier = read(BUNDLED)
    states = {position.state for position in dossier.positions.values() if position.state}
    told = f"{len(dossier.events)} events, {len(dossier.claims)} claims, the dated positions of {len(states)} states"
    assert told in README


def test_every_folder_of_the_map_is_there() -> None:
    named = re.findall(r"^\| `([\w./]+/)` \|", section("The folders"), re.MULTILINE)
    assert len(named) > 10
    assert [name for name in named if not (ROOT / name).is_dir()] == []


def test_every_make_command_is_a_target() -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    named = set(re.findall(r"(?:^|`)make ([a-z]+)", README, re.MULTILINE))
    assert {"run", "test"} <= named <= targets


@pytest.mark.parametrize("page", PAGES)
def test_every_link_to_a_file_leads_to_one(page: str) -> None:
    path = ROOT / page
    links = re.findall(r"\]\(([^)#\s]+)", path.read_text("utf-8"))
    assert [link for link in links if "://" not in link and not (path.parent / link).exists()] == []


def test_every_module_that_the_architecture_names_is_there() -> None:
    rooted = set(re.findall(r"`((?:assets|dashboard|events|geodata|tests)/[\w./-]*)`", ARCHITECTURE))
    modules = {f"assets/explorer/{name}" for name in re.findall(r"`([\w-]+\.mjs)`", ARCHITECTURE)}
    assert len(rooted) > 15
    assert {name for name in rooted | modules if not (ROOT / name).exists()} == set()
