"""Who installs the wheel gets the whole of Standoff: pages, scripts, fonts, boundaries and the bundled dossier."""

import os
import re
import signal
import subprocess
import sys
import sysconfig
import venv
from collections.abc import Iterator
from pathlib import Path
from urllib.request import urlopen

import pytest

from dashboard import __version__

ROOT = Path(__file__).parents[1]
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(target), str(ROOT)]
    subprocess.run(command, check=True)
    return next(target.glob("*.whl"))


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A virtual environment that holds the wheel, and borrows its dependencies from this one: no network."""
    home = tmp_path_factory.mktemp("home")
    venv.create(home, with_pip=False)
    target = next(home.glob("lib/python*/site-packages"))
    (target / "borrowed.pth").write_text(sysconfig.get_path("purelib"))
    pip = [sys.executable, "-m", "pip", "--python", str(home / "bin" / "python"), "install", "--no-deps", "--no-index"]
    subprocess.run([*pip, "--quiet", str(wheel)], check=True)
    return home / "bin" / "standoff"


@pytest.fixture(scope="module")
def address(installed: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    surroundings = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"} | {
        "PYTHONUNBUFFERED": "1"
    }
    surroundings["PYTHONUNBUFFERED"] = "1"
    command = [str(installed), "serve", "--port", "0"]
    with subprocess.Popen(command, cwd=elsewhere, env=surroundings, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        said = "".join(iter(process.stdout.readline, "Press Ctrl+C to stop.\n"))
        yield re.search(r"http://\S+/", said)[0]  # type: ignore[index]
        process.send_signal(signal.SIGTERM)


def get(address: str) -> tuple[int, bytes]:
    with urlopen(address, timeout=20) as answer:
        return answer.status, answer.read()


def test_the_version_of_the_wheel_is_the_one_the_command_tells(wheel: Path, installed: Path) -> None:
    told = subprocess.run([installed, "--version"], check=True, capture_output=True, text=True).stdout
    assert wheel.name.split("-")[1] == __version__ == told.split()[1]


def test_the_bundled_dossier_is_whole_without_a_checkout(address: str) -> None:
    assert b'"russia-in-venezuela"' in get(f"{address}readyz")[1]


@pytest.mark.parametrize("path", ["", "assets/vendor/plotly-geo.min.js", "assets/css/fonts.css", "data/countries.json"])
def test_the_page_and_all_it_needs_are_served(address: str, path: str) -> None:
    status, body = get(address + path)
    assert (status, len(body) > 1000) == (200, True)


def test_every_script_and_style_that_the_page_names_is_there(address: str) -> None:
    page = get(address)[1].decode()
    named = re.findall(r'(?:src|href)="/([^"]+)"', page)
    assert len(named) > 5
    assert {get(address + path)[0] for path in named} == {200}
