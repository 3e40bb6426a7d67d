"""Help pages and wrong usage, in the reader's language: click's own, by a catalogue of its messages."""

import os
from gettext import bindtextdomain, gettext, textdomain
from pathlib import Path
from typing import Any

import click

from bochiso.cli.options import LANG, t
from bochiso.text import Lang

bindtextdomain("click", Path(__file__).with_name("locale"))
textdomain("click")
# gettext asks the environment alone which language to speak.
os.environ["LANGUAGE"] = LANG


class Command(click.Command):
    """A command whose help page is in the reader's language."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("options_metavar", t("[TÙY CHỌN]…", "[OPTIONS]..."))
        super().__init__(*args, **kwargs)

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The options, each with what it does."""
        options = (param for param in self.get_params(ctx) if isinstance(param, click.Option))
        with formatter.section(gettext("Options")):
            formatter.write_dl([record for option in options if (record := _record(option, ctx))])

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        """`--help`."""
        option = super().get_help_option(ctx)
        if option is not None:
            option.help = t("Trang trợ giúp này.", "This help page.")
        return option


class CommandGroup(Command, click.Group):
    """A group of commands."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, subcommand_metavar=t("LỆNH…", "COMMAND..."), **kwargs)

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The commands, then the options."""
        with formatter.section(gettext("Commands")):
            formatter.write_dl([(name, self.commands[name].help or "") for name in self.list_commands(ctx)])
        super().format_options(ctx, formatter)


def _record(option: click.Option, ctx: click.Context) -> tuple[str, str] | None:
    """What an option's line says."""
    record = option.get_help_record(ctx)
    return record and (record[0], _with_bounds(record[1], option, ctx))


def _with_bounds(said: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
    """What is said of an option, its bounds in words: click writes them as `1<=x<=12`."""
    if LANG is Lang.EN or ctx is None or not isinstance(param, click.Option):
        return said
    kind = param.type
    if not isinstance(kind, click.IntRange | click.FloatRange):
        return said
    words = f"từ {kind.min} trở lên" if kind.max is None else f"từ {kind.min} đến {kind.max}"
    return said.replace(param.get_help_extra(ctx)["range"], words)


def wrong_usage(error: click.UsageError) -> str:
    """What is wrong with the words of a command, and where to read how they go."""
    if isinstance(error, click.exceptions.NoArgsIsHelpError):
        return error.message
    path = error.ctx.command_path if error.ctx else "bochiso"
    what = error.format_message() if LANG is Lang.EN else _in_vietnamese(error)
    see = t(f"Xem `{path} --help`.", f"See `{path} --help`.")
    return f"{t('Lỗi', 'Error')}: {what}\n{see}"


def _in_vietnamese(error: click.UsageError) -> str:
    """The message of the catalogue, with all that can be chosen where something else was."""
    match error:
        case click.NoSuchOption():
            near = [each for each in error.possibilities or () if each != "--help"]
            return error.message + (f" Có {', '.join(near)}." if near else "")
        case click.exceptions.NoSuchCommand() if error.ctx and isinstance(error.ctx.command, click.Group):
            return f"{error.message} Các lệnh: {', '.join(error.ctx.command.list_commands(error.ctx))}."
        case click.MissingParameter():
            return f"thiếu {_parameter(error.param)}.{_choices(error.param)}"
        case click.BadParameter() if choices := _choices(error.param):
            return f"{_parameter(error.param)} không nhận giá trị này.{choices}"
        case click.BadParameter():
            return f"{_parameter(error.param)}: {_with_bounds(error.message, error.param, error.ctx)}"
    return error.format_message()


def _choices(param: click.Parameter | None) -> str:
    kind = getattr(param, "type", None)
    return f" Chọn một trong: {', '.join(map(str, kind.choices))}." if isinstance(kind, click.Choice) else ""


def _parameter(param: click.Parameter | None) -> str:
    if isinstance(param, click.Option):
        return f"tùy chọn {param.opts[-1]}"
    return "giá trị" if param is None else str(param.metavar or param.human_readable_name)
