"""A release as `make release` makes it, for this machine alone."""

import platform
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest
from apart import DEBIANS_PYTHON, PACKAGING


@pytest.fixture(scope="session")
def release(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What `make release` makes, signed."""
    out = tmp_path_factory.mktemp("release")
    key = out / "khoa.pem"
    subprocess.run(["openssl", "genpkey", "-algorithm", "ed25519", "-out", key], check=True)
    subprocess.run(["openssl", "pkey", "-in", key, "-pubout", "-out", out / "khoa.pub"], check=True)
    words = [sys.executable, PACKAGING / "release.py", "-o", out, "--key", key]
    words += ["--platform", platform.machine(), "--python", DEBIANS_PYTHON]
    made = subprocess.run(words, capture_output=True, text=True, check=False)
    assert made.returncode == 0, made.stderr
    return out


@pytest.fixture(scope="session")
def home(release: Path) -> Path:
    """The bundle, unpacked."""
    (packed,) = release.glob("*-linux.tar")
    with tarfile.open(packed) as archive:
        archive.extractall(release / "x", filter="data")
    (found,) = (release / "x").iterdir()
    return found
