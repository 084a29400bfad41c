"""A real browser against a live server on a database of the test's own."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from socketserver import ThreadingMixIn
from threading import Thread
from typing import Any, TypeVar
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.db import connections
from playwright.sync_api import Browser, Page, sync_playwright

CHROMIUM = os.environ.get("FORBEAR_CHROMIUM", "/usr/bin/chromium")
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
Answer = TypeVar("Answer")


class Threaded(ThreadingMixIn, WSGIServer):
    """One thread a request, as in real life; each closes its connections, for the database goes with the story."""

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        try:
            super().process_request_thread(request, client_address)
        finally:
            connections.close_all()


class Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:
        """The house tells its requests itself."""


@dataclass
class Visit:
    """A page of the browser, and what happened in the house meanwhile."""

    page: Page
    address: str
    complaints: list[str]

    def go(self, path: str) -> None:
        self.page.goto(self.address + path)

    def look(self, how: str = "") -> None:
        """The page has no serious accessibility problem, does not scroll sideways, and nothing failed on it."""
        where = f"{self.page.url} ({how})" if how else self.page.url
        problems = [
            f"{found['id']}: {found['help']} {[node['target'] for node in found['nodes'][:3]]}"
            for found in Axe().run(self.page).response["violations"]
            if found["impact"] in ("serious", "critical")
        ]
        assert not problems, f"{where}: {problems}"
        wide = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        assert self.page.evaluate(wide) <= 0, f"{where} scrolls sideways"
        assert not self.complaints, self.complaints


@contextmanager
def served() -> Iterator[str]:
    """The whole application on a port of its own."""
    from forbear.wsgi import application

    server = make_server("127.0.0.1", 0, application, server_class=Threaded, handler_class=Quiet)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def in_the_house(verb: Callable[[], Answer]) -> Answer:
    """Call a verb as a worker would: in a thread of its own, with a connection of its own."""

    def work() -> Answer:
        try:
            return verb()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as one:
        return one.submit(work).result()


@contextmanager
def chromium() -> Iterator[Browser]:
    """Its loop lives in this thread: while it is open, only other threads may ask the database."""
    if not os.path.exists(CHROMIUM):
        pytest.skip(f"There is no browser at {CHROMIUM}; name one in FORBEAR_CHROMIUM.")
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@contextmanager
def visiting(**context: Any) -> Iterator[Visit]:
    """Somebody opens the pages; errors of scripts and failed answers are kept."""
    with served() as address, chromium() as browser:
        opened = browser.new_context(viewport={"width": 1440, "height": 1000}, accept_downloads=True, **context)
        opened.set_default_timeout(15_000)
        page = opened.new_page()
        complaints: list[str] = []
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("response", lambda answer: complaints.append(answer.url) if answer.status >= 500 else None)
        yield Visit(page, address, complaints)
        opened.close()


@pytest.fixture
def visit(own_database: str) -> Iterator[Visit]:
    """Pages with scripts, on a database of the story's own."""
    with visiting() as one:
        yield one


@pytest.fixture
def plain_visit(own_database: str) -> Iterator[Visit]:
    """The same in a browser that runs no scripts."""
    with visiting(java_script_enabled=False) as one:
        yield one
