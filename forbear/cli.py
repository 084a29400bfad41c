"""`forbear ...`: every command, and how an error is told."""

from __future__ import annotations

import signal
import sys

import click
import psycopg

from forbear import __version__
from forbear.commands.audit import audit
from forbear.commands.bench import bench
from forbear.commands.database import database_url, migrate
from forbear.commands.demo import demo
from forbear.commands.doctor import doctor
from forbear.commands.house import first_line
from forbear.commands.imports import import_file
from forbear.commands.organization import init, token
from forbear.commands.policy import policy
from forbear.commands.serving import serve, worker
from forbear.commands.strategies import strategy
from forbear.commands.webhooks import webhooks
from forbear.commands.wordings import wordings
from forbear.core.refusal import Refusal

FAILED = 1
MISUSED = 2
INTERRUPTED = 130
TERMINATED = 143


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="forbear")
def cli() -> None:
    """Collects overdue debts, and knows when not to write."""


COMMANDS = (
    init,
    serve,
    worker,
    migrate,
    demo,
    import_file,
    token,
    strategy,
    policy,
    audit,
    webhooks,
    wordings,
    doctor,
    database_url,
    bench,
)
for command in COMMANDS:
    cli.add_command(command)


def main(arguments: list[str] | None = None) -> None:
    """Runs one command. Exit status 0 when it went right, 1 when it did not, 2 for bad usage."""
    signal.signal(signal.SIGTERM, _end)
    sys.exit(run(arguments))


def _end(word: int, frame: object) -> None:
    """Told to stop: leave like after an error, so that what was opened is closed and the database let go of."""
    sys.exit(TERMINATED)


def run(arguments: list[str] | None = None) -> int:
    """The exit status; what is expected to go wrong is told in one sentence on stderr."""
    try:
        status = cli.main(args=arguments, prog_name="forbear", standalone_mode=False)
    except click.exceptions.NoArgsIsHelpError as bare:
        click.echo(bare.format_message(), err=True)
        return MISUSED
    except click.UsageError as misuse:
        return _say(_usage(misuse), MISUSED)
    except click.ClickException as error:
        return _say(error.format_message(), FAILED)
    except (click.Abort, KeyboardInterrupt):
        return INTERRUPTED
    except Refusal as refusal:
        return _say(refusal.sentence, FAILED)
    except BrokenPipeError:
        return FAILED
    except Exception as error:
        if not _is_database_error(error):
            raise
        return _say(f"The database refused or went away: {first_line(error)}.", FAILED)
    return status if isinstance(status, int) else 0


def _usage(misuse: click.UsageError) -> str:
    command = misuse.ctx.command_path if misuse.ctx else "forbear"
    return f"{misuse.format_message().rstrip('.')} (see {command} --help)."


def _is_database_error(error: Exception) -> bool:
    """Lost or refused connections and missing rights; a wrong query of ours still crashes loudly."""
    cause = error if isinstance(error, psycopg.Error) else error.__cause__
    return isinstance(cause, psycopg.OperationalError | psycopg.errors.InsufficientPrivilege)


def _say(sentence: str, status: int) -> int:
    click.echo(f"forbear: {sentence}", err=True)
    return status
