"""Running commands: in this process for speed, in another where a process's behaviour is the point."""

import io
import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

import loaded_python
from waiting import PATIENCE

from bochiso.cli import command_group

EXAMPLES = Path(__file__).parents[2] / "bochiso" / "examples"
BOCHISO = [sys.executable, "-m", "bochiso.cli"]


@dataclass(frozen=True)
class Done:
    """What a command left: its exit code, standard output and standard error."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """Standard output, read as JSON."""
        return json.loads(self.out)


def run(*words: str | Path, stdin: str = "") -> Done:
    """Run a command in this process, in Vietnamese, with standard input from no terminal."""
    out, err = (io.TextIOWrapper(io.BytesIO(), "utf-8", newline="") for _ in range(2))
    before = sys.argv, sys.stdin
    sys.argv, sys.stdin = ["bochiso", *map(str, words)], io.StringIO(stdin)
    try:
        with redirect_stdout(out), redirect_stderr(err):
            try:
                code = command_group.run()
            except SystemExit as end:  # completion's own way
                code = int(end.code or 0)
            sys.stdout.flush()
            sys.stderr.flush()
    finally:
        sys.argv, sys.stdin = before
    return Done(code, _text(out), _text(err))


def _text(stream: io.TextIOWrapper) -> str:
    buffer = stream.buffer
    assert isinstance(buffer, io.BytesIO)
    return buffer.getvalue().decode()


def environment(more: Mapping[str, str] | None = None) -> dict[str, str]:
    """This process's environment without what would change a command, and with `more`."""
    kept = {name: value for name, value in os.environ.items() if "BOCHISO" not in name}
    for name in ("COLUMNS", "LINES", "NO_COLOR", "FORCE_COLOR", "TTY_COMPATIBLE", "COVERAGE_PROCESS_START"):
        kept.pop(name, None)
    return kept | dict(more or {})


def process(
    *words: str | Path,
    env: Mapping[str, str] | None = None,
    cwd: Path | None = None,
    within: Sequence[str] = (),
    anew: bool = False,
) -> Done:
    """Run a command in a process of its own, or by a program (`within`) that runs it.

    `anew`: in a Python that has loaded nothing yet, where how a command starts is the point.
    """
    options = {"env": environment(env), "cwd": cwd, "timeout": PATIENCE}
    command = [*within, *BOCHISO, *map(str, words)]
    if within or anew:
        done = subprocess.run(command, capture_output=True, check=False, **options)
    else:
        done = loaded_python.run(command, **options)
    return Done(done.returncode, done.stdout.decode(), done.stderr.decode())


def script(code: str, *words: str | Path) -> Done:
    """Run a command in a process of its own that first does `code`."""
    program = f"import sys\n{code}\nfrom bochiso.cli import main\nmain()\n"
    command = [sys.executable, "-c", program, *map(str, words)]
    done = loaded_python.run(command, env=environment(), timeout=PATIENCE)
    return Done(done.returncode, done.stdout.decode(), done.stderr.decode())


SEVERAL = """
import json, sys
from bochiso.cli import command_group as app
for words in json.loads(sys.argv.pop()):
    sys.argv = ["bochiso", *words]
    code = app.run()
    sys.stdout.flush()
    if code:
        sys.exit(code)
"""
"""Runs commands one after the other, in the language that the environment asks for."""


def several(commands: Sequence[Sequence[str]]) -> list[str]:
    """The command line of a process that runs all of these."""
    return [sys.executable, "-c", SEVERAL, json.dumps(commands)]


ENGLISH = """
import dataclasses, json, sys
sys.path[:0] = json.loads(sys.argv[1])
from command_runner import run
print(json.dumps([dataclasses.astuple(run(*words)) for words in json.loads(sys.argv[2])]))
"""


def in_english(*commands: Sequence[str | Path]) -> list[Done]:
    """What commands leave that one process runs in English."""
    words = [[str(word) for word in command] for command in commands]
    helpers = [str(Path(__file__).parent), str(Path(__file__).parents[1])]
    command = [sys.executable, "-c", ENGLISH, json.dumps(helpers), json.dumps(words)]
    env = environment({"BOCHISO_LANG": "en"})
    done = loaded_python.run(command, env=env, timeout=PATIENCE, check=True)
    return [Done(*each) for each in json.loads(done.stdout)]


def tree(root: Path) -> dict[str, str]:
    """Every file below a folder with the hash of its bytes."""
    return {
        str(path.relative_to(root)): sha256(path.read_bytes()).hexdigest() if path.is_file() else "folder"
        for path in sorted(root.rglob("*"))
    }
