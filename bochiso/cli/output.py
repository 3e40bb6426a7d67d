"""Where output goes: tables and data to standard output, messages to standard error."""

import csv
import io
import json
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import click
from rich.console import Console
from rich.progress import track

from bochiso.cli.options import LANG, t
from bochiso.intake.result import Intake
from bochiso.text import Lang, Text, number, say, spreadsheet_text

PIPE_WIDTH = 140
"""Columns of a table that is not drawn on a terminal."""


class PipeClosedError(Exception):
    """Whoever read the output went away (`| head -1`)."""


class _Console(Console):
    def on_broken_pipe(self) -> None:
        raise PipeClosedError


def console() -> Console:
    """The console for tables."""
    width = None if sys.stdout.isatty() else PIPE_WIDTH
    return _Console(highlight=False, width=width)


def chosen_form(form: str, *, excel: bool) -> str:
    """What to print: table, csv or json; `--excel` is a CSV. Raises UsageError for JSON with `--excel`."""
    if excel and form == "json":
        raise click.UsageError(
            t(
                "--excel là một dạng CSV, không dùng cùng --format json.",
                "--excel is CSV, not --format json.",
            ),
            click.get_current_context(),
        )
    return "csv" if excel else form


def tell(text: Text | str) -> None:
    """A message to the person, without what a terminal would take for its own commands."""
    words = text.render(LANG) if isinstance(text, Text) else text
    if not words.isprintable():
        words = "".join(sign if sign.isprintable() or sign == "\n" else "�" for sign in words)
    with suppress(BrokenPipeError):
        click.echo(words, err=True)


def write_json(value: Any) -> None:
    """JSON on standard output."""
    _write((json.dumps(value, ensure_ascii=False, indent=2, default=_plain) + "\n").encode())


def _write(data: bytes) -> None:
    try:
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
    except BrokenPipeError:
        raise PipeClosedError from None


def _plain(value: object) -> object:
    if isinstance(value, Decimal):
        return int(value) if value % 1 == 0 else float(value)
    if isinstance(value, date):
        return str(value)
    raise TypeError(type(value))


def write_csv(rows: Sequence[dict[str, Any]], *, excel: bool) -> None:
    """CSV on standard output; with `excel`, as a Vietnamese Excel opens it.

    No cell starts what a spreadsheet would run as a formula.
    """
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";" if excel else ",", lineterminator="\r\n" if excel else "\n")
    if rows:
        writer.writerow(rows[0].keys())
        writer.writerows([_cell(value, excel=excel) for value in row.values()] for row in rows)
    _write(text.getvalue().encode("utf-8-sig" if excel else "utf-8"))


def _cell(value: object, *, excel: bool) -> str:
    if value is None:
        return ""
    if isinstance(value, float):
        value = Decimal(repr(value))
    if isinstance(value, datetime) and excel:
        return f"{value:%d/%m/%Y %H:%M}"
    if isinstance(value, date) and excel:
        return f"{value:%d/%m/%Y}"
    if isinstance(value, Decimal):
        return number(value, Lang.VI).replace(".", "") if excel else f"{value:f}"
    return spreadsheet_text(value) if isinstance(value, str) else str(value)


def tell_refusals(intake: Intake, most: int = 20) -> int:
    """The summary of what went in and what was refused, with reasons; returns the exit code."""
    refused = intake.refusals
    for each in refused[:most]:
        tell(t("  Từ chối ", "  Refused ") + each.render(LANG))
    if len(refused) > most:
        tell(
            say(
                "  … và {n} dòng khác.",
                "  … and {n} more.",
                n=len(refused) - most,
            )
        )
    rows = {(each.where.file, each.where.row) for each in refused if each.where.row is not None}
    tell(
        say(
            "Đọc {rows} dòng: nhận {taken}, từ chối {refused}.",
            "{rows} {rows:row|rows} read: {taken} taken, {refused} refused.",
            rows=intake.rows,
            taken=intake.rows - len(rows),
            refused=len(refused),
        )
    )
    return 1 if refused else 0


@contextmanager
def working(what: str) -> Iterator[None]:
    """A sign of life on a terminal while something may take long."""
    screen = Console(stderr=True)
    if screen.is_terminal:
        with screen.status(what):
            yield
    else:
        yield


@contextmanager
def telling_count(what: Callable[[int], str]) -> Iterator[Callable[[int], None]]:
    """The same where it is known how much is done: whoever works says it, a terminal shows it in words."""
    screen = Console(stderr=True)
    if not screen.is_terminal:
        yield lambda _: None
        return
    with screen.status(what(0)) as status:
        yield lambda done: status.update(what(done))


def counting(what: str) -> Callable[[list[int]], Iterable[int]]:
    """Passes numbers on and shows, on a terminal, how many of them are done."""
    screen = Console(stderr=True)
    return lambda numbers: track(
        numbers, what, console=screen, transient=True, disable=not screen.is_terminal
    )
