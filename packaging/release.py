"""Make a release: wheel, source, the offline bundle, which installs without a network, and .debs.

    python packaging/release.py -o dist [--python 3.11] [--platform x86_64] [--key khoa-phat-hanh.pem]

The bundle is one file: install.sh, the wheels of everything for each version of Python and each platform
(by the hashes of requirements.txt; those of Debian 12 and 13, x86_64 and aarch64, unless said otherwise),
systemd units, a bill of materials (CycloneDX 1.6), checksums. A .deb holds the same for one platform.
Times in archives are the commit's, so that the same commit gives the same files. With a key (Ed25519, PEM)
the checksums are signed, in the bundle and beside it; who installs gives install.sh the public key, had by
another way.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from debian_package import debian_package
from man_pages import man_page
from materials import digest, materials, with_materials

ROOT = Path(__file__).resolve().parents[1]
UNITS = ("*.service", "*.timer", "nginx.conf", "Containerfile", "image.sh", "same_image.py")
PYTHONS = ["3.11", "3.13"]
"""Of Debian 12 and 13."""
PLATFORMS = ["x86_64", "aarch64"]
GLIBCS = range(17, 37)
"""Wheels for a C library up to Debian 12's, 2.36."""


@dataclass(frozen=True)
class Kinds:
    """For which versions of Python and which platforms a release is."""

    pythons: list[str]
    platforms: list[str]


def main() -> None:
    """Make all of it."""
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    words.add_argument("-o", "--output", type=Path, default=ROOT / "dist")
    words.add_argument("--python", action="append", help=f"versions to serve: {' '.join(PYTHONS)}")
    words.add_argument("--platform", action="append", choices=PLATFORMS, help="platforms to serve: both")
    words.add_argument("--key", type=Path, help="the private key that signs, Ed25519 in PEM")
    given = words.parse_args()
    os.environ["SOURCE_DATE_EPOCH"] = epoch()
    given.output.mkdir(parents=True, exist_ok=True)
    wheel, source = built(given.output)
    kinds = Kinds(given.python or PYTHONS, given.platform or PLATFORMS)
    made = [wheel, source, *bundled(given.output, wheel, kinds, given.key)]
    sums = given.output / "SHA256SUMS"
    sums.write_text("".join(f"{digest(path)}  {path.name}\n" for path in made), "ascii")
    signed(sums, given.key)
    if given.key is None:
        print("NOT SIGNED: give --key (openssl genpkey -algorithm ed25519 -out khoa-phat-hanh.pem)")
    for path in (*made, sums):
        print(f"{path} ({path.stat().st_size // 1000} KB)")


def epoch() -> str:
    """When the commit was made; a tree without git counts from its newest change of pyproject.toml."""
    done = subprocess.run(
        ["git", "log", "-1", "--format=%ct"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    return done.stdout.strip() or str(int((ROOT / "pyproject.toml").stat().st_mtime))


def built(out: Path) -> tuple[Path, Path]:
    """The wheel and the source archive."""
    from flit_core import buildapi

    before = Path.cwd()
    os.chdir(ROOT)
    try:
        target = str(out.resolve() if out.is_absolute() else before / out)
        wheel = Path(target) / buildapi.build_wheel(target)
        with_materials(wheel)
        return wheel, Path(target) / buildapi.build_sdist(target)
    finally:
        os.chdir(before)


def signed(sums: Path, key: Path | None) -> None:
    """Sign checksums, where there is a key: SHA256SUMS.sig, as `openssl pkeyutl -verify -rawin` reads it."""
    if key is not None:
        words = ["openssl", "pkeyutl", "-sign", "-inkey", str(key), "-rawin", "-in", str(sums)]
        subprocess.run([*words, "-out", f"{sums}.sig"], check=True)


def bundled(out: Path, wheel: Path, kinds: Kinds, key: Path | None) -> list[Path]:
    """The offline bundle, and a .deb for each platform."""
    version = wheel.name.split("-")[1]
    day = datetime.fromtimestamp(int(os.environ["SOURCE_DATE_EPOCH"]), UTC).date().isoformat()
    pages = {
        f"{place}man1/bochiso.1": man_page(lang, version, day) for lang, place in (("en", ""), ("vi", "vi/"))
    }
    with tempfile.TemporaryDirectory(dir=out) as folder:
        fetched = Path(folder) / "fetched"
        for platform in kinds.platforms:
            for python in kinds.pythons:
                download(fetched / platform, python, platform)
        name = f"bochiso-{version}-linux"
        home = staged(Path(folder) / name, wheel, fetched, kinds, key)
        made = [packed(home, out / f"{name}.tar")]
        for platform in kinds.platforms:
            one = Kinds(kinds.pythons, [platform])
            home = staged(Path(folder) / platform, wheel, fetched, one, key)
            made.append(debian_package(home, out, version, platform, pages))
    return made


def staged(home: Path, wheel: Path, fetched: Path, kinds: Kinds, key: Path | None) -> Path:
    """The folder that a bundle is, for these platforms; `fetched`: their wheels, a folder each."""
    wheels, version = home / "wheels", wheel.name.split("-")[1]
    wheels.mkdir(parents=True)
    for each in [wheel, *(path for platform in kinds.platforms for path in (fetched / platform).iterdir())]:
        if not (wheels / each.name).exists():
            os.link(each, wheels / each.name)
    (home / "packaging").mkdir()
    for pattern in UNITS:
        for unit in (ROOT / "packaging").glob(pattern):
            shutil.copy(unit, home / "packaging")
    shutil.copy(ROOT / "packaging" / "install.sh", home)
    for path in ("requirements.txt", "LICENSE", "CHANGELOG.md", "docs/trien-khai.md"):
        shutil.copy(ROOT / path, home)
    (home / "VERSION").write_text(version, "ascii")
    (home / "PYTHONS").write_text(" ".join(kinds.pythons), "ascii")
    (home / "PLATFORM").write_text(" ".join(f"Linux-{each}" for each in kinds.platforms), "ascii")
    (home / "sbom.cdx.json").write_text(json.dumps(materials(version, wheels), indent=1), "utf-8")
    listed = sorted(path for path in home.rglob("*") if path.is_file())
    sums = "".join(f"{digest(path)}  {path.relative_to(home)}\n" for path in listed)
    (home / "SHA256SUMS").write_text(sums, "utf-8")
    signed(home / "SHA256SUMS", key)
    return home


def download(wheels: Path, python: str, platform: str) -> None:
    """The wheels of requirements.txt for a version of Python on a platform, by their hashes.

    The file names everything, so nothing is resolved anew; what has no wheel for them is an error.
    """
    words = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps"]
    words += ["--only-binary", ":all:", "--require-hashes", "-r", str(ROOT / "requirements.txt")]
    tags = [f"manylinux2014_{platform}", *(f"manylinux_2_{each}_{platform}" for each in GLIBCS)]
    words += ["--python-version", python, *(word for tag in tags for word in ("--platform", tag))]
    subprocess.run([*words, "-d", str(wheels)], check=True)


def packed(home: Path, target: Path) -> Path:
    """A folder as one file: in order, of nobody, all of the commit's time. Wheels are packed already."""
    when = int(os.environ["SOURCE_DATE_EPOCH"])

    def plain(info: tarfile.TarInfo) -> tarfile.TarInfo:
        info.uid = info.gid = 0
        info.uname = info.gname = ""
        info.mtime = when
        info.mode = 0o755 if info.isdir() or info.name.endswith(".sh") else 0o644
        return info

    with tarfile.open(target, "w", format=tarfile.PAX_FORMAT) as archive:
        for path in [home, *sorted(home.rglob("*"))]:
            archive.add(path, path.relative_to(home.parent), recursive=False, filter=plain)
    return target


if __name__ == "__main__":
    main()
