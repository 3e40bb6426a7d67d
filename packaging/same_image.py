"""Take out of an image's archive (as `docker save` and podman write it) what is new each time it is built:
the names of the container that built it. What is left depends on the files and the Containerfile alone.

    python3 same_image.py made.tar same.tar
"""

import hashlib
import io
import json
import sys
import tarfile
from pathlib import Path
from typing import Any


def same(config: dict[str, Any]) -> bytes:
    """The configuration without what the builder was called.

    >>> same({"container": "4f", "config": {"Hostname": "4f", "User": "8766"}})
    b'{"config":{"User":"8766"}}'
    """
    kept = {name: value for name, value in config.items() if name not in ("container", "container_config")}
    kept["config"] = {name: value for name, value in config["config"].items() if name != "Hostname"}
    return json.dumps(kept, sort_keys=True, separators=(",", ":")).encode()


def main(made: Path, target: Path) -> None:
    """Write the other archive: the layers, the configuration by its hash, the list of both."""
    with tarfile.open(made) as archive, tarfile.open(target, "w") as out:

        def read(name: str) -> Any:
            return json.load(archive.extractfile(name))  # type: ignore[arg-type]

        def add(name: str, size: int, data: Any) -> None:
            info = tarfile.TarInfo(name)
            info.size, info.mode = size, 0o644
            out.addfile(info, data)

        (listed,) = read("manifest.json")
        for layer in listed["Layers"]:
            add(layer, archive.getmember(layer).size, archive.extractfile(layer))
        config = same(read(listed["Config"]))
        listed["Config"] = f"{hashlib.sha256(config).hexdigest()}.json"
        add(listed["Config"], len(config), io.BytesIO(config))
        said = json.dumps([listed], sort_keys=True).encode()
        add("manifest.json", len(said), io.BytesIO(said))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
