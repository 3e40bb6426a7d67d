"""Make a release: wheel, source, and the offline bundle, which installs on a machine without a network.

    python packaging/release.py -o dist [--python 3.11 --python 3.13]

The bundle is one file: install.sh, the wheels of everything for this platform (by the hashes of
requirements.txt), systemd units, a bill of materials (CycloneDX 1.6), checksums. Times in archives are
the commit's, so that the same commit gives the same files.
"""

import argparse
import gzip
import hashlib
import json
import os
import platform
import shutil
import subprocess
import sys
import tarfile
import tempfile
import uuid
import zipfile
from email.parser import HeaderParser
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
UNITS = ("*.service", "*.timer", "nginx.conf")


def main() -> None:
    """Make all of it."""
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    words.add_argument("-o", "--output", type=Path, default=ROOT / "dist")
    own = ".".join(map(str, sys.version_info[:2]))
    words.add_argument("--python", action="append", help=f"versions of Python to serve; {own} by default")
    given = words.parse_args()
    os.environ["SOURCE_DATE_EPOCH"] = epoch()
    given.output.mkdir(parents=True, exist_ok=True)
    wheel, source = built(given.output)
    bundle = bundled(given.output, wheel, given.python or [own])
    sums = given.output / "SHA256SUMS"
    sums.write_text("".join(f"{digest(path)}  {path.name}\n" for path in (wheel, source, bundle)), "ascii")
    for path in (wheel, source, bundle, sums):
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
        return Path(target) / buildapi.build_wheel(target), Path(target) / buildapi.build_sdist(target)
    finally:
        os.chdir(before)


def bundled(out: Path, wheel: Path, pythons: list[str]) -> Path:
    """The offline bundle."""
    version = wheel.name.split("-")[1]
    where = f"{platform.system()}-{platform.machine()}"
    name = f"bochiso-{version}-{where.lower()}"
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / name
        wheels = home / "wheels"
        wheels.mkdir(parents=True)
        for python in pythons:
            download(wheels, python)
        shutil.copy(wheel, wheels)
        (home / "packaging").mkdir()
        for pattern in UNITS:
            for unit in (ROOT / "packaging").glob(pattern):
                shutil.copy(unit, home / "packaging")
        shutil.copy(ROOT / "packaging" / "install.sh", home)
        for path in ("requirements.txt", "LICENSE", "CHANGELOG.md", "docs/trien-khai.md"):
            shutil.copy(ROOT / path, home)
        (home / "VERSION").write_text(version, "ascii")
        (home / "PYTHONS").write_text(" ".join(pythons), "ascii")
        (home / "PLATFORM").write_text(where, "ascii")
        (home / "sbom.cdx.json").write_text(json.dumps(materials(version, wheels), indent=1), "utf-8")
        listed = sorted(path for path in home.rglob("*") if path.is_file())
        sums = "".join(f"{digest(path)}  {path.relative_to(home)}\n" for path in listed)
        (home / "SHA256SUMS").write_text(sums, "utf-8")
        return packed(home, out / f"{name}.tar.gz")


def download(wheels: Path, python: str) -> None:
    """The wheels of requirements.txt for a version of Python on this platform, by their hashes."""
    words = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check"]
    words += ["--only-binary", ":all:", "--require-hashes", "-r", str(ROOT / "requirements.txt")]
    own = ".".join(map(str, sys.version_info[:2]))
    if python != own:
        tags = [f"manylinux_2_{n}_{platform.machine()}" for n in (17, 28, 34)] + [
            f"manylinux2014_{platform.machine()}"
        ]
        words += ["--python-version", python, *(word for tag in tags for word in ("--platform", tag))]
    subprocess.run([*words, "-d", str(wheels)], check=True)


def materials(version: str, wheels: Path) -> dict[str, object]:
    """What is in the bundle, as CycloneDX says it."""
    parts = [component(path) for path in sorted(wheels.glob("*.whl"))]
    (own,) = [each for each in parts if each["name"] == "bochiso"]
    known = json.dumps([each["hashes"] for each in parts])
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, known)}",
        "version": 1,
        "metadata": {"component": own | {"type": "application"}},
        "components": [each for each in parts if each is not own],
        "dependencies": [
            {"ref": own["bom-ref"], "dependsOn": [each["bom-ref"] for each in parts if each is not own]}
        ],
    }


def component(wheel: Path) -> dict[str, object]:
    """A wheel as a part, by its own metadata."""
    with zipfile.ZipFile(wheel) as archive:
        found_in = [each for each in archive.namelist() if each.endswith(".dist-info/METADATA")]
        name = min(found_in, key=lambda each: each.count("/"))  # others are parts of its own
        said = HeaderParser().parsestr(archive.read(name).decode())
    purl = f"pkg:pypi/{said['Name'].lower().replace('_', '-')}@{said['Version']}"
    found: dict[str, object] = {
        "type": "library",
        "bom-ref": f"{purl}#{wheel.name}",
        "name": said["Name"],
        "version": said["Version"],
        "purl": purl,
        "hashes": [{"alg": "SHA-256", "content": digest(wheel)}],
    }
    if licence := said["License-Expression"]:
        found["licenses"] = [{"expression": licence}]
    elif (words := said["License"]) and len(words) < 60:
        found["licenses"] = [{"license": {"name": words}}]
    return found


def digest(path: Path) -> str:
    """A file's SHA-256."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def packed(home: Path, target: Path) -> Path:
    """A folder as one file: in order, of nobody, all of the commit's time."""
    when = int(os.environ["SOURCE_DATE_EPOCH"])

    def plain(info: tarfile.TarInfo) -> tarfile.TarInfo:
        info.uid = info.gid = 0
        info.uname = info.gname = ""
        info.mtime = when
        info.mode = 0o755 if info.isdir() or info.name.endswith(".sh") else 0o644
        return info

    with (
        target.open("wb") as file,
        gzip.GzipFile("", "wb", 6, file, mtime=when) as zipped,
        tarfile.open(fileobj=zipped, mode="w", format=tarfile.PAX_FORMAT) as archive,
    ):
        for path in [home, *sorted(home.rglob("*"))]:
            archive.add(path, path.relative_to(home.parent), recursive=False, filter=plain)
    return target


if __name__ == "__main__":
    main()
