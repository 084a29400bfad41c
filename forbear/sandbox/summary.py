"""What the terminal shows when the story has been told."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table

from forbear.campaigns.reasons import sentence_of
from forbear.staff.models import Organization
from forbear.web.formats import in_zone, plural, when

from .figures import Figures

if TYPE_CHECKING:
    from .story import StoryResult

_REPLIES = {
    "opt_out": "stopped us",
    "dispute": "disputed the debt",
    "human": "a person should read",
    "none": "said something else",
}


def tell(
    say: Console, organization: Organization, figures: Figures, story: StoryResult, *, at: datetime, serve: bool
) -> None:
    """The figures, where the results lie, what is wrong if anything is, and how to get in."""
    say.print(f"\n[b]{organization.name}[/b], {_local(at, organization)} by the sandbox's clock\n")
    say.print(_table(organization, figures))
    for label, paths in (("Results", story.results), ("Left out", story.errors)):
        for path in paths:
            say.print(f"{label:<8} {path}", soft_wrap=True, highlight=False)
    for problem in story.problems:
        say.print(f"[bold red]Wrong[/bold red]    {problem}", highlight=False)
    if not story.problems:
        say.print("Checked  the counts add up, nothing was sent twice, nobody who stopped us has anything waiting.")
    say.print(f"\nLogin    {story.login}  password {story.password}", highlight=False)
    say.print(f"Token    {story.token}", soft_wrap=True, highlight=False)
    if not serve:
        say.print("Pages    start them with: forbear serve", highlight=False)


def _table(organization: Organization, figures: Figures) -> Table:
    table = Table.grid(padding=(0, 2))
    table.add_column(style="dim")
    table.add_column(justify="right")
    table.add_column()
    held = sum(figures.held.values())
    rows: list[tuple[str, int, str]] = [
        ("Imported", figures.rows_read - figures.rows_rejected, f"{plural(figures.rows_rejected, 'row')} left out"),
        ("In a strategy", figures.walking, "accounts a month late, since a week ago"),
        ("Recipients", figures.recipients, "of two broadcasts this morning"),
        ("Sent", figures.sent, ""),
        ("  delivered", figures.statuses["delivered"], ""),
        ("  undelivered", figures.statuses["undelivered"], ""),
        ("  uncertain", figures.statuses["uncertain"], ""),
        ("Rejected", figures.statuses["rejected"], "refused by the gateway at once"),
        ("Held", held, _until(figures.held, organization)),
        ("Not written to", sum(figures.excluded.values()), _why(figures.excluded)),
        ("Replies", sum(figures.replies.values()), _what(figures.replies)),
        ("Opt-outs", figures.opt_outs, "each confirmed once, and silent from then on"),
    ]
    for label, count, note in rows:
        if count or not label.startswith("  "):
            table.add_row(label, f"{count:,}", note)
    return table


def _until(held: Mapping[datetime, int], organization: Organization) -> str:
    return ", ".join(f"{count:,} until {_local(opens, organization)}" for opens, count in sorted(held.items()))


def _why(excluded: Mapping[str, int]) -> str:
    return "; ".join(f"{count:,}: {sentence_of(reason).rstrip('.')}" for reason, count in excluded.items())


def _what(replies: Mapping[str, int]) -> str:
    return ", ".join(f"{count:,} {_REPLIES.get(word, word.replace('_', ' '))}" for word, count in replies.items())


def _local(at: datetime, organization: Organization) -> str:
    return when(in_zone(at, organization.time_zone))
