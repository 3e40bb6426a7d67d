"""The command group: loads a command when it is called, and says errors in the reader's language."""

import importlib
import os
import sys

import click

from bochiso import __version__
from bochiso.cli import COMMANDS, help_text
from bochiso.cli.options import LANG, MODULES, t
from bochiso.errors import BochisoError


class LazyGroup(click.Group):
    """A group that imports a command's module only when that command runs."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """All names, in the order of help."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command, imported now."""
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(f"bochiso.cli.commands.{MODULES.get(cmd_name, cmd_name)}")
        command: click.Command = module.command
        return command

    def get_help(self, ctx: click.Context) -> str:
        """The same help as without click."""
        return help_text(LANG).rstrip()


@click.group(cls=LazyGroup)
@click.option("--data", envvar="BOCHISO_DATA", default="bochiso-data")
@click.option(
    "--lang", envvar="BOCHISO_LANG", type=click.Choice(["vi", "en"]), default="vi", expose_value=False
)
@click.version_option(__version__, "--version", message="bochiso %(version)s")
@click.pass_context
def app(ctx: click.Context, data: str) -> None:
    """bochiso."""
    ctx.obj = data


def run() -> int:
    """Run the command line and return its exit code."""
    try:
        code = app.main(prog_name="bochiso", standalone_mode=False)
        return code if isinstance(code, int) else 0
    except BochisoError as error:
        click.echo(f"{t('Lỗi', 'Error')}: {error.render(LANG)}", err=True)
    except click.UsageError as error:
        click.echo(f"{t('Lỗi', 'Error')}: {_usage(error)}", err=True)
        path = error.ctx.command_path if error.ctx else "bochiso"
        click.echo(t(f"Xem `{path} --help`.", f"See `{path} --help`."), err=True)
    except (click.Abort, KeyboardInterrupt):
        click.echo(t("Đã dừng.", "Stopped."), err=True)
        return 130
    except BrokenPipeError:
        # The reader of a pipe went away; nothing is left to say to it.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    return 2


def _usage(error: click.UsageError) -> str:
    """What is wrong with the words of a command."""
    if LANG == "en":
        return error.format_message()
    match error:
        case click.NoSuchOption():
            near = f" Ý bạn là {', '.join(error.possibilities)}?" if error.possibilities else ""
            return f"không có tùy chọn {error.option_name}.{near}"
        case click.MissingParameter():
            name = error.param.make_metavar(error.ctx) if error.param and error.ctx else ""
            return f"thiếu {_parameter(error.param)} {name}".rstrip() + "."
        case click.BadParameter() if isinstance(getattr(error.param, "type", None), click.Choice):
            choices = ", ".join(str(choice) for choice in error.param.type.choices)  # type: ignore[union-attr]
            return f"{_parameter(error.param)} phải là một trong: {choices}."
        case click.BadParameter():
            return f"{_parameter(error.param)}: {error.message}"
        case click.BadOptionUsage():
            return f"tùy chọn {error.option_name} thiếu giá trị."
    if "No such command" in error.message:
        return f"không có lệnh này ({error.message.split(chr(39))[1]}). Các lệnh: {', '.join(COMMANDS)}."
    return error.format_message()


def _parameter(param: click.Parameter | None) -> str:
    if isinstance(param, click.Option):
        return f"tùy chọn {param.opts[-1]}"
    return "giá trị" if param is None else f"tham số {param.human_readable_name}"
