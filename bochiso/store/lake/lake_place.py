"""Where a lake is: a folder of this machine, or an address of storage that pyarrow has a connector for.

s3://bucket/folder, hdfs://host/folder, gs://…; what is read and written here is small, or copied whole.
Spark reads the Parquet files by its own connectors, and all else too where pyarrow has none. DuckDB reads
those of storage from copies on this machine, made while they are checked: each comes over the network once,
and what was checked is what is read.
"""

import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from hashlib import sha256
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp
from threading import Lock
from typing import Any, Protocol
from uuid import uuid4
from weakref import finalize

import pyarrow as pa
from pyarrow import fs

from bochiso.errors import StoreError, Where
from bochiso.store.folder import disk_errors, sync_folder
from bochiso.text import say

_COPIED = 8 * 2**20


class Files(Protocol):
    """What reads and writes files below addresses, as pyarrow's FileSystem does. Raises OSError."""

    def open_input_stream(self, path: str) -> Any:
        """A file to read, FileNotFoundError where there is none."""
        ...

    def open_output_stream(self, path: str) -> Any:
        """A file to write, there when it is closed; folders above it are made."""
        ...

    def get_file_info(self, what: Any) -> list[Any]:
        """Of paths, or of what is in a folder (FileSelector): base_name, is_file, size."""
        ...

    def delete_file(self, path: str) -> None:
        """Remove a file."""
        ...

    def delete_dir(self, path: str) -> None:
        """Remove a folder with all in it."""
        ...


def is_local(url: str) -> bool:
    """Whether an address is a folder of this machine."""
    return "://" not in url or url.startswith("file://")


class LakePlace:
    """The root of a lake. Raises StoreError where the address can't be used."""

    def __init__(self, url: str, reach: Callable[[str], Files] | None = None) -> None:
        """`reach`: what reaches the address, where that isn't pyarrow."""
        self.url = url.rstrip("/") or "/"
        self.local: Path | None = None
        self._files: Files
        self._copies: Path | None = None
        self._making = Lock()
        if is_local(url):
            self.local = Path(url.removeprefix("file://")).absolute()
            self._files, self.root = fs.LocalFileSystem(), str(self.local)
            return
        try:
            if reach is not None:
                self._files, self.root = reach(url), self.url
                return
            self._files, root = fs.FileSystem.from_uri(url.replace("s3a://", "s3://", 1))
        except (pa.ArrowException, OSError, ImportError, ValueError) as error:
            raise StoreError(
                say(
                    "không mở được địa chỉ này ({why}).",
                    "this address can't be opened ({why}).",
                    why=str(error).splitlines()[0],
                ),
                where=Where(url),
                do=say(
                    "Dùng một thư mục, s3://, hdfs:// hoặc gs://, và đặt quyền truy cập theo tài liệu của "
                    "kho lưu trữ.",
                    "Use a folder, s3://, hdfs:// or gs://, with access set as the storage's manual says.",
                ),
            ) from error
        self.root = root.rstrip("/")

    def shown(self, path: str) -> str:
        """A path below the lake as people are told it."""
        return f"{self.local}/{path}" if self.local else f"{self.url}/{path}"

    def near(self, path: str) -> Path:
        """Where this machine reads a file: in its place, or a copy that goes with this object."""
        if self.local is not None:
            return self.local / path
        with self._making:  # several threads check files at once
            if self._copies is None:
                self._copies = Path(mkdtemp(prefix="bochiso-lake-copies-"))
                finalize(self, rmtree, self._copies, ignore_errors=True)
        return self._copies / path

    def digest(self, path: str) -> str:
        """The SHA-256 of a file, all of it read; of one in storage the copy is made meanwhile."""
        found = sha256()
        copy = None if self.local is not None else self.near(path)
        with self._told(path), ExitStack() as stack:
            file = stack.enter_context(self._files.open_input_stream(self._at(path)))
            if copy is not None:
                copy.parent.mkdir(parents=True, exist_ok=True)
                own = stack.enter_context(copy.open("wb"))
            while chunk := file.read(_COPIED):
                found.update(chunk)
                if copy is not None:
                    own.write(chunk)
        return found.hexdigest()

    def spark_path(self, path: str) -> str:
        """Where Spark finds a file: S3 goes by Hadoop's s3a."""
        if self.local:
            return f"file://{self.local}/{path}"
        return self.shown(path).replace("s3://", "s3a://", 1)

    def read(self, path: str) -> bytes | None:
        """A small file; None where it isn't there."""
        with self._told(path):
            try:
                with self._files.open_input_stream(self._at(path)) as file:
                    data: bytes = file.read()
                    return data
            except FileNotFoundError:
                return None

    def put_file(self, path: str, data: bytes) -> None:
        """Write a small file in one step: there as it was before, or whole."""
        with self._told(path):
            if self.local is None:  # an object is there when all of it is
                with self._files.open_output_stream(self._at(path)) as file:
                    file.write(data)
                return
            target = self.local / path
            target.parent.mkdir(parents=True, exist_ok=True)
            fresh = target.with_name(f".{target.name}.{uuid4().hex}")
            try:
                with fresh.open("wb") as file:
                    file.write(data)
                    file.flush()
                    os.fsync(file.fileno())
                fresh.replace(target)
            finally:
                fresh.unlink(missing_ok=True)
            sync_folder(target.parent)

    def take_file(self, made: Path, path: str) -> None:
        """Put a file that was made on this machine in its place; it is gone from where it was."""
        with self._told(path):
            if self.local is None:
                with made.open("rb") as own, self._files.open_output_stream(self._at(path)) as file:
                    while chunk := own.read(_COPIED):
                        file.write(chunk)
                made.unlink()
                return
            target = self.local / path
            target.parent.mkdir(parents=True, exist_ok=True)
            with made.open("rb") as file:
                os.fsync(file.fileno())
            made.replace(target)
            sync_folder(target.parent)

    def names(self, folder: str) -> list[str]:
        """The files of a folder, by name."""
        with self._told(folder):
            found = self._files.get_file_info(fs.FileSelector(self._at(folder), allow_not_found=True))
        return sorted(each.base_name for each in found if each.is_file and not each.base_name.startswith("."))

    def sizes(self, paths: Iterable[str]) -> dict[str, int | None]:
        """The bytes of files; None for those that aren't there."""
        paths = list(paths)
        with self._told(""):
            found = self._files.get_file_info([self._at(path) for path in paths])
        return {path: each.size if each.is_file else None for path, each in zip(paths, found, strict=True)}

    def remove(self, paths: Iterable[str]) -> None:
        """Remove files; one that is gone already is no fault."""
        for path in paths:
            with suppress(OSError):
                self._files.delete_file(self._at(path))

    def remove_folder(self, path: str) -> None:
        """Remove a folder with all in it; one that is gone already is no fault."""
        with suppress(OSError):
            self._files.delete_dir(self._at(path))

    @contextmanager
    def _told(self, path: str) -> Iterator[None]:
        """What a disk or a storage says, as a person can act on it. Raises StoreError for it."""
        if self.local is not None:
            with disk_errors(Path(self.shown(path))):
                yield
            return
        try:
            yield
        except FileNotFoundError:
            raise
        except OSError as error:
            raise StoreError(
                say("kho báo “{why}”.", "the storage says “{why}”.", why=str(error).splitlines()[0][:300]),
                where=Where(self.shown(path).rstrip("/")),
                do=say(
                    "Kiểm tra địa chỉ, mạng và quyền truy cập rồi chạy lại.",
                    "Check the address, the network and your access, then run this again.",
                ),
            ) from error

    def _at(self, path: str) -> str:
        return f"{self.root}/{path}"
