"""What is released installs and runs without this tree, without a network, and can be put back."""

import base64
import gzip
import hashlib
import json
import shutil
import site
import subprocess
import sys
import tarfile
import venv
import zipfile
from collections.abc import Sequence
from pathlib import Path

import pytest
from apart import PACKAGING, ROOT, sign, without_network


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, as `make release` builds it, and the source archive beside it."""
    out = tmp_path_factory.mktemp("dist")
    code = f"import sys; sys.path.insert(0, {str(PACKAGING)!r}); import release, pathlib, os\n"
    code += "os.environ['SOURCE_DATE_EPOCH'] = release.epoch()\n"
    code += f"release.built(pathlib.Path({str(out)!r}))"
    subprocess.run([sys.executable, "-c", code], check=True)
    (found,) = out.glob("*.whl")
    return found


def test_the_wheel_has_all_that_the_package_has(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        packed = {name for name in archive.namelist() if name.startswith("bochiso/")}
    tracked = subprocess.run(
        ["git", "ls-files", "bochiso"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.split("\n")
    assert {name for name in tracked if name and (ROOT / name).exists()} <= packed
    assert not [name for name in packed if "__pycache__" in name]


def test_the_source_archive_has_what_building_and_testing_need(wheel: Path) -> None:
    (source,) = wheel.parent.glob("*.tar.gz")
    with tarfile.open(source) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    wanted = {"Makefile", "requirements.txt", "requirements-dev.txt", "pyproject.toml", "LICENSE",
              "packaging/install.sh", "packaging/bochiso.service", "tests/packaging/test_release.py",
              "docs/trien-khai.md", "docs/check.py", "tools/templates/build_templates.py"}  # fmt: skip
    assert wanted <= names


def test_the_same_commit_gives_the_same_wheel_and_source(wheel: Path, tmp_path: Path) -> None:
    code = f"import sys; sys.path.insert(0, {str(PACKAGING)!r}); import release, pathlib, os\n"
    code += "os.environ['SOURCE_DATE_EPOCH'] = release.epoch()\n"
    code += f"release.built(pathlib.Path({str(tmp_path)!r}))"
    subprocess.run([sys.executable, "-c", code], check=True)
    assert (tmp_path / wheel.name).read_bytes() == wheel.read_bytes()
    (source,) = wheel.parent.glob("*.tar.gz")
    assert (tmp_path / source.name).read_bytes() == source.read_bytes()


BUNDLE = """
import os, sys
from pathlib import Path
sys.path.insert(0, sys.argv[1])
import release
os.environ["SOURCE_DATE_EPOCH"] = "1700000000"
out = Path(sys.argv[3])
fetched = out / "fetched" / "x86_64"
fetched.mkdir(parents=True)
kinds = release.Kinds(["3.11", "3.13"], ["x86_64"])
home = release.staged(out / "bochiso-9.9-linux", Path(sys.argv[2]), out / "fetched", kinds, None)
release.packed(home, out / "bundle.tar")
"""


def test_the_same_commit_gives_the_same_bundle_wherever_it_is_made(wheel: Path, tmp_path: Path) -> None:
    made = []
    for name, umask in (("a", 0o022), ("b", 0o077)):
        words = [sys.executable, "-c", BUNDLE, PACKAGING, wheel, tmp_path / name]
        (tmp_path / name).mkdir()
        subprocess.run(words, check=True, umask=umask)
        made.append((tmp_path / name / "bundle.tar").read_bytes())
    assert made[0] == made[1]
    with tarfile.open(tmp_path / "a" / "bundle.tar") as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    assert {"install.sh", "SHA256SUMS", "sbom.cdx.json", "packaging/image.sh", "PLATFORM"} <= names


@pytest.mark.landing
def test_the_wheel_runs_the_demo_in_an_environment_of_its_own(wheel: Path, tmp_path: Path) -> None:
    """Its dependencies are lent by ours; the package itself is the wheel's, the tree isn't there."""
    venv.create(tmp_path / "venv", symlinks=True)
    (packages,) = (tmp_path / "venv" / "lib").glob("python3*/site-packages")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(packages)
    lent = [path for path in site.getsitepackages() if Path(path).is_dir()]
    (packages / "lent.pth").write_text("\n".join(lent))  # a .pth in there, as of this tree, isn't followed
    python = tmp_path / "venv" / "bin" / "python"
    where = without_network(python, "-c", "import bochiso; print(bochiso.__file__)", cwd=tmp_path)
    assert where.stdout.strip() == str(packages / "bochiso" / "__init__.py"), where.stderr
    done = without_network(python, "-m", "bochiso.cli", "demo", "-o", "out", cwd=tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    assert (tmp_path / "out" / "data" / "FORMAT").exists()


def test_the_wheel_says_what_it_is_used_with(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        assert archive.testzip() is None
        (name,) = [each for each in archive.namelist() if each.endswith(".dist-info/sboms/bochiso.cdx.json")]
        data = archive.read(name)
        record = archive.read(name.replace("sboms/bochiso.cdx.json", "RECORD")).decode()
    said = json.loads(data)
    pinned = (ROOT / "requirements.txt").read_text("ascii").count("==")
    assert len(said["components"]) == pinned > 30
    assert all(each["hashes"] for each in said["components"])
    digest = base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()
    assert f"{name},sha256={digest},{len(data)}" in record.splitlines()


@pytest.fixture
def key(tmp_path: Path) -> Path:
    """A key that signs; the public one beside it."""
    if shutil.which("openssl") is None:
        pytest.skip("openssl isn't on this machine")
    made = tmp_path / "khoa.pem"
    subprocess.run(["openssl", "genpkey", "-algorithm", "ed25519", "-out", made], check=True)
    subprocess.run(["openssl", "pkey", "-in", made, "-pubout", "-out", tmp_path / "khoa.pub"], check=True)
    return made


def test_a_bundle_that_isn_t_signed_by_the_key_is_refused(tmp_path: Path, key: Path) -> None:
    found, public = bundle(tmp_path / "bundle"), key.with_suffix(".pub")
    for text in ("bộ cài này không có chữ ký", "bộ cài này cho x"):  # the second: the signature was right
        done = install(found, "--prefix", tmp_path / "opt", "--key", public)
        assert (done.returncode, text in done.stderr) == (1, True), done.stderr
        sign(found / "SHA256SUMS", key)
    (found / "VERSION").write_text("9.8")
    names = ("VERSION", "PYTHONS", "PLATFORM")
    sums = subprocess.run(["sha256sum", *names], cwd=found, capture_output=True, check=True).stdout
    (found / "SHA256SUMS").write_bytes(sums)  # who changes a file can make its checksum, not the signature
    done = install(found, "--prefix", tmp_path / "opt", "--key", public)
    assert (done.returncode, "chữ ký của bộ cài không đúng" in done.stderr) == (1, True)


PACKAGE = """
import os, sys
from pathlib import Path
sys.path.insert(0, sys.argv[1])
from debian_package import debian_package
from man_pages import man_page
os.environ["SOURCE_DATE_EPOCH"] = "1700000000"
pages = {"man1/bochiso.1": man_page("en", "9.9", "2026-11-28"),
         "vi/man1/bochiso.1": man_page("vi", "9.9", "2026-11-28")}
print(debian_package(Path(sys.argv[2]), Path(sys.argv[3]), "9.9", "x86_64", pages))
"""


def package(home: Path, out: Path) -> Path:
    out.mkdir()
    words = [sys.executable, "-c", PACKAGE, PACKAGING, home, out]
    done = subprocess.run(words, capture_output=True, text=True, check=True)
    return Path(done.stdout.strip())


def test_the_deb_has_bundle_units_and_pages_and_is_the_same_each_time(tmp_path: Path) -> None:
    if shutil.which("dpkg-deb") is None:
        pytest.skip("dpkg-deb isn't on this machine")
    home = bundle(tmp_path / "bundle")
    shutil.copytree(PACKAGING, home / "packaging")
    first, second = (package(home, tmp_path / name) for name in ("a", "b"))
    assert first.name == "bochiso_9.9_amd64.deb"
    assert first.read_bytes() == second.read_bytes()
    root = tmp_path / "x"
    subprocess.run(["dpkg-deb", "-R", first, root], check=True)
    assert {path.name for path in (root / "usr/lib/systemd/system").iterdir()} == {
        "bochiso.service", "bochiso-backup.service", "bochiso-backup.timer", "bochiso-verify.service",
        "bochiso-verify.timer",
    }  # fmt: skip
    assert (root / "usr/share/bochiso/install.sh").stat().st_mode & 0o111
    assert "Depends: python3" in (root / "DEBIAN/control").read_text()
    for script in ("postinst", "prerm", "postrm"):
        subprocess.run(["sh", "-n", root / "DEBIAN" / script], check=True)
    for page in (root / "usr/share/man").rglob("*.gz"):
        text = gzip.decompress(page.read_bytes()).decode()
        assert ".B forget" in text
        assert text.count(".TP") > 25
        if shutil.which("groff"):
            words = ["groff", "-K", "utf8", "-man", "-Tutf8", "-ww"]
            done = subprocess.run(words, input=text.encode(), capture_output=True, check=True)
            assert done.stderr == b""


def bundle(folder: Path) -> Path:
    """A bundle without its wheels."""
    folder.mkdir()
    shutil.copy(PACKAGING / "install.sh", folder)
    for name, text in (("VERSION", "9.9"), ("PYTHONS", "3.99"), ("PLATFORM", "x")):
        (folder / name).write_text(text)
    sums = subprocess.run(["sha256sum", "VERSION", "PYTHONS", "PLATFORM"], cwd=folder, capture_output=True,
                          check=True).stdout  # fmt: skip
    (folder / "SHA256SUMS").write_bytes(sums)
    return folder


def install(folder: Path, *words: str | Path) -> subprocess.CompletedProcess[str]:
    command: Sequence[str] = [str(folder / "install.sh"), *map(str, words)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_a_bundle_that_was_changed_or_is_for_another_machine_is_refused(tmp_path: Path) -> None:
    found = bundle(tmp_path / "bundle")
    other = install(found, "--prefix", tmp_path / "opt")
    assert (other.returncode, "bộ cài này cho x" in other.stderr) == (1, True)
    (found / "VERSION").write_text("9.8")
    changed = install(found, "--prefix", tmp_path / "opt")
    assert (changed.returncode, "không nguyên vẹn" in changed.stderr) == (1, True)
    assert not (tmp_path / "opt").exists()


def test_an_update_is_put_back_and_forth(tmp_path: Path) -> None:
    found, opt = bundle(tmp_path / "bundle"), tmp_path / "opt"
    for version in ("1", "2"):
        program = opt / "releases" / version / "bin" / "bochiso"
        program.parent.mkdir(parents=True)
        program.touch(mode=0o755)
    (opt / "current").symlink_to("releases/2")
    assert install(found, "--back", "--prefix", opt).returncode == 1
    (opt / "previous").write_text("1\n")
    for version in ("1", "2", "1"):
        assert install(found, "--back", "--prefix", opt).returncode == 0
        assert (opt / "current").resolve().name == version


def test_units_are_as_systemd_reads_them(tmp_path: Path) -> None:
    if shutil.which("systemd-analyze") is None:
        pytest.skip("systemd-analyze isn't on this machine")
    program = tmp_path / "current" / "bin" / "bochiso"
    program.parent.mkdir(parents=True)
    program.touch(mode=0o755)
    for unit in PACKAGING.glob("bochiso*.*"):
        (tmp_path / unit.name).write_text(unit.read_text("utf-8").replace("/opt/bochiso", str(tmp_path)))
    units = [str(path) for path in tmp_path.glob("bochiso*.service")]
    done = subprocess.run(["systemd-analyze", "verify", *units], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
