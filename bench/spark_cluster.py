"""A standalone cluster of Spark: a master and workers, processes of their own on this machine's loopback."""

import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

FRUGAL = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"
"""What Java would gain by compiling better, small questions never earn back."""

_PATIENCE = 120.0

EXECUTORS = {
    "spark.executor.memory": "512m",
    "spark.executor.extraJavaOptions": FRUGAL,
    "spark.sql.shuffle.partitions": "2",
}


@dataclass
class Cluster:
    """Its master's address, and the processes of its workers."""

    master: str
    workers: list["subprocess.Popen[bytes]"] = field(default_factory=list)

    def kill_worker(self) -> None:
        """Kill a worker and what it runs, as a machine that fails does."""
        end(self.workers.pop())


def end(process: "subprocess.Popen[bytes]") -> None:
    """Kill a process and those that it started."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def cluster(folder: Path, workers: int = 2, memory: str = "600m") -> Iterator[Cluster]:
    """A cluster with so many workers of one core each; it ends with everything that it started."""
    import pyspark

    home = Path(pyspark.__file__).parent
    port = free_port()
    env = os.environ | {
        "SPARK_HOME": str(home),
        "SPARK_LOCAL_IP": "127.0.0.1",
        "SPARK_DAEMON_MEMORY": "256m",
        "SPARK_DAEMON_JAVA_OPTS": FRUGAL,
        "SPARK_WORKER_DIR": str(folder / "work"),
    }

    def started(name: str, *words: str) -> "subprocess.Popen[bytes]":
        with (folder / f"{name}.log").open("wb") as log:
            return subprocess.Popen(
                [str(home / "bin" / "spark-class"), *words], env=env, stdout=log, stderr=log,
                start_new_session=True,
            )  # fmt: skip

    place = ("--host", "127.0.0.1", "--webui-port", "0")
    deploy = "org.apache.spark.deploy"
    found = Cluster(f"spark://127.0.0.1:{port}")
    master = started("master", f"{deploy}.master.Master", *place, "--port", str(port))
    try:
        for n in range(workers):
            size = ("--cores", "1", "--memory", memory)
            found.workers.append(
                started(f"worker{n}", f"{deploy}.worker.Worker", *place, *size, found.master)
            )
        log = folder / "master.log"
        last = time.monotonic() + _PATIENCE
        while log.read_text(errors="replace").count("Registering worker") < workers:
            assert time.monotonic() < last, "the workers never came"
            time.sleep(0.05)
        yield found
    finally:
        for each in [*found.workers, master]:
            end(each)
        shutil.rmtree(folder / "work", ignore_errors=True)
