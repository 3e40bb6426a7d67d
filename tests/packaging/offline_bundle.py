"""The offline bundle as `make release` makes it, installed without a network. Run by its name (.ci/run): it
downloads what it packs, 150 MB.
"""

import json
import subprocess
import sys
import tarfile
from pathlib import Path

from apart import PACKAGING, without_network


def test_the_offline_bundle_installs_without_a_network(tmp_path: Path) -> None:
    made = subprocess.run(
        [sys.executable, PACKAGING / "release.py", "-o", tmp_path],
        capture_output=True,
        text=True,
        check=False,
    )
    assert made.returncode == 0, made.stderr
    (packed,) = tmp_path.glob("*linux*.tar.gz")
    with tarfile.open(packed) as archive:
        archive.extractall(tmp_path / "x", filter="data")
    (home,) = (tmp_path / "x").iterdir()
    done = without_network(home / "install.sh", "--prefix", tmp_path / "opt", cwd=tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    bochiso = tmp_path / "opt" / "current" / "bin" / "bochiso"
    demo = without_network(bochiso, "demo", "-o", "out", cwd=tmp_path)
    assert demo.returncode == 0, demo.stdout + demo.stderr
    materials = json.loads((home / "sbom.cdx.json").read_text())
    wheels = {path.name for path in (home / "wheels").iterdir()}
    assert len(materials["components"]) == len(wheels) - 1
    assert materials["specVersion"] == "1.6"
