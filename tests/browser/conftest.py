"""A real browser in front of the real server, and a page that fails a test for anything in its console."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pandas  # noqa: F401 (a test that imports it late would show it half made to the server in the other thread)
import pytest
from playwright.sync_api import Browser, Page, Request, sync_playwright

from dashboard.cli import BUNDLED, open_dossiers
from tests.browser.page import StandoffPage
from tests.browser.provide import ADVICE, find
from tests.browser.serving import serving

QUIET = (
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    path = find()
    if path is None:
        pytest.fail(ADVICE)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(QUIET))
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def server_url() -> Iterator[str]:
    """The address of the page of the bundled dossier, served as `standoff serve` does; ends with a slash."""
    with serving(open_dossiers([BUNDLED])) as address:
        yield address


@pytest.fixture
def troubles() -> list[str]:
    """What the page has complained of so far; a test that provokes a complaint checks it here and clears it."""
    return []


@pytest.fixture
def page(request: pytest.FixtureRequest, browser: Browser, server_url: str, troubles: list[str]) -> Iterator[Page]:
    """A blank page of 1440 × 900 that fails the test for warnings, errors, failed requests and requests elsewhere.

    Parametrize it indirectly with other options of a browser context, such as `{"color_scheme": "dark"}`.
    """
    options: dict[str, Any] = {"viewport": {"width": 1440, "height": 900}, "base_url": server_url}
    context = browser.new_context(**options | getattr(request, "param", {}))
    page = context.new_page()
    watch(page, server_url, troubles)
    yield page
    context.close()
    assert not troubles, "\n".join(troubles)


@pytest.fixture
def reader(page: Page) -> StandoffPage:
    """A reader at that page, who has not opened it yet."""
    return StandoffPage(page)


def watch(page: Page, home: str, troubles: list[str]) -> None:
    """Write down whatever a page should not do."""

    def left(request: Request) -> None:
        if urlsplit(request.url).scheme not in {"data", "blob"} and not request.url.startswith(home):
            troubles.append(f"left this machine: {request.url}")

    def failed(request: Request) -> None:
        if request.failure != "net::ERR_ABORTED":  # the page itself gave up, as it does on leaving
            troubles.append(f"failed: {request.url} ({request.failure})")

    def said(kind: str, text: str) -> None:
        if kind in {"warning", "error"}:
            troubles.append(f"console {kind}: {text}")

    page.on("request", left)
    page.on("requestfailed", failed)
    page.on("console", lambda message: said(message.type, message.text))
    page.on("pageerror", lambda error: troubles.append(f"uncaught: {error}"))
