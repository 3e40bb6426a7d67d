"""Bills of materials, as CycloneDX 1.6: in the wheel (PEP 770) and in the bundle; and the hashes of files."""

import base64
import hashlib
import json
import re
import uuid
import zipfile
from email.parser import HeaderParser
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def digest(path: Path) -> str:
    """A file's SHA-256."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


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
