"""The .deb: the offline bundle, which is installed from it without a network, with units and manual page.

Python's packages aren't Debian's: the package carries them as wheels, and makes an environment of its own
below /opt/bochiso when it is configured, by the same install.sh (docs/decisions/0044-packages.md).
"""

import gzip
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

SHARE = "usr/share/bochiso"
ARCHITECTURES = {"x86_64": "amd64", "aarch64": "arm64"}

CONTROL = """Package: bochiso
Version: {version}
Architecture: {architecture}
Maintainer: bochiso <bochiso@localhost>
Section: web
Priority: optional
Depends: python3 (>= 3.11), python3-venv, adduser
Recommends: libreoffice-writer-nogui, fonts-liberation2, nginx
Installed-Size: {size}
Description: index of how well public offices serve citizens and businesses
 Bo chi so phuc vu nguoi dan, doanh nghiep (Quyet dinh so 766/QD-TTg): a server
 that takes in dossiers, computes, ranks, compares and explains, with pages for
 the public and for officers.
"""

POSTINST = """#!/bin/sh
set -e
[ "$1" = configure ] || exit 0
id bochiso >/dev/null 2>&1 || adduser --system --group --home /srv/bochiso --no-create-home bochiso >/dev/null
install -d -m 700 -o bochiso -g bochiso /srv/bochiso /sao-luu /sao-luu/bochiso
/usr/share/bochiso/install.sh --package
if [ -d /run/systemd/system ]; then
  systemctl daemon-reload
  systemctl try-restart bochiso.service
fi
"""

PRERM = """#!/bin/sh
set -e
if [ "$1" = remove ] && [ -d /run/systemd/system ]; then
  systemctl disable --now bochiso.service bochiso-backup.timer bochiso-verify.timer || true
fi
"""

POSTRM = """#!/bin/sh
set -e
# Thư mục số liệu và các bản sao lưu không bao giờ bị xóa theo gói.
[ "$1" != remove ] && [ "$1" != purge ] || rm -rf /opt/bochiso
[ ! -d /run/systemd/system ] || systemctl daemon-reload
"""


def debian_package(home: Path, out: Path, version: str, machine: str, pages: dict[str, str]) -> Path:
    """The package of an unpacked bundle; `pages`: manual pages by their paths below /usr/share/man."""
    architecture = ARCHITECTURES.get(machine, machine)
    target = out / f"bochiso_{version}_{architecture}.deb"
    with tempfile.TemporaryDirectory(dir=home.parent) as folder:
        root = Path(folder) / "root"
        shutil.copytree(home, root / SHARE, copy_function=os.link)
        units = root / "usr/lib/systemd/system"
        units.mkdir(parents=True)
        for unit in sorted([*home.glob("packaging/*.service"), *home.glob("packaging/*.timer")]):
            shutil.copy(unit, units)
        for path, text in pages.items():
            page = root / "usr/share/man" / f"{path}.gz"
            page.parent.mkdir(parents=True, exist_ok=True)
            page.write_bytes(gzip.compress(text.encode(), 9, mtime=0))
        doc = root / "usr/share/doc/bochiso"
        doc.mkdir(parents=True)
        for name, called in (("LICENSE", "copyright"), ("CHANGELOG.md", "changelog.md"),
                             ("trien-khai.md", "trien-khai.md")):  # fmt: skip
            if (home / name).exists():
                shutil.copy(home / name, doc / called)
        (root / "usr/bin").mkdir()
        (root / "usr/bin/bochiso").symlink_to("/opt/bochiso/current/bin/bochiso")
        _control(root, version, architecture)
        for path in [root, *root.rglob("*")]:
            if not path.is_symlink():
                program = (
                    path.is_dir() or path.suffix == ".sh" or path.name in ("postinst", "prerm", "postrm")
                )
                path.chmod(0o755 if program else 0o644)
                os.utime(path, (int(os.environ["SOURCE_DATE_EPOCH"]),) * 2)
        words = ["dpkg-deb", "--root-owner-group", "-Znone", "--build", str(root), str(target)]
        subprocess.run(words, check=True, stdout=subprocess.DEVNULL)
    return target


def _control(root: Path, version: str, architecture: str) -> None:
    size = sum(path.stat().st_size for path in root.rglob("*") if path.is_file()) // 1024
    control = root / "DEBIAN"
    control.mkdir()
    (control / "control").write_text(CONTROL.format(version=version, architecture=architecture, size=size))
    for name, text in (("postinst", POSTINST), ("prerm", PRERM), ("postrm", POSTRM)):
        (control / name).write_text(text, "utf-8")
