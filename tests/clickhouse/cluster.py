"""A real cluster of two ClickHouse nodes on free ports of this machine, for as long as a test needs it."""

from __future__ import annotations

import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from pathlib import Path

NAME = "standoff"
"""What the nodes call the cluster."""
START_SECONDS = 60.0
IDLE_SECONDS = 1
"""After how long a node closes a connection that nobody uses."""


@dataclass(frozen=True, slots=True)
class Ports:
    """The ports of one node: of its HTTP interface, and for the other node."""

    http: int
    native: int


@dataclass(frozen=True, slots=True)
class Node:
    """One running server."""

    ports: Ports
    process: subprocess.Popen[bytes]
    folder: Path

    def stop(self) -> None:
        """End the server at once; asked to end, it would wait for those that are still connected."""
        self.process.kill()
        self.process.wait()


@dataclass(frozen=True, slots=True)
class Cluster:
    """Nodes that know each other: each holds one shard."""

    nodes: tuple[Node, ...]

    def address(self, table: str) -> str:
        """The address of a dossier on the cluster: all nodes, the database `standoff`, and a table."""
        hosts = ",".join(f"127.0.0.1:{node.ports.http}" for node in self.nodes)
        return f"clickhouse://{hosts}/standoff/{table}?cluster={NAME}"


@contextmanager
def running(program: str, folder: Path, size: int = 2) -> Iterator[Cluster]:
    """Start a cluster of nodes whose files are in `folder`, and stop it again."""
    ports = free_ports(size)
    with ExitStack() as stack:
        nodes = []
        for number, own in enumerate(ports):
            node = start(program, folder / f"node{number}", own, ports)
            stack.callback(node.stop)
            nodes.append(node)
        for node in nodes:
            wait_for(node)
        yield Cluster(tuple(nodes))


def free_ports(nodes: int) -> list[Ports]:
    """Ports that nobody listens on."""
    with ExitStack() as stack:
        sockets = [stack.enter_context(closing(socket.socket())) for _ in range(2 * nodes)]
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        numbers = [one.getsockname()[1] for one in sockets]
    return [Ports(http, native) for http, native in zip(numbers[::2], numbers[1::2], strict=True)]


def start(program: str, folder: Path, own: Ports, everyone: list[Ports]) -> Node:
    for name in ("data", "tmp", "files", "schemas"):
        (folder / name).mkdir(parents=True)
    (folder / "users.xml").write_text(USERS)
    (folder / "config.xml").write_text(config(folder, own, everyone))
    with (folder / "output.txt").open("wb") as output:
        process = subprocess.Popen(
            [program, f"--config-file={folder / 'config.xml'}"],
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    return Node(own, process, folder)


def wait_for(node: Node) -> None:
    """Wait until a node answers. Raises RuntimeError, with what it has written, if it ends or takes a minute."""
    until = time.monotonic() + START_SECONDS
    while not answers(node.ports.http):
        if node.process.poll() is not None or time.monotonic() > until:
            said = "\n".join(path.read_text(errors="replace")[-2000:] for path in node.folder.glob("*.txt"))
            raise RuntimeError(f"a node did not start: {said}")
        time.sleep(0.05)


def answers(port: int) -> bool:
    connection = HTTPConnection("127.0.0.1", port, timeout=2)
    try:
        connection.request("GET", "/ping")
        return connection.getresponse().read() == b"Ok.\n"
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()


def config(folder: Path, own: Ports, everyone: list[Ports]) -> str:
    shards = "".join(
        f"<shard><replica><host>127.0.0.1</host><port>{one.native}</port></replica></shard>" for one in everyone
    )
    return f"""<yandex>
    <logger><level>warning</level><log>{folder}/log.txt</log><errorlog>{folder}/errors.txt</errorlog></logger>
    <listen_host>127.0.0.1</listen_host>
    <http_port>{own.http}</http_port><tcp_port>{own.native}</tcp_port>
    <path>{folder}/data/</path><tmp_path>{folder}/tmp/</tmp_path>
    <user_files_path>{folder}/files/</user_files_path><format_schema_path>{folder}/schemas/</format_schema_path>
    <users_config>users.xml</users_config><default_profile>default</default_profile>
    <default_database>default</default_database>
    <mark_cache_size>67108864</mark_cache_size><uncompressed_cache_size>0</uncompressed_cache_size>
    <max_concurrent_queries>50</max_concurrent_queries><keep_alive_timeout>{IDLE_SECONDS}</keep_alive_timeout>
    <remote_servers><{NAME}>{shards}</{NAME}></remote_servers>
    </yandex>"""


USERS = """<yandex>
    <profiles>
        <default><max_memory_usage>2000000000</max_memory_usage><max_threads>2</max_threads></default>
        <readonly><readonly>1</readonly></readonly>
    </profiles>
    <quotas><default></default></quotas>
    <users>
        <default>
            <password></password><networks><ip>127.0.0.1</ip></networks>
            <profile>default</profile><quota>default</quota>
        </default>
    </users>
    </yandex>"""
