"""Makes every picture of README and docs again: `.venv/bin/python docs/pictures.py`.

The demo tells its story in a house of its own in a temporary folder, is served on a free port, and is walked
through by Debian's Chromium (`apt install chromium`); names after the command make only those pictures. It needs
what `make test` installs. The pictures land in docs/pictures/.
"""

from __future__ import annotations

import csv
import io
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import click
from playwright.sync_api import Browser, Page, sync_playwright

from forbear.sandbox.portfolio import file_of, portfolio

DOCS = Path(__file__).resolve().parent
PICTURES = DOCS / "pictures"
CHROMIUM = "/usr/bin/chromium"
FLAGS = (
    "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update",
    "--disable-sync", "--no-first-run",
)  # fmt: skip
WIDE = {"width": 1440, "height": 900}
NARROW = {"width": 360, "height": 780}
READY_WITHIN = 60.0
CAMPAIGN = "SMS 1-30DPD"
LIST = "december.csv"
AUTUMN, STRATEGY, TRACTOR = "Autumn, a month late", "Medium collection", "Tractor lease 0087"
IMPORTED = ("--list", LIST, "--provenance", "given_by_consumer")

ROWS = (
    ("firstName", "lastName", "phoneNumber", "amount", "dueDate", "creditorName", "ZipCode", "favoriteColor"),
    ("Ines", "Ortega", "312-555-0161", "120.50", "11/02/26", "Harbor Furniture", "60611", "blue"),
    ("Paul", "Winter", "(415) 555-0162", "86.00", "11/05/26", "Harbor Furniture", "94103", "green"),
    ("Rosa", "Lindqvist", "617-555-0163", "240.00", "02/30/26", "Harbor Furniture", "02110", ""),
    ("Tom", "Abbey", "555", "64.25", "11/09/26", "Harbor Furniture", "75201", "red"),
    ("Wanda", "Ames", "212-555-0165", "1,310.00", "10/28/26", "Harbor Furniture", "10001", "grey"),
)


def main(wanted: Sequence[str]) -> None:
    """Makes the pictures with these names, or all of them."""
    PICTURES.mkdir(exist_ok=True)
    with told_demo() as (address, home), sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        for scheme, size, shots in (("light", WIDE, LIGHT), ("dark", WIDE, DARK), ("light", NARROW, SMALL)):
            chosen = {name: shot for name, shot in shots.items() if not wanted or name in wanted}
            if chosen:
                take(signed_in(browser, address, home, scheme, size), chosen)
        browser.close()


@contextmanager
def told_demo() -> Iterator[tuple[str, Path]]:
    """The address of a served demo, and its home; both are gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="forbear-pictures-") as folder:
        Path(folder).chmod(0o711)  # the embedded PostgreSQL never runs as root and must find its way in
        home, port = Path(folder) / "home", free_port()
        outside = ("DATABASE_URL", "FORBEAR_OWNER_DATABASE_URL", "FORBEAR_PUBLIC_URL", "FORBEAR_HOSTS")
        environment = {name: value for name, value in os.environ.items() if name not in outside}
        environment |= {"FORBEAR_HOME": str(home), "FORBEAR_LOG_LEVEL": "WARNING"}
        forbear = (sys.executable, "-m", "forbear")
        subprocess.run((*forbear, "demo", "--no-serve"), env=environment, check=True)
        december = Path(folder) / LIST
        december.write_bytes(
            file_of(portfolio(474, language="en", today=datetime.now(UTC).date() - timedelta(days=30))[354:])
        )
        subprocess.run((*forbear, "import", december, *IMPORTED), env=environment, check=True)
        server = subprocess.Popen((*forbear, "serve", "--port", str(port)), env=environment)
        try:
            await_health(f"http://127.0.0.1:{port}")
            yield f"http://127.0.0.1:{port}", home
        finally:
            server.terminate()
            server.wait()


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def await_health(address: str) -> None:
    """Raises OSError where nobody answers in time."""
    until = time.monotonic() + READY_WITHIN
    while True:
        try:
            with urllib.request.urlopen(f"{address}/health", timeout=2):  # noqa: S310
                return
        except OSError:
            if time.monotonic() > until:
                raise
            time.sleep(0.2)


def signed_in(browser: Browser, address: str, home: Path, scheme: str, size: dict[str, int]) -> Page:
    story = json.loads((home / "demo.json").read_text())
    page = browser.new_context(base_url=address, color_scheme=scheme, viewport=size, reduced_motion="reduce").new_page()
    page.goto("/login")
    page.fill("[name=email]", story["login"])
    page.fill("[name=password]", story["password"])
    page.keyboard.press("Enter")
    page.wait_for_url("**/")
    return page


def take(page: Page, shots: dict[str, Callable[[Page], None]]) -> None:
    for name, walk in shots.items():
        walk(page)
        page.wait_for_timeout(500)
        page.mouse.move(0, 0)
        path = PICTURES / f"{name}.png"
        page.screenshot(path=path, animations="disabled")
        click.echo(f"{path.relative_to(DOCS.parent)}  {path.stat().st_size // 1024} KiB")


def at(path: str) -> Callable[[Page], None]:
    """A picture of the page at this address."""

    def walk(page: Page) -> None:
        page.goto(path)

    return walk


def campaign(page: Page) -> None:
    page.goto("/campaigns")
    page.get_by_role("link", name=CAMPAIGN, exact=True).click()


def portfolio_campaign(page: Page) -> None:
    page.goto("/campaigns?show=portfolio")
    page.get_by_role("link", name=AUTUMN, exact=True).click()


def new_campaign(page: Page) -> None:
    page.goto("/campaigns/new")
    page.fill("[name=name]", "SMS 31-60DPD")
    page.select_option("[name=contact_list]", label=LIST)
    page.select_option("[name=template]", label="31-60 Days Past Due (DPD)")
    page.wait_for_timeout(800)


def review(page: Page) -> None:
    """What is seen before a campaign leaves."""
    new_campaign(page)
    page.locator("#campaign-form button.is-primary").click()
    page.wait_for_url("**/review")
    page.get_by_text("What happens").wait_for(timeout=30_000)


def inbox(page: Page) -> None:
    page.goto("/inbox?show=all&q=half+now")
    page.locator("a[href^='/inbox/cnv_']").first.click()


def account(page: Page) -> None:
    """Somebody on a coast where it is still too early."""
    campaign(page)
    page.locator(".segmented").get_by_role("link", name="Planned").click()
    page.locator("#recipients a[href^='/accounts/acc_']").first.click()


def contact_list(page: Page) -> None:
    page.goto("/contact-lists")
    page.get_by_role("link", name="test_collections_1-30dpd.csv").first.click()


def add_contacts(page: Page) -> None:
    """A file with two wrong rows, looked over before anything is saved."""
    text = io.StringIO(newline="")
    csv.writer(text).writerows(ROWS)
    page.goto("/contact-lists/add")
    file = {"name": "january.csv", "mimeType": "text/csv", "buffer": text.getvalue().encode()}
    page.set_input_files("[name=file]", file)
    page.check("[name=provenance][value=given_by_consumer]")
    page.get_by_role("button", name="Create").click()
    page.wait_for_url("**/imports/imp_*")
    page.get_by_text("What will happen").wait_for(timeout=30_000)


def document(page: Page) -> None:
    """A loan that is behind, and what its outreach would do."""
    page.goto("/documents/new")
    words = {
        "title": "Baler lease 0112",
        "provider_name": "Bluepine Credit",
        "original": "42000",
        "remaining": "18420",
    }
    words |= {"first_name": "Nora", "last_name": "Whitfield", "phone": "402-555-0130", "email": "nora@example.com"}
    words |= {"due_date": str(datetime.now(UTC).date() - timedelta(days=33)), "state": "NE", "postal_code": "68102"}
    for name, text in words.items():
        page.fill(f"[name={name}]", text)
    page.select_option("[name=chattel_type]", "agricultural_machinery")
    page.select_option("[name=status]", "BEHIND")
    page.select_option("[name=provenance]", "given_by_consumer")
    page.get_by_role("button", name="Create document").click()
    page.get_by_role("button", name="Start campaign").click()
    page.get_by_text("This is what would leave").wait_for()


def outreach(page: Page) -> None:
    """The demo's own document: what was written, and what is still planned."""
    page.goto("/documents")
    page.get_by_role("link", name=TRACTOR, exact=True).click()


def strategy(page: Page) -> None:
    page.goto("/strategies")
    page.get_by_role("link", name=STRATEGY, exact=True).click()


def template(page: Page) -> None:
    page.goto("/templates")
    page.get_by_role("link", name="1-30 Days Past Due (DPD)", exact=True).click()


def proof(page: Page) -> None:
    """An entry of the log with its proof beside it, after a check of the whole log."""
    page.goto("/compliance?group=sent")
    page.get_by_role("button", name="Verify now").click()
    page.get_by_text("Verified").wait_for(timeout=60_000)
    page.goto("/compliance?group=sent")
    page.locator("td.num a").nth(2).click()
    page.evaluate("window.scrollTo(0, 0)")


def paper_phone(page: Page) -> None:
    """Betty stops us."""
    page.goto("/paper-phone/?seek=Betty+Ruble")
    page.get_by_placeholder("Answer as Betty Ruble").fill("Stop.")
    page.get_by_role("button", name="Send").click()
    page.get_by_text("The confirmation was delivered").wait_for(timeout=30_000)
    page.reload()


LIGHT: dict[str, Callable[[Page], None]] = {
    "today": at("/"),
    "campaigns": at("/campaigns"),
    "campaign-light": campaign,
    "portfolio": portfolio_campaign,
    "execution": at("/execution"),
    "campaign-new": new_campaign,
    "campaign-review": review,
    "strategy": strategy,
    "outreach": outreach,
    "document": document,
    "inbox": inbox,
    "account": account,
    "contact-list": contact_list,
    "add-contacts": add_contacts,
    "template": template,
    "compliance": at("/compliance"),
    "compliance-proof": proof,
    "contacts-outside-hours": at("/reports/compliance"),
    "reports": at("/reports"),
    "paper-phone": paper_phone,
}
DARK = {"campaign-dark": campaign}
SMALL = {"campaign-narrow": campaign}

if __name__ == "__main__":
    main(sys.argv[1:])
