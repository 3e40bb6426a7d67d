"""A machine of its own, without a network: a copy of this one, or a bare Debian, begun by its systemd.

Everything may be done in it and nothing stays: what it writes goes to memory.
"""

import os
import subprocess
from pathlib import Path

import pytest

PACKAGES = ("python3-venv", "nginx-light", "postgresql", "systemd", "openssl")
"""What a machine needs for the ways that are tried on it."""

BOOT = r"""
set -eu
work=$1 base=$2
mount -t tmpfs none "$work"
mkdir "$work/upper" "$work/work" "$work/root"
mount -t overlay none -o "lowerdir=$base,upperdir=$work/upper,workdir=$work/work" "$work/root"
cd "$work/root"
mount --rbind /dev dev
mount -t proc none proc
mount -t sysfs none sys
mount -t cgroup2 none sys/fs/cgroup
mount -t tmpfs none run
mount -t tmpfs none tmp
mkdir -p run/lock mnt
mount --bind "$BUNDLES" mnt
: > etc/fstab
rm -f etc/systemd/system/*.wants/*.timer
# Packages are there already; without a network nothing newer can be had.
mkdir -p etc/apt/apt.conf.d
echo 'APT::Get::Upgrade "false";' > etc/apt/apt.conf.d/99copy
mkdir copy
mount --bind "$OUTSIDE" copy
cat > etc/systemd/system/copy.service <<'U'
[Service]
Type=oneshot
Environment=HOME=/root BOCHISO_LANG=vi LANG=C.UTF-8
Environment=PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
WorkingDirectory=/root
ExecStart=/bin/bash -c 'bash -eu /copy/script > /copy/printed 2>&1; echo $? > /copy/code; systemctl exit 0'
U
exec chroot . /lib/systemd/systemd --unit=copy.service --log-target=null
"""


def run_on_machine(script: str, bundles: Path, tmp_path: Path, base: Path = Path("/")) -> str:
    """What a script of root's prints on a machine that has `bundles` at /mnt. Fails where the script does.

    `base`: the root of a Debian with what `PACKAGES` names; a copy of it is what the script runs on.
    """
    alone = ["unshare", "--mount", "--net", "--ipc", "--uts", "--cgroup", "--pid", "--fork"]
    if os.geteuid() or subprocess.run([*alone, "true"], capture_output=True).returncode:
        pytest.skip("no root, or no namespaces on this machine: NOT tried as root")
    if not (base / "lib/systemd/systemd").exists():
        pytest.skip("no systemd on this machine: NOT tried as root")
    work = tmp_path / "machine"
    work.mkdir()
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "script").write_text(script, "utf-8")
    given = {"BUNDLES": str(bundles), "OUTSIDE": str(outside), "container": "other"}
    env = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", **given}
    words = [*alone, "sh", "-c", BOOT, "sh", str(work), str(base)]
    done = subprocess.run(words, env=env, stdin=subprocess.DEVNULL, capture_output=True, text=True,
                          check=False, timeout=600)  # fmt: skip
    assert (outside / "code").exists(), done.stdout + done.stderr
    printed = (outside / "printed").read_text("utf-8")
    assert (outside / "code").read_text().strip() == "0", printed
    return printed
