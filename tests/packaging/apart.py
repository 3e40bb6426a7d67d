"""Commands run with nothing of this tree around them, and without a network."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGING = ROOT / "packaging"

DEBIANS_PYTHON = subprocess.run(
    ["/usr/bin/python3", "-c", "import sys; print('%d.%d' % sys.version_info[:2])"],
    capture_output=True, text=True, check=False,
).stdout.strip() or ".".join(map(str, sys.version_info[:2]))  # fmt: skip
"""The version that a service runs on: what somebody installed at home is hidden from it."""

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
