"""Make a release: wheel, source, the offline bundle, which installs without a network, and a .deb.

    python packaging/release.py -o dist [--python 3.11 --python 3.13] [--key khoa-phat-hanh.pem]

The bundle is one file: install.sh, the wheels of everything for this platform (by the hashes of
requirements.txt), systemd units, a bill of materials (CycloneDX 1.6), checksums. Times in archives are
the commit's, so that the same commit gives the same files. With a key (Ed25519, PEM) the checksums are
signed, in the bundle and beside it; who installs gives install.sh the public key, had by another way.
"""

import argparse
import base64
import gzip
import hashlib
import json
import os
import platform
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
import uuid
import zipfile
from datetime import UTC, datetime
from email.parser import HeaderParser
from pathlib import Path

from debian_package import debian_package
from man_pages import man_page

ROOT = Path(__file__).resolve().parents[1]
UNITS = ("*.service", "*.timer", "nginx.conf")


def main() -> None:
    """Make all of it."""
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    words.add_argument("-o", "--output", type=Path, default=ROOT / "dist")
    own = ".".join(map(str, sys.version_info[:2]))
    words.add_argument("--python", action="append", help=f"versions of Python to serve; {own} by default")
    words.add_argument("--key", type=Path, help="the private key that signs, Ed25519 in PEM")
    given = words.parse_args()
    os.environ["SOURCE_DATE_EPOCH"] = epoch()
    given.output.mkdir(parents=True, exist_ok=True)
    wheel, source = built(given.output)
    made = [wheel, source, *bundled(given.output, wheel, given.python or [own], given.key)]
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


def with_materials(wheel: Path) -> None:
    """Put into a wheel what it is used with, by name, version and hash (PEP 770)."""
    with zipfile.ZipFile(wheel) as archive:
        held = [(info, archive.read(info)) for info in archive.infolist()]
    record = next(info.filename for info, _ in held if info.filename.endswith(".dist-info/RECORD"))
    name = record.replace("RECORD", "sboms/bochiso.cdx.json")
    said = json.dumps(pinned(wheel.name.split("-")[1]), indent=1).encode()
    hashed = base64.urlsafe_b64encode(hashlib.sha256(said).digest()).rstrip(b"=").decode()
    with zipfile.ZipFile(wheel, "w", zipfile.ZIP_DEFLATED) as archive:
        for info, data in held:
            if info.filename == record:
                archive.writestr(_like(info, name), said)
                data = f"{name},sha256={hashed},{len(said)}\n".encode() + data
            archive.writestr(info, data, zipfile.ZIP_DEFLATED)


def _like(other: zipfile.ZipInfo, name: str) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name, other.date_time)
    info.external_attr, info.create_system = other.external_attr, other.create_system
    info.compress_type = zipfile.ZIP_DEFLATED
    return info


def pinned(version: str) -> dict[str, object]:
    """What requirements.txt names, as CycloneDX says it: packages, and the hashes of their files."""
    parts = []
    for block in re.split(r"^(?=[A-Za-z0-9])", (ROOT / "requirements.txt").read_text("ascii"), flags=re.M):
        if found := re.match(r"([A-Za-z0-9._-]+)(?:\[[^\]]*\])?==([^\s;\\]+)", block):
            hashes = re.findall(r"--hash=sha256:([0-9a-f]{64})", block)
            purl = f"pkg:pypi/{found[1].lower().replace('_', '-')}@{found[2]}"
            parts.append({
                "type": "library", "bom-ref": purl, "name": found[1], "version": found[2], "purl": purl,
                "hashes": [{"alg": "SHA-256", "content": each} for each in sorted(hashes)],
            })  # fmt: skip
    own = {"type": "application", "bom-ref": f"pkg:pypi/bochiso@{version}", "name": "bochiso",
           "version": version, "purl": f"pkg:pypi/bochiso@{version}"}  # fmt: skip
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {"component": own},
        "components": parts,
    }


def bundled(out: Path, wheel: Path, pythons: list[str], key: Path | None) -> tuple[Path, Path]:
    """The offline bundle, and the .deb that holds it."""
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
        signed(home / "SHA256SUMS", key)
        day = datetime.fromtimestamp(int(os.environ["SOURCE_DATE_EPOCH"]), UTC).date().isoformat()
        pages = {
            "man1/bochiso.1": man_page("en", version, day),
            "vi/man1/bochiso.1": man_page("vi", version, day),
        }
        package = debian_package(home, out, version, platform.machine(), pages)
        return packed(home, out / f"{name}.tar.gz"), package


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
