"""Help pages and wrong usage, in the reader's language."""

import re

import click

from bochiso.cli.options import LANG, t
from bochiso.text import Lang


class Command(click.Command):
    """A command whose help page is in the reader's language."""

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """`Cách dùng: bochiso rank [TÙY CHỌN]…`."""
        words = {
            "[OPTIONS]": t("[TÙY CHỌN]…", "[OPTIONS]..."),
            "COMMAND [ARGS]...": t("LỆNH…", "COMMAND..."),
        }
        pieces = (words.get(piece, piece) for piece in self.collect_usage_pieces(ctx))
        formatter.write_usage(ctx.command_path, " ".join(pieces), t("Cách dùng: ", "Usage: "))

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The options, each with what it does."""
        with formatter.section(t("Tùy chọn", "Options")):
            records = (param.get_help_record(ctx) for param in self.get_params(ctx))
            formatter.write_dl([(name, _bounds(told)) for name, told in filter(None, records)])

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        """`--help`."""
        option = super().get_help_option(ctx)
        if option is not None:
            option.help = t("Trang trợ giúp này.", "This help page.")
        return option


class Group(Command, click.Group):
    """A group of commands."""

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The commands, then the options."""
        with formatter.section(t("Lệnh", "Commands")):
            formatter.write_dl([(name, self.commands[name].help or "") for name in self.list_commands(ctx)])
        super().format_options(ctx, formatter)


_BOUNDS = (
    (re.compile(r"\[([\d.]+)<=x<=([\d.]+)"), r"[từ \1 đến \2"),
    (re.compile(r"\[x>=([\d.]+)"), r"[từ \1 trở lên"),
    (re.compile(r"(\[|; )required\]$"), r"\1bắt buộc]"),
)


def _bounds(told: str) -> str:
    """What an option does; click adds in English whether it must be given, and between what."""
    if LANG is Lang.VI:
        for english, vietnamese in _BOUNDS:
            told = english.sub(vietnamese, told)
    return told


def wrong_usage(error: click.UsageError) -> str:
    """What is wrong with the words of a command, and where to read how they go."""
    if isinstance(error, click.exceptions.NoArgsIsHelpError):
        return error.message
    path = error.ctx.command_path if error.ctx else "bochiso"
    what = error.format_message() if LANG is Lang.EN else _in_vietnamese(error)
    see = t(f"Xem `{path} --help`.", f"See `{path} --help`.")
    return f"{t('Lỗi', 'Error')}: {what}\n{see}"


def _in_vietnamese(error: click.UsageError) -> str:
    match error:
        case click.NoSuchOption():
            near = [each for each in error.possibilities or () if each != "--help"]
            return f"không có tùy chọn {error.option_name}." + (f" Có {', '.join(near)}." if near else "")
        case click.MissingParameter():
            return f"thiếu {_parameter(error.param)}.{_choices(error.param)}"
        case click.BadParameter() if choices := _choices(error.param):
            return f"{_parameter(error.param)} không nhận giá trị này.{choices}"
        case click.BadParameter():
            return f"{_parameter(error.param)}: {error.message}"
        case click.BadOptionUsage():
            return f"tùy chọn {error.option_name} viết chưa đúng: thiếu hoặc thừa giá trị."
    if (
        error.ctx is not None
        and "No such command" in error.message
        and isinstance(error.ctx.command, click.Group)
    ):
        name = error.message.partition("'")[2].rpartition("'")[0]
        return f"không có lệnh “{name}”. Các lệnh: {', '.join(error.ctx.command.list_commands(error.ctx))}."
    if "extra argument" in error.message:
        _, _, extra = error.message.partition("(")
        return f"thừa “{extra.rstrip(')')}”."
    return error.format_message()


def _choices(param: click.Parameter | None) -> str:
    kind = getattr(param, "type", None)
    return f" Chọn một trong: {', '.join(map(str, kind.choices))}." if isinstance(kind, click.Choice) else ""


def _parameter(param: click.Parameter | None) -> str:
    if isinstance(param, click.Option):
        return f"tùy chọn {param.opts[-1]}"
    return "giá trị" if param is None else str(param.metavar or param.human_readable_name)
