"""What bochiso is used with: bounds that were tried, one set of versions, and an audit that claims no more
than it was told."""

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from apart import PACKAGING, ROOT
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

AUDIT = ROOT / "requirements-audit.txt"
"""Apart, and never beside the others."""
FILES = sorted(set(ROOT.glob("requirements*.txt")) - {AUDIT})


def pinned(path: Path) -> dict[str, str]:
    found = re.findall(r"^([A-Za-z0-9][\w.-]*)(?:\[[^\]]*\])?==([^ \\\n]+)", path.read_text("ascii"), re.M)
    return {canonicalize_name(name): version for name, version in found}


def test_no_lower_bound_lets_in_a_version_that_nobody_tried() -> None:
    """Older ones have known holes, or none that anybody looked for."""
    versions = {name: version for path in reversed(FILES) for name, version in pinned(path).items()}
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    bounds = [
        *project["dependencies"],
        *(each for of in project["optional-dependencies"].values() for each in of),
    ]
    for each in map(Requirement, bounds):
        lowest = [spec.version for spec in each.specifier if spec.operator == ">="]
        assert lowest == [versions[canonicalize_name(each.name)]], each


def test_all_sets_pin_the_same_versions_by_hash_and_name_no_server() -> None:
    of: dict[str, set[str]] = {}
    for path in (*FILES, AUDIT):
        text = path.read_text("ascii")
        assert "://" not in text, path
        for block in re.split(r"^(?=[A-Za-z0-9])", text, flags=re.M)[1:]:
            assert "--hash=sha256:" in block, (path, block)
        if path != AUDIT:
            for name, version in pinned(path).items():
                of.setdefault(name, set()).add(version)
    assert {name: found for name, found in of.items() if len(found) > 1} == {}


AUDITED = [
    ("[]", "NOT AUDITED: x.txt", 0),
    ('[{"name": "a", "skip_reason": "gone"}]', "NOT AUDITED: x.txt", 0),
    ('[{"name": "a", "version": "1", "vulns": []}]', "x.txt: 1 packages audited, 0 known holes", 0),
    ('[{"name": "a", "version": "1", "vulns": []}, {"name": "b", "skip_reason": "gone"}]',
     "NOT AUDITED: x.txt: 1 of 2: b", 0),
    ('[{"name": "a", "version": "1", "vulns": [{"id": "CVE-1", "fix_versions": ["2"]}]}]',
     "x.txt: a 1: CVE-1, mended in 2", 1),
]  # fmt: skip


@pytest.mark.parametrize(("parts", "said", "code"), AUDITED)
def test_an_audit_says_what_it_was_not_told(parts: str, said: str, code: int) -> None:
    words = f"import sys, json; sys.path.insert(0, {str(PACKAGING)!r}); import audit\n"
    words += f"sys.exit(audit.told('x.txt', json.loads({parts!r}), ''))"
    done = subprocess.run([sys.executable, "-c", words], capture_output=True, text=True, check=False)
    assert (done.returncode, said in done.stdout) == (code, True), done.stdout + done.stderr
