"""A PDF beside each document, by LibreOffice where it is on the machine."""

import os
import shutil
import signal
import subprocess
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import BoundedSemaphore, Lock

from bochiso.errors import ReportError, Where
from bochiso.text import say

PROGRAMS = ("soffice", "libreoffice")
SECONDS = 180
"""How long LibreOffice may take for all documents together."""

WAITING = 4
"""How many may wait for the one LibreOffice that runs at a time."""

MEMORY_BYTES, FILE_BYTES = 6 * 2**30, 2**30
"""Addresses that LibreOffice may use, and the longest file that it may write."""

_room, _turn = BoundedSemaphore(WAITING + 1), Lock()

_WORDS = ("--headless", "--norestore", "--nolockcheck", "--convert-to", "pdf")
_SETTINGS = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Common/Security/Scripting">
<prop oor:name="MacroSecurityLevel" oor:op="fuse"><value>3</value></prop>
<prop oor:name="DisableMacrosExecution" oor:op="fuse"><value>true</value></prop>
<prop oor:name="BlockUntrustedRefererLinks" oor:op="fuse"><value>true</value></prop></item>
</oor:items>
"""


def find_office() -> str | None:
    """The path of LibreOffice, None where it isn't on the machine."""
    return next((path for name in PROGRAMS if (path := shutil.which(name))), None)


def to_pdf(documents: Mapping[str, bytes], office: str, seconds: int = SECONDS) -> dict[str, bytes]:
    """The PDF of each document, by the same names. One start of LibreOffice for all of them.

    It runs with a profile of its own, without macros, one at a time, with bounds on memory, processor and
    files, and is stopped after so many seconds. Raises ReportError where it makes no PDF, or too many wait.
    """
    if not _room.acquire(blocking=False):
        raise _too_many(next(iter(documents), ""))
    try:
        with _turn:
            return _made(documents, office, seconds)
    finally:
        _room.release()


def _made(documents: Mapping[str, bytes], office: str, seconds: int) -> dict[str, bytes]:
    with TemporaryDirectory(prefix="bochiso-pdf-") as folder:
        home = Path(folder)
        profile = home / "profile"
        (profile / "user").mkdir(parents=True)
        (profile / "user" / "registrymodifications.xcu").write_text(_SETTINGS, "utf-8")
        names = {f"{number}.docx": name for number, name in enumerate(documents)}
        for place, name in names.items():
            (home / place).write_bytes(documents[name])
        words = [*_bounds(seconds), office, f"-env:UserInstallation={profile.as_uri()}", *_WORDS, *names]
        said = _run(words, home, seconds)
        made = {name: (home / place).with_suffix(".pdf") for place, name in names.items()}
        for name, path in made.items():
            if not path.exists():
                raise _failed(name, said)
        return {name: path.read_bytes() for name, path in made.items()}


def _run(words: list[str], home: Path, seconds: int) -> str:
    """What LibreOffice said; it and all that it started are gone when this returns."""
    with subprocess.Popen(  # noqa: S603 (the program that was found, on files named here)
        words,
        cwd=home,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        env=os.environ | {"HOME": str(home)},
        start_new_session=True,
    ) as process:
        try:
            output, _ = process.communicate(timeout=seconds)
        except subprocess.TimeoutExpired:
            return f"{seconds} s"
        finally:
            _end(process)
    return output.decode(errors="replace")


def _bounds(seconds: int) -> list[str]:
    """What starts a program so that it can take no more than its share; nothing where the system can't."""
    program = shutil.which("prlimit")
    if program is None:
        return []
    return [program, f"--as={MEMORY_BYTES}", f"--cpu={2 * seconds}", f"--fsize={FILE_BYTES}", "--core=0"]


def _end(process: subprocess.Popen[bytes]) -> None:
    with suppress(ProcessLookupError):
        if hasattr(os, "killpg"):
            os.killpg(process.pid, signal.SIGKILL)
        else:
            process.kill()


def _too_many(name: str) -> ReportError:
    return ReportError(
        say("nhiều người đang lập PDF cùng lúc.", "many are making a PDF just now."),
        where=Where(name),
        do=say("Đợi một phút rồi lập lại; bản Word có ngay.", "Try again in a minute; Word is ready."),
    )


def _failed(name: str, said: str) -> ReportError:
    return ReportError(
        say(
            "LibreOffice không tạo được PDF ({said}).",
            "LibreOffice made no PDF ({said}).",
            said=" ".join(said.split())[:200],
        ),
        where=Where(name),
        do=say("Mở tệp Word và lưu thành PDF.", "Open the Word file and save it as PDF."),
    )
