"""The offline bundle and the .deb as `make release` makes them, installed without a network, by anyone and by
root, updated and put back. Run by its name (.ci/run): it downloads what it packs, 150 MB.
"""

import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest
from apart import ALONE, PACKAGING, ROOT, without_network


@pytest.fixture(scope="module")
def release(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What `make release` makes, signed."""
    out = tmp_path_factory.mktemp("release")
    key = out / "khoa.pem"
    subprocess.run(["openssl", "genpkey", "-algorithm", "ed25519", "-out", key], check=True)
    subprocess.run(["openssl", "pkey", "-in", key, "-pubout", "-out", out / "khoa.pub"], check=True)
    words = [sys.executable, PACKAGING / "release.py", "-o", out, "--key", key]
    made = subprocess.run(words, capture_output=True, text=True, check=False)
    assert made.returncode == 0, made.stderr
    return out


@pytest.fixture(scope="module")
def home(release: Path) -> Path:
    """The bundle, unpacked."""
    (packed,) = release.glob("*linux*.tar.gz")
    with tarfile.open(packed) as archive:
        archive.extractall(release / "x", filter="data")
    (found,) = (release / "x").iterdir()
    return found


def test_the_offline_bundle_installs_without_a_network(release: Path, home: Path, tmp_path: Path) -> None:
    words = ("--prefix", tmp_path / "opt", "--key", release / "khoa.pub")
    done = without_network(home / "install.sh", *words, cwd=tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    bochiso = tmp_path / "opt" / "current" / "bin" / "bochiso"
    demo = without_network(bochiso, "demo", "-o", "out", cwd=tmp_path)
    assert demo.returncode == 0, demo.stdout + demo.stderr
    materials = json.loads((home / "sbom.cdx.json").read_text())
    wheels = {path.name for path in (home / "wheels").iterdir()}
    assert len(materials["components"]) == len(wheels) - 1
    assert materials["specVersion"] == "1.6"


AS_ROOT = r"""
set -eu
work=$1
mount -t tmpfs none "$work"
mkdir "$work/upper" "$work/work" "$work/root"
mount -t overlay none -o "lowerdir=/,upperdir=$work/upper,workdir=$work/work" "$work/root"
chmod 755 "$work/root/root"  # where this machine's own Python may be
mount -t proc none "$work/root/proc"
mount --bind /dev "$work/root/dev"
mount --bind "$BUNDLES" "$work/root/mnt"
mkdir -p "$work/root/run/systemd/system"
printf '#!/bin/sh\necho "systemctl $*" >> /systemctl.log\n' > "$work/root/usr/local/sbin/systemctl"
chmod 755 "$work/root/usr/local/sbin/systemctl"
exec chroot "$work/root" /bin/sh -eu -c "$2"
"""
"""A copy of this whole machine, in which everything may be done and nothing stays."""


def as_root(script: str, bundles: Path, tmp_path: Path) -> str:
    """What a script of root's prints on a machine like this one, without a network."""
    if os.geteuid() or subprocess.run(["unshare", "-nm", "true"], capture_output=True).returncode:
        pytest.skip("no root, or no namespaces on this machine: NOT tried as root")
    work = tmp_path / "machine"
    work.mkdir()
    words = ["unshare", "-nm", sys.executable, "-c", ALONE, "sh", "-c", AS_ROOT, "sh", work, script]
    path = f"/usr/local/sbin:/usr/local/bin:{os.environ['PATH']}:/usr/sbin:/sbin"
    kept = {"BUNDLES": str(bundles), "PATH": path, "HOME": "/root", "BOCHISO_LANG": "vi"}
    done = subprocess.run(words, env=kept, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def next_version(home: Path, bundles: Path) -> None:
    """The bundle of the version after this one."""
    tree, after = bundles / "tree", bundles / "after"
    tree.mkdir()
    tracked = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    for name in tracked.splitlines():
        if (ROOT / name).is_file():
            (tree / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, tree / name)
    project = tree / "pyproject.toml"
    project.write_text(re.sub(r'^version = ".*"$', 'version = "0.99.0"', project.read_text(), flags=re.M))
    package = tree / "bochiso" / "__init__.py"
    package.write_text(re.sub(r'"\d+\.\d+\.\d+"', '"0.99.0"', package.read_text()))
    shutil.copytree(home, after)
    for wheel in after.glob("wheels/bochiso-*.whl"):
        wheel.unlink()
    code = "import sys, pathlib, os; sys.path.insert(0, 'packaging'); import release\n"
    code += "os.environ['SOURCE_DATE_EPOCH'] = '1700000000'; release.built(pathlib.Path(sys.argv[1]))"
    subprocess.run([sys.executable, "-c", code, after / "wheels"], cwd=tree, check=True)
    for source in after.glob("wheels/*.tar.gz"):
        source.unlink()
    (after / "VERSION").write_text("0.99.0")
    (after / "SHA256SUMS").unlink()
    listed = sorted(str(path.relative_to(after)) for path in after.rglob("*") if path.is_file())
    sums = subprocess.run(["sha256sum", *listed], cwd=after, capture_output=True, check=True).stdout
    (after / "SHA256SUMS").write_bytes(sums)
    shutil.rmtree(tree)


UPDATED = """
/mnt/before/install.sh
echo "before: $(bochiso --version)"
cd /tmp && bochiso demo -o out > /dev/null
cp -r out/data /srv/bochiso/data && chown -R bochiso: /srv/bochiso
as() { setpriv --reuid bochiso --regid bochiso --clear-groups env HOME=/srv/bochiso "$@"; }
as bochiso backup /sao-luu/bochiso --data /srv/bochiso/data > /dev/null
/mnt/after/install.sh
echo "after: $(bochiso --version)"
as bochiso rank --data /srv/bochiso/data > /tmp/after
/mnt/after/install.sh --back
echo "back: $(bochiso --version)"
as bochiso rank --data /srv/bochiso/data > /tmp/before
cmp /tmp/before /tmp/after
as bochiso verify --data /srv/bochiso/data --backups /sao-luu/bochiso
stat -c '%a %U %n' /srv/bochiso /sao-luu/bochiso
ls /etc/systemd/system/bochiso.service /etc/systemd/system/bochiso-backup.timer
cat /systemctl.log
"""


def test_root_installs_updates_and_goes_back_and_the_folder_stays(home: Path, tmp_path: Path) -> None:
    bundles = tmp_path / "bundles"
    bundles.mkdir()
    shutil.copytree(home, bundles / "before")
    next_version(home, bundles)
    printed = as_root(UPDATED, bundles, tmp_path)
    told = dict(re.findall(r"^(before|after|back): (.*)$", printed, re.M))
    assert "0.99.0" in told["after"]
    assert told["before"] == told["back"] != told["after"]
    assert "700 bochiso /srv/bochiso" in printed
    assert "systemctl daemon-reload" in printed


DEB = """
dpkg -i --force-depends /mnt/*.deb
echo "version: $(bochiso --version)"
zcat /usr/share/man/vi/man1/bochiso.1.gz | head -1
dpkg -r bochiso
test ! -e /opt/bochiso && test -d /srv/bochiso && echo 'data stays'
"""


def test_the_deb_installs_and_goes_and_data_stays(release: Path, tmp_path: Path) -> None:
    (found,) = release.glob("*.deb")
    bundles = tmp_path / "bundles"
    bundles.mkdir()
    shutil.copy(found, bundles)
    printed = as_root(DEB, bundles, tmp_path)
    assert ".TH BOCHISO 1" in printed
    assert printed.rstrip().endswith("data stays")
