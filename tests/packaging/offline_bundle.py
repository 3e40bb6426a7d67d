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
from platform import machine

from apart import BARE, DEBIANS_PYTHON, PACKAGING, ROOT, sign, without_network
from machine import run_on_machine
from packaging.utils import canonicalize_name, parse_wheel_filename

PYTHONS, PLATFORMS = ("3.11", "3.13"), ("x86_64", "aarch64")
"""What `make release` serves unless it is told otherwise."""


def test_the_offline_bundle_installs_without_a_network(release: Path, home: Path, tmp_path: Path) -> None:
    words = ("--prefix", tmp_path / "opt", "--key", release / "khoa.pub")
    done = without_network(home / "install.sh", *words, cwd=tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    materials = json.loads((home / "sbom.cdx.json").read_text())
    wheels = {path.name for path in (home / "wheels").iterdir()}
    assert len(materials["components"]) == len(wheels) - 1
    assert materials["specVersion"] == "1.6"


DOWNLOAD = """
import sys
from pathlib import Path
sys.path.insert(0, sys.argv[1])
import release
release.download(Path(sys.argv[2]), sys.argv[3], sys.argv[4])
"""


def test_every_requirement_has_a_wheel_for_each_python_of_debian_and_each_platform(tmp_path: Path) -> None:
    """By the hashes of requirements.txt. This machine's own are run below; the others aren't."""
    own = (DEBIANS_PYTHON, machine())
    kinds = [(python, each) for python in PYTHONS for each in PLATFORMS if (python, each) != own]
    folders = [tmp_path / platform / python for python, platform in kinds]
    running = [
        subprocess.Popen([sys.executable, "-c", DOWNLOAD, PACKAGING, folder, *kind])
        for folder, kind in zip(folders, kinds, strict=True)
    ]
    assert [each.wait() for each in running] == [0] * len(kinds)
    named = re.findall(r"^([A-Za-z0-9][\w.-]*)==([^ \\\n]+)", (ROOT / "requirements.txt").read_text(), re.M)
    wanted = {(canonicalize_name(name), version) for name, version in named}
    for folder, (python, platform) in zip(folders, kinds, strict=True):
        found = [parse_wheel_filename(path.name) for path in folder.iterdir()]
        assert {(name, str(version)) for name, version, _, _ in found} == wanted
        for name, _, _, tags in found:
            assert any(each.platform == "any" or each.platform.endswith(platform) for each in tags), name
            ours = {"py3", f"py{python[0]}", f"cp{python.replace('.', '')}"}
            assert any(each.interpreter in ours or each.abi == "abi3" for each in tags), (name, python)


def next_version(home: Path, bundles: Path, key: Path) -> None:
    """The bundle of the version after this one, as the page calls it, signed."""
    tree, after = bundles / "tree", bundles / "bochiso-0.2.0-linux"
    tree.mkdir()
    tracked = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    for name in tracked.splitlines():
        if (ROOT / name).is_file():
            (tree / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, tree / name)
    project = tree / "pyproject.toml"
    project.write_text(re.sub(r'^version = ".*"$', 'version = "0.2.0"', project.read_text(), flags=re.M))
    package = tree / "bochiso" / "__init__.py"
    package.write_text(re.sub(r'"\d+\.\d+\.\d+"', '"0.2.0"', package.read_text()))
    shutil.copytree(home, after, copy_function=os.link)
    for old in [*after.glob("wheels/bochiso-*.whl"), *after.glob("SHA256SUMS*"), after / "VERSION"]:
        old.unlink()
    code = "import sys, pathlib, os; sys.path.insert(0, 'packaging'); import release\n"
    code += "os.environ['SOURCE_DATE_EPOCH'] = '1700000000'; release.built(pathlib.Path(sys.argv[1]))"
    subprocess.run([sys.executable, "-c", code, after / "wheels"], cwd=tree, check=True)
    for source in after.glob("wheels/*.tar.gz"):
        source.unlink()
    (after / "VERSION").write_text("0.2.0")
    listed = sorted(str(path.relative_to(after)) for path in after.rglob("*") if path.is_file())
    sums = subprocess.run(["sha256sum", *listed], cwd=after, capture_output=True, check=True).stdout
    (after / "SHA256SUMS").write_bytes(sums)
    sign(after / "SHA256SUMS", key)
    with tarfile.open(f"{after}.tar", "w") as archive:
        archive.add(after, after.name)
    shutil.rmtree(after)
    shutil.rmtree(tree)


PAGE = ROOT / "docs" / "trien-khai.md"
ADD = "account user add quantri --role administrator"
PREPARED = """
ln -s /mnt/* .
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 \\
  -subj /CN=chiso.example.vn -keyout /etc/ssl/chiso.key -out /etc/ssl/chiso.pem 2> /dev/null
"""
"""What the page says to bring along: the bundle with its sums, the releaser's key, a certificate."""

AFTER = {
    "khoa-phat-hanh.pub": """
echo "before: $(bochiso --version)"
(cd /tmp && bochiso demo -o out > /dev/null && cp -r out/data/. /srv/bochiso/)
chown -R bochiso: /srv/bochiso
""",
    "restart nginx": "python3 /mnt/ask.py; echo SERVED\n",
    "--set issuer": "python3 /mnt/ask.py sign-on; echo SIGN-ON\n",
    "account user list": """
echo "POSTGRESQL: $(runuser -u postgres -- psql -Atc 'select name from accounts' bochiso)"
python3 /mnt/ask.py
""",
    "0.2.0-linux/install.sh --key": """
echo "after: $(bochiso --version)"
python3 /mnt/ask.py
runuser -u bochiso -- bochiso rank > /tmp/after
""",
    "install.sh --back": """
echo "back: $(bochiso --version)"
python3 /mnt/ask.py limits
runuser -u bochiso -- bochiso rank > /tmp/before
cmp /tmp/before /tmp/after
systemctl start bochiso-backup.service bochiso-verify.service && echo NIGHTLY
runuser -u bochiso -- bochiso verify --backups /sao-luu/bochiso
stat -c '%a %U %n' /srv/bochiso /sao-luu/bochiso
""",
}
"""What is asked of the machine after the block of commands that holds these words."""

ASK = '''
"""What a caller sees of the server behind nginx."""
import http.client, socket, ssl, sys, time

open_ = ssl.create_default_context(cafile="/etc/ssl/chiso.pem")
open_.check_hostname = False  # the certificate has but a name of old style

def ask(path, host="chiso.example.vn", port=443):
    kind = http.client.HTTPSConnection if port == 443 else http.client.HTTPConnection
    call = kind("127.0.0.1", port, timeout=60, **({"context": open_} if port == 443 else {}))
    call.request("GET", path, headers={"Host": host})
    answer = call.getresponse()
    return answer.status, answer.headers, answer.read().decode()

for _ in range(120):  # until it has started
    if ask("/")[0] == 200:
        break
    time.sleep(0.5)
status, headers, page = ask("/")
assert status == 200, status
assert headers["Strict-Transport-Security"] == "max-age=31536000", headers
assert "Content-Security-Policy" in headers, headers
if "sign-on" in sys.argv:
    page = ask("/dang-nhap")[2]
    assert "/dang-nhap/tinh" in page, page
elif "limits" in sys.argv:
    assert 429 in [ask("/dang-nhap")[0] for _ in range(40)]
else:
    redirect = ask("/so-lieu", port=80)
    assert (redirect[0], redirect[1]["Location"]) == (301, "https://chiso.example.vn/so-lieu"), redirect
    assert ask("/metrics")[0] == 404
    assert ask("/dong-bo/login")[0] == 403
    two = ssl.create_default_context(cafile="/etc/ssl/chiso.pem")
    two.check_hostname = False
    two.set_alpn_protocols(["h2"])
    with two.wrap_socket(socket.create_connection(("127.0.0.1", 443))) as wire:
        assert wire.selected_alpn_protocol() == "h2", wire.selected_alpn_protocol()
'''


def blocks() -> list[str]:
    """The commands that the page has root give, block by block."""
    return re.findall(r"^```sh\n(.*?)^```$", PAGE.read_text("utf-8"), re.M | re.S)


def walk() -> str:
    """All of them in the page's order, with what is asked in between."""
    parts, asked = [PREPARED], dict(AFTER)
    for block in blocks():
        typed = block.replace(ADD, f"{ADD} --password-stdin <<< 'mot hai ba bon nam sau'")  # asked for else
        parts.append(f"cat <<'BLOCK'\n{block}BLOCK\n{typed}")
        parts += [asked.pop(words) for words in list(asked) if words in block]
    assert not asked, f"{PAGE.name} has no more block with {list(asked)}"
    return "\n".join(parts)


def test_the_page_of_deployment_is_walked_from_nothing_to_an_update_and_back(
    release: Path, home: Path, tmp_path: Path
) -> None:
    """By root, without a network. BOCHISO_BARE: the root of a bare Debian; else a copy of this machine."""
    bundles = tmp_path / "bundles"
    bundles.mkdir()
    (packed,) = release.glob("*-linux.tar")
    os.link(packed, bundles / packed.name)
    shutil.copy(release / "khoa.pub", bundles / "khoa-phat-hanh.pub")
    shutil.copy(release / "SHA256SUMS", bundles)
    (bundles / "ask.py").write_text(ASK, "utf-8")
    next_version(home, bundles, release / "khoa.pem")
    printed = run_on_machine(walk(), bundles, tmp_path, BARE)
    told = dict(re.findall(r"^(before|after|back): (.*)$", printed, re.M))
    assert "0.2.0" in told["after"]
    assert told["before"] == told["back"] != told["after"]
    for words in ("700 bochiso /srv/bochiso", "SERVED", "SIGN-ON", "POSTGRESQL: quantri", "NIGHTLY"):
        assert words in printed, printed
    if "BOCHISO_BARE" in os.environ:
        print(printed)


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
    printed = run_on_machine(DEB, bundles, tmp_path, BARE)
    assert ".TH BOCHISO 1" in printed
    assert printed.rstrip().endswith("data stays")
