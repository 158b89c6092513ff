"""
A Spark standalone cluster on this machine: a master, two workers, and a Spark Connect server that uses both.

Every process is started from the pip package of another environment, because it and the client of the tests install
the same module; `ALIGNKIT_SPARK_HOME` says where: the folder `.../site-packages/pyspark`.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import attrs

VARIABLE = "ALIGNKIT_SPARK_HOME"
MASTER = "org.apache.spark.deploy.master.Master"
WORKER = "org.apache.spark.deploy.worker.Worker"
SERVER = "org.apache.spark.sql.connect.service.SparkConnectServer"
EXECUTOR = b"org.apache.spark.executor.CoarseGrainedExecutorBackend"
HERE = "127.0.0.1"
SECONDS_TO_START = 120


def free_port() -> int:
    with socket.socket() as made:
        made.bind((HERE, 0))
        port: int = made.getsockname()[1]
        return port


@attrs.define
class Cluster:
    """
    A running cluster.

    Attributes:
        home: The pip package's folder.
        directory: For logs and the workers' files.
    """

    home: Path
    directory: Path
    master_port: int = attrs.field(factory=free_port)
    connect_port: int = attrs.field(factory=free_port)
    _processes: list[subprocess.Popen[bytes]] = attrs.field(factory=list)

    @property
    def url(self) -> str:
        """For `SparkSession.builder.remote`."""
        return f"sc://{HERE}:{self.connect_port}"

    def start(self) -> None:
        """Start everything; returns when two executors have registered."""
        master = f"spark://{HERE}:{self.master_port}"
        web = str(free_port())
        self._run("master", "spark-class", MASTER, "--host", HERE, "--port", str(self.master_port), "--webui-port", web)
        self._wait_for_port(self.master_port)
        for number in (1, 2):
            work = str(self.directory / f"work-{number}")
            more = ["--cores", "1", "--memory", "1g", "--webui-port", str(free_port()), "--work-dir", work]
            self._run(f"worker-{number}", "spark-class", WORKER, "--host", HERE, *more, master)
        settings = {
            "spark.executor.cores": "1",
            "spark.cores.max": "2",
            "spark.sql.shuffle.partitions": "2",
            "spark.driver.host": HERE,
            "spark.connect.grpc.binding.port": str(self.connect_port),
            "spark.connect.grpc.binding.address": HERE,
            "spark.ui.enabled": "false",
        }
        options = [part for name, value in settings.items() for part in ("--conf", f"{name}={value}")]
        memory = ["--driver-memory", "1g", "--executor-memory", "768m"]
        self._run("server", "spark-submit", "--master", master, "--class", SERVER, *memory, *options, "spark-internal")
        self._wait_for_port(self.connect_port)
        self._wait_for_executors(2)

    def executors(self) -> list[int]:
        """Process ids of this cluster's executors."""
        found = []
        for entry in Path("/proc").iterdir():
            if not entry.name.isdigit():
                continue
            try:
                words = (entry / "cmdline").read_bytes().split(b"\0")
                place = (entry / "cwd").readlink()
            except OSError:  # it ended meanwhile, or is somebody else's
                continue
            if EXECUTOR in words and place.is_relative_to(self.directory):
                found.append(int(entry.name))
        return sorted(found)

    def kill_executor(self) -> int:
        """Kill one executor without a warning."""
        victim = self.executors()[0]
        os.kill(victim, signal.SIGKILL)
        return victim

    def stop(self) -> None:
        """End every process that was started here."""
        for process in reversed(self._processes):
            os.killpg(process.pid, signal.SIGTERM)
        for process in reversed(self._processes):
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()

    def _run(self, name: str, *command: str) -> None:
        program, *arguments = command
        ours = {"SPARK_NO_DAEMONIZE": "1", "SPARK_LOCAL_IP": HERE, "SPARK_HOME": str(self.home)}
        with (self.directory / f"{name}.log").open("wb") as log:
            self._processes.append(
                subprocess.Popen(
                    [str(self.home / "bin" / program), *arguments],
                    env={**os.environ, **ours},
                    cwd=self.directory,
                    stdout=log,
                    stderr=subprocess.STDOUT,
                    start_new_session=True,
                )
            )

    def _wait_for_port(self, port: int) -> None:
        for _ in self._tries():
            with socket.socket() as probe:
                probe.settimeout(1)
                if probe.connect_ex((HERE, port)) == 0:
                    return

    def _wait_for_executors(self, many: int) -> None:
        for _ in self._tries():
            if len(self.executors()) >= many:
                return

    def _tries(self) -> Iterator[None]:
        end = time.monotonic() + SECONDS_TO_START
        while time.monotonic() < end:
            dead = [process for process in self._processes if process.poll() is not None]
            if dead:
                break
            yield
            time.sleep(0.3)
        logs = "\n".join(f"{log.name}: {log.read_text()[-1500:]}" for log in sorted(self.directory.glob("*.log")))
        raise TimeoutError(f"the cluster did not start\n{logs}")


@contextmanager
def cluster(directory: Path) -> Iterator[Cluster]:
    """A cluster for as long as the block runs."""
    made = Cluster(Path(os.environ[VARIABLE]), directory)
    try:
        made.start()
        yield made
    finally:
        made.stop()
