"""Commands run with nothing of this tree around them, and without a network."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGING = ROOT / "packaging"

BARE = Path(os.environ.get("BOCHISO_BARE", "/"))
"""The root of the Debian that machines are copies of: one that was made bare, or this machine's own."""

SYSTEMS_PYTHON = BARE / "usr" / "bin" / "python3"
DEBIANS_PYTHON = (
    SYSTEMS_PYTHON.readlink().name.removeprefix("python")
    if SYSTEMS_PYTHON.is_symlink()
    else ".".join(map(str, sys.version_info[:2]))
)
"""The version that a service runs on there: what somebody installed at home is hidden from it."""

ALONE = """
import fcntl, os, socket, struct, sys
with socket.socket() as s:  # without a network, but with the machine's own address
    fcntl.ioctl(s, 0x8914, struct.pack("16sh", b"lo", 1))
os.execvp(sys.argv[1], sys.argv[1:])
"""


def without_network(*words: str | Path, cwd: Path) -> subprocess.CompletedProcess[str]:
    """Run a command in a network namespace of its own, with nothing of this tree around it."""
    alone = ["unshare", *([] if os.geteuid() == 0 else ["-r"]), "-n"]
    if shutil.which("unshare") is None or subprocess.run([*alone, "true"], capture_output=True).returncode:
        pytest.skip("unshare -n isn't permitted on this machine: NOT tried without a network")
    kept = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "LANG", "TMPDIR")}
    command = [*alone, sys.executable, "-c", ALONE, *map(str, words)]
    return subprocess.run(
        command, cwd=cwd, env=kept | {"PYTHONSAFEPATH": "1"}, capture_output=True, text=True, check=False
    )


def sign(sums: Path, key: Path) -> None:
    """Sign as a release does."""
    code = f"import sys; sys.path.insert(0, {str(PACKAGING)!r}); import release, pathlib\n"
    code += "release.signed(*map(pathlib.Path, sys.argv[1:]))"
    subprocess.run([sys.executable, "-c", code, sums, key], check=True)
