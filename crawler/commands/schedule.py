"""`mattran schedule`: a crontab line and systemd units that crawl every hour."""

from __future__ import annotations

import os
import shlex
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from archive.database_file import refuse_other_files
from archive.errors import UsageError
from crawler.choice import registry_of
from crawler.contact import checked_contact

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from crawler.commands import Context

MINUTE = 7  # of the hour: not the full hour, when every cron job of the world starts

# Stopped early (3) and locked by another run (4) are what an hourly job is meant to do at times.
SERVICE = """\
[Unit]
Description=Fetch what is due for the archive of the Vietnam Fatherland Front

[Service]
Type=oneshot
{environment}
ExecStart={command}
SuccessExitStatus=3 4
KillSignal=SIGTERM
TimeoutStartSec=70min
TimeoutStopSec=30
Nice=10
"""

TIMER = """\
[Unit]
Description=Fetch what is due every hour

[Timer]
OnCalendar=*-*-* *:{minute:02d}:00

[Install]
WantedBy=timers.target
"""


@click.command("schedule", short_help="A crontab line and systemd units that crawl every hour.")
@click.option(
    "--contact",
    envvar="MATTRAN_CONTACT",
    help="Address a webmaster can write to; sent with each request ($MATTRAN_CONTACT).",
)
@click.option("--cron", "form", flag_value="cron", help="Only the crontab line.")
@click.option("--systemd", "form", flag_value="systemd", help="Only the service and the timer.")
@click.option(
    "--service", "form", flag_value="service", help="Only the service, to pipe to a file."
)
@click.option("--timer", "form", flag_value="timer", help="Only the timer, to pipe to a file.")
@click.pass_obj
def command(context: Context, contact: str | None, form: str | None) -> None:
    """Print what makes a server fetch what is due, every hour.

    \b
    (crontab -l; mattran schedule --contact you@example.org --cron) | crontab -
    mattran schedule --contact you@example.org --service > ~/.config/systemd/user/mattran.service
    mattran schedule --contact you@example.org --timer > ~/.config/systemd/user/mattran.timer
    """
    contact = checked_contact(contact)
    if contact is None:
        raise UsageError(
            "websites must be able to reach you: add --contact you@example.org"
            " or set MATTRAN_CONTACT"
        )
    _check_paths(context)
    environment = {"MATTRAN_CONTACT": contact}
    words = _words(context)
    service = SERVICE.format(environment=_environment(environment), command=_exec_start(words))
    timer = TIMER.format(minute=MINUTE)
    texts = {
        "cron": _cron_line(environment, words),
        "systemd": f"{service}\n{timer}",
        "service": service,
        "timer": timer,
    }
    print(texts[form] if form else _everything(texts), end="")


def _check_paths(context: Context) -> None:
    """Refuse to schedule what would fail every hour."""
    registry_of(context.db, context.sites)
    refuse_other_files(context.db)


def _everything(texts: Mapping[str, str]) -> str:
    folder = Path("~/.config/systemd/user")
    return (
        f"# Either a crontab line (`crontab -e`):\n{texts['cron']}\n"
        f"# Or systemd: {folder}/mattran.service\n{texts['service']}\n"
        f"# and {folder}/mattran.timer\n{texts['timer']}\n"
        "# switched on by:\n"
        "#   systemctl --user enable --now mattran.timer && loginctl enable-linger\n"
    )


def _words(context: Context) -> list[str]:
    """Return the command line, with absolute paths only."""
    words = [str(_program()), "--db", str(context.db.absolute())]
    if context.sites is not None:
        words += ["--sites", str(context.sites.absolute())]
    return [*words, "crawl", "--due"]


def _program() -> Path:
    """Return the installed `mattran`: the one beside this Python, else the one on the path."""
    beside = Path(sys.executable).absolute().parent / "mattran"
    found = str(beside) if os.access(beside, os.X_OK) else shutil.which("mattran")
    if found is None:
        raise UsageError("the command `mattran` is not installed: run `make setup`")
    return Path(found).absolute()


def _cron_line(environment: Mapping[str, str], words: Sequence[str]) -> str:
    """Return the line; cron takes a bare `%` for the end of the command."""
    assignments = [f"{name}={shlex.quote(value)}" for name, value in environment.items()]
    command = " ".join([*assignments, *map(shlex.quote, words)])
    return f"{MINUTE} * * * * {command}\n".replace("%", "\\%")


def _environment(environment: Mapping[str, str]) -> str:
    return "\n".join(
        f"Environment={_systemd_quoted(f'{name}={value}')}" for name, value in environment.items()
    )


def _exec_start(words: Sequence[str]) -> str:
    """Return the words for ExecStart, where `$` names a variable unless doubled."""
    return " ".join(_systemd_quoted(word.replace("$", "$$")) for word in words)


def _systemd_quoted(word: str) -> str:
    """Quote a word as systemd.syntax(7) has it; `%` begins a specifier unless doubled."""
    escaped = word.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%")
    return f'"{escaped}"' if set(escaped) & set(" \t'\"\\;") else escaped
