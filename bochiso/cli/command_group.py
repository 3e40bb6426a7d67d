"""The command group: loads a command when it is called, and says errors in the reader's language."""

import importlib
import os
import sys
import traceback

import click

from bochiso import __version__
from bochiso.cli import COMMANDS, help_text
from bochiso.cli.options import LANG, MODULES, t
from bochiso.cli.output import PipeClosedError, tell
from bochiso.cli.usage import wrong_usage
from bochiso.errors import BochisoError

PIPE_CLOSED = 141
"""The exit code of a command whose reader went away: 128 + SIGPIPE, as of any other in a pipe."""


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
        sys.stdout.flush()
        return code if isinstance(code, int) else 0
    except BochisoError as error:
        tell(f"{t('Lỗi', 'Error')}: {error.render(LANG)}")
    except click.UsageError as error:
        tell(wrong_usage(error))
    except (click.Abort, KeyboardInterrupt):
        tell(t("Đã dừng.", "Stopped."))
        return 130
    except (PipeClosedError, BrokenPipeError):
        _close_output()
        return PIPE_CLOSED
    except OSError as error:
        # What commands read and write says its own errors; only the output itself is left.
        _close_output()
        reason = error.strerror or str(error)
        tell(
            t(f"Lỗi: không ghi được kết quả ra: {reason}.", f"Error: the output can't be written: {reason}.")
        )
    except Exception:
        # Exit code 1 would say that all but some input was done.
        traceback.print_exc()
        tell(
            t(
                "Lỗi của chương trình; hãy báo lại kèm các dòng trên.",
                "A fault of the program; please report it.",
            )
        )
    return 2


def _close_output() -> None:
    """Let what is still to be written to standard output go nowhere."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
