"""Known holes in what bochiso is used with: the versions that are pinned, by pip-audit.

    python packaging/audit.py

Ends with 1 where there is one. Where the data of holes can't be had, for all packages or for some, that is
said loudly and is no failure: what wasn't asked isn't without holes. The lower bounds of pyproject.toml are
the pinned versions, so they are asked about too.
"""

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SOURCES = ("pypi", "osv")
"""Where pip-audit has its data from, the next where one has nothing."""
SECONDS = 300


def main() -> int:
    """Ask the first source that answers about each file of pinned versions."""
    found = False
    for name in ("requirements.txt", "requirements-dev.txt"):
        for source in SOURCES:
            parts, why = asked(ROOT / name, source)
            if parts and any("skip_reason" not in each for each in parts):
                break
        found |= told(name, parts, why)
    return 1 if found else 0


def asked(requirements: Path, source: str) -> tuple[list[dict[str, object]], str]:
    """What a source says of the packages of a file; nothing, and why, where it doesn't answer."""
    words = [sys.executable, "-m", "pip_audit", "--requirement", str(requirements), "--disable-pip"]
    words += ["--no-deps", "--format", "json", "--progress-spinner", "off", "--timeout", "15"]
    try:
        done = subprocess.run(
            [*words, "--vulnerability-service", source],
            capture_output=True, text=True, check=False, timeout=SECONDS,
        )  # fmt: skip
        parts: list[dict[str, object]] = json.loads(done.stdout)["dependencies"]
    except (subprocess.TimeoutExpired, ValueError, KeyError) as error:
        said = done.stderr.strip().splitlines() if isinstance(error, ValueError) else []
        return [], said[-1].partition("(")[0] if said else "no answer"
    return parts, ""


def told(name: str, parts: Sequence[dict[str, object]], why: str) -> bool:
    """Print what was found and what wasn't asked; whether there is a hole."""
    skipped = [str(each["name"]) for each in parts if "skip_reason" in each]
    if not parts or len(skipped) == len(parts):
        print(f"NOT AUDITED: {name}: no data of known holes can be had here ({why or 'none is known'})")
        return False
    holes = [(each, hole) for each in parts for hole in list(each.get("vulns") or ())]  # type: ignore[call-overload]
    for each, hole in holes:
        fixed = ", ".join(hole["fix_versions"]) or "none yet"
        print(f"{name}: {each['name']} {each['version']}: {hole['id']}, mended in {fixed}")
    if skipped:
        print(f"NOT AUDITED: {name}: {len(skipped)} of {len(parts)}: {', '.join(skipped)}")
    print(f"{name}: {len(parts) - len(skipped)} packages audited, {len(holes)} known holes")
    return bool(holes)


if __name__ == "__main__":
    sys.exit(main())
