"""The image of containers, made from the bundle and run as the page of deployment says. Run by its name
alone: it takes packages from Debian and some minutes, and needs podman, buildah and mmdebstrap.
"""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

PRIVATE = """
set -eu
umount -l -R /sys/fs/cgroup 2> /dev/null || true
mount -t cgroup2 none /sys/fs/cgroup
exec sh -eu -c "$1"
"""
"""Podman in a place of its own, where this machine's control groups aren't in its way."""

RUN = r"""
podman load --quiet --input "$IMAGE" > /dev/null
as_said="--cgroups=disabled --network=none --ulimit nofile=4096:4096 --ulimit nproc=4096:4096
  --read-only --tmpfs /tmp --cap-drop all --security-opt no-new-privileges --volume $NAME:/srv/bochiso"
trap 'podman rm --force "$NAME" > /dev/null 2>&1; podman volume rm "$NAME" > /dev/null 2>&1;
  podman rmi "localhost/bochiso:$VERSION" > /dev/null 2>&1' EXIT
podman run --rm $as_said "localhost/bochiso:$VERSION" sh -c '
  id -u; touch /opt/x 2> /dev/null || echo "read only"
  cd /tmp && bochiso demo -o out > /dev/null && cp -r out/data/. /srv/bochiso/ && echo "volume kept"'
podman run --detach --name "$NAME" $as_said "localhost/bochiso:$VERSION" > /dev/null
for second in $(seq 120); do
  if podman healthcheck run "$NAME" > /dev/null 2>&1; then echo healthy; break; fi
  sleep 1
done
podman exec "$NAME" python3 -c '
import urllib.request
print("answered", urllib.request.urlopen("http://127.0.0.1:8766/").status)'
podman stop --time 60 "$NAME" > /dev/null
podman logs "$NAME" 2>&1 | tail -1
"""


def test_the_image_runs_without_root_on_a_root_that_is_read_only_and_serves_the_demo(
    home: Path, tmp_path: Path
) -> None:
    if os.geteuid() or any(shutil.which(each) is None for each in ("podman", "buildah", "mmdebstrap")):
        pytest.skip("no root, podman, buildah or mmdebstrap on this machine: the image was NOT made")
    image = tmp_path / "image.tar"
    alone = ["unshare", "--mount", "sh", "-c"]
    # The image is made in memory: packages are flushed to the disk one by one.
    making = f'mount -t tmpfs none "{tmp_path}"; "$1" --suite "$2" --without-pdf --output "{image}"'
    making += '; exec sh -c "$3" sh "$4"'
    said = Path("/etc/os-release").read_text("utf-8")
    suite = re.findall(r"^VERSION_CODENAME=(\w+)$", said, re.M)[0]
    env = {"PATH": os.environ["PATH"], "TMPDIR": str(tmp_path), "IMAGE": str(image), "HOME": "/root",
           "NAME": f"bochiso-{os.getpid()}", "VERSION": (home / "VERSION").read_text()}  # fmt: skip
    words = [*alone, making, "sh", home / "packaging" / "image.sh", suite, PRIVATE, RUN]
    done = subprocess.run(words, env=env, capture_output=True, text=True, check=False, timeout=1800)
    assert done.returncode == 0, done.stdout + done.stderr
    lines = done.stdout.splitlines()
    for words in ("8766", "read only", "volume kept", "healthy", "answered 200"):
        assert words in lines, done.stdout + done.stderr
    assert "Đã dừng." in lines[-1]
