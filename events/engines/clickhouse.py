"""EDGE: the events of one dossier on ClickHouse, from 18.16 on, over its HTTP interface.

The driver is the standard library, because today's drivers do not speak to old servers. An answer is complete or an
error: the server holds it back until the query has ended, and a part of a cluster that does not answer is never left
out. What is asked can change nothing.
"""

from __future__ import annotations

import math
import os
import re
import socket
from collections import deque
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import Any, Final, NoReturn, Protocol, Self
from urllib.parse import parse_qs, quote, unquote, urlencode, urlsplit

import numpy as np
from numpy.typing import NDArray

from events.engines import native
from events.engines.errors import EngineError, Missing, Timeout, Unreachable
from events.queries import Query

SCHEME: Final = "clickhouse://"
FORM: Final = f"{SCHEME}[USER[:PASSWORD]@]HOST[:PORT][,HOST[:PORT]…]/DATABASE/TABLE[?cluster=NAME&secure=1]"
PASSWORD: Final = "CLICKHOUSE_PASSWORD"
"""The environment variable that may hold the password, which others could read on a command line."""
SECONDS: Final = 30.0
"""The longest that a question without a limit of its own may take."""
CONNECT_SECONDS: Final = 5.0
SPARE_SECONDS: Final = 3.0
"""How long after its limit a question may take to be stopped; then the connection is given up."""
SAFE: Final = {"wait_end_of_query": "1", "buffer_size": "33554432", "skip_unavailable_shards": "0"}
"""Hold an answer back until it is complete, in memory up to 32 MB; never leave out a shard."""

VERSION: Final = Query("SELECT value FROM meta WHERE key = 'version'")
DESCRIBED: Final = "described"
"""The table (content), of one row, with what the servers keep of dossier.yaml."""

_PORTS: Final = {False: 8123, True: 8443}
_NAME: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_CODE: Final = re.compile(r"Code: (\d+)")
_DOWN: Final = "A part of the ClickHouse cluster cannot be reached, so no number would be whole. Try again in a minute."
_MEANINGS: Final[tuple[tuple[frozenset[int], type[EngineError], str], ...]] = (
    (frozenset({159, 160}), Timeout, "ClickHouse stopped the question at its time limit."),
    (frozenset({32, 198, 209, 210, 279, 519}), Unreachable, _DOWN),
    (frozenset({60, 81}), Missing, "ClickHouse has no such table or database. `standoff load` makes them."),
    (frozenset({192, 193, 194, 195, 497, 516}), EngineError, "ClickHouse does not know the user, or refuses access."),
    (frozenset({158, 241, 307, 396}), EngineError, "The question needs more than ClickHouse grants. Filter more."),
    (frozenset({202}), EngineError, "ClickHouse has too many questions to answer. Try again in a minute."),
)
"""Numbers of ClickHouse's errors, and what they mean here."""


@dataclass(frozen=True, slots=True)
class Address:
    """Where a dossier is kept: servers that each know all of it, a database, and the name its tables begin with.

    `cluster` is the servers' name for the cluster over which `standoff load` spreads the events; empty: one server.
    """

    hosts: tuple[tuple[str, int], ...]
    database: str
    table: str
    user: str = ""
    password: str = field(default="", repr=False)
    cluster: str = ""
    secure: bool = False

    @classmethod
    def of(cls, text: str) -> Self:
        """The address in a text of the form `FORM`; a password that it lacks is looked for in the environment.

        Raises ValueError for any other text.
        """
        parts = urlsplit(text)
        database, _, table = parts.path.strip("/").partition("/")
        if not text.startswith(SCHEME) or not parts.netloc or not table:
            raise ValueError(f"{_without_password(text)!r} is not an address of the form {FORM}.")
        options = {name: values[-1] for name, values in parse_qs(parts.query).items()}
        for name in filter(None, (database, table, options.get("cluster"))):
            _require_name(name)
        credentials, _, hosts = parts.netloc.rpartition("@")
        user, _, password = credentials.partition(":")
        secure: bool = options.get("secure", "0") not in {"", "0"}
        return cls(
            tuple(_host(one, _PORTS[secure]) for one in hosts.split(",")),
            database,
            table,
            unquote(user),
            unquote(password) or os.environ.get(PASSWORD, ""),
            options.get("cluster", ""),
            secure,
        )

    def __str__(self) -> str:
        """All of it but the password."""
        hosts = ",".join(f"{host}:{port}" for host, port in self.hosts)
        options = {"cluster": self.cluster, "secure": "1" if self.secure else ""}
        query = urlencode({name: value for name, value in options.items() if value})
        user = f"{quote(self.user, safe='')}@" if self.user else ""
        return f"{SCHEME}{user}{hosts}/{self.database}/{self.table}{'?' if query else ''}{query}"


class Server(Protocol):
    """Something that answers in ClickHouse's dialect."""

    def ask(self, sql: bytes, settings: Mapping[str, str], seconds: float = SECONDS) -> bytes:
        """The answer, whole. Raises EngineError; of it Timeout, Unreachable and Missing."""

    def close(self) -> None:
        """Give back what the server holds open."""


class Http:
    """The HTTP interface of the servers of an address: the first that can be reached is asked.

    Connections are kept open, one for each question that is asked at the same time.
    """

    def __init__(self, address: Address) -> None:
        self._address = address
        self._idle: deque[HTTPConnection] = deque()

    def ask(self, sql: bytes, settings: Mapping[str, str], seconds: float = SECONDS) -> bytes:
        """See `Server`."""
        target = "/?" + urlencode(settings)
        reasons: dict[str, str] = {}
        for connection in self._connections():
            name = f"{connection.host}:{connection.port}"
            try:
                status, said = self._exchange(connection, target, sql, seconds)
            except (OSError, HTTPException) as error:
                connection.close()
                if isinstance(error, TimeoutError):
                    raise Timeout(f"ClickHouse on {name} gave no answer within {seconds:g} s.") from None
                reasons[name] = f"{name} ({_reason(error)})"
            else:
                self._idle.append(connection)
                return said if status == 200 else _fail(said)
        raise Unreachable(f"ClickHouse cannot be reached on {', '.join(reasons.values())}. Is it running?")

    def close(self) -> None:
        """Close the connections."""
        while self._idle:
            self._idle.pop().close()

    def _connections(self) -> Iterator[HTTPConnection]:
        """An open one, which the server may have closed meanwhile; then a new one to each server."""
        with suppress(IndexError):
            yield self._idle.pop()
        kind = HTTPSConnection if self._address.secure else HTTPConnection
        for host, port in self._address.hosts:
            yield kind(host, port, timeout=CONNECT_SECONDS)

    def _exchange(self, connection: HTTPConnection, target: str, body: bytes, seconds: float) -> tuple[int, bytes]:
        if connection.sock is None:
            _connect(connection)
        connection.sock.settimeout(seconds + SPARE_SECONDS)
        connection.request("POST", target, body, self._credentials)
        response = connection.getresponse()
        return response.status, response.read()

    @property
    def _credentials(self) -> dict[str, str]:
        user, password = self._address.user, self._address.password
        return {"X-ClickHouse-User": user, "X-ClickHouse-Key": password} if user else {}


@dataclass(frozen=True, slots=True)
class Names:
    """The tables of one version of a dossier."""

    address: Address
    version: str

    @property
    def pointer(self) -> str:
        """The table that says which versions there are: (version, loaded), where `loaded` rises with every load."""
        return f"{self.address.database}.{self.address.table}"

    def table(self, name: str) -> str:
        """What a table of `events.queries` is called on the server."""
        return f"{self.pointer}_{self.version}_{name}"


class ClickHouse:
    """An `Engine`: one dossier that `standoff load` has put on a server or a cluster."""

    def __init__(self, server: Server, address: Address) -> None:
        """What was loaded last. Raises EngineError; of it Missing if nothing was."""
        self._names = Names(address, loaded_version(server, address))
        self.server, self.settings = server, _settings(server)
        self.has_records = "title" in _columns(server, self._names.table("event"))
        self.has_tallies = False
        [(self.version,)] = self.rows(VERSION)

    @classmethod
    def open(cls, address: str) -> Self:
        """The dossier at an address of the form `FORM`. Raises ValueError for another form, and EngineError."""
        parsed = Address.of(address)
        with ExitStack() as stack:
            server = Http(parsed)
            stack.callback(server.close)
            opened = cls(server, parsed)
            stack.pop_all()
        return opened

    def rows(self, query: Query, seconds: float | None = None) -> list[tuple[Any, ...]]:
        """See `Engine`. A limit is rounded up to whole seconds. Raises EngineError; of it Timeout and Unreachable."""
        _, columns = self._answer(query, seconds)
        return list(zip(*(column.tolist() for column in columns), strict=True))

    def part(self, condition: Query, *, at_once: bool = False) -> None:
        """See `Engine`: a part would have to be written on every server."""

    def arrays(self, query: Query, seconds: float | None = None) -> dict[str, NDArray[Any]]:
        """See `Engine`. Numbers, masked where one is NULL, or objects; counts are int64."""
        names, columns = self._answer(query, seconds)
        signed = (column.view(np.int64) if column.dtype == np.uint64 else column for column in columns)
        return dict(zip(names, signed, strict=True))

    def search(self, words: tuple[str, ...], seconds: float) -> None:
        """See `Engine`: words are a condition like any other."""

    def described(self) -> str:
        """What was loaded beside the tables: what dossier.yaml says, as JSON. Empty if nothing was."""
        [(content,)] = self.rows(Query(f"SELECT content FROM {DESCRIBED}"))
        return str(content)

    def close(self) -> None:
        """Close the connections; the next question opens one anew."""
        self.server.close()

    def _answer(self, query: Query, seconds: float | None) -> tuple[tuple[str, ...], list[NDArray[Any]]]:
        limit = math.ceil(seconds or SECONDS)
        from events.engines import dialects

        asked = dialects.translate(query, self._names.table)
        found = answer(self.server, asked.sql, {**self.settings, "max_execution_time": str(limit)}, limit)
        return asked.columns, list(found.values()) or [np.empty(0, np.int64) for _ in asked.columns]


def answer(
    server: Server, sql: str, settings: Mapping[str, str] = SAFE, seconds: float = SECONDS
) -> dict[str, NDArray[Any]]:
    """The columns that a server answers with; none if it has no rows. Raises EngineError."""
    return native.columns(server.ask(f"{sql} FORMAT Native".encode(), settings, seconds))


def loaded_version(server: Server, address: Address) -> str:
    """The version that was loaded last. Raises EngineError; of it Missing if there is none."""
    pointer = Names(address, "").pointer
    try:
        [version] = answer(server, f"SELECT version FROM {pointer} ORDER BY loaded DESC LIMIT 1")["version"]
    except (KeyError, Missing):
        raise Missing(f"{address} holds no dossier. `standoff load DIR {address}` puts one there.") from None
    return str(version)


def _columns(server: Server, table: str) -> set[str]:
    database, _, name = table.partition(".")
    found = answer(server, f"SELECT name FROM system.columns WHERE database = '{database}' AND table = '{name}'")
    return set(found.get("name", ()))


def _settings(server: Server) -> dict[str, str]:
    """What every question sets. Raises EngineError for a user who may set nothing: answers might be partial."""
    [allowed] = answer(server, "SELECT value FROM system.settings WHERE name = 'readonly'", {})["value"]
    if allowed == "1":
        raise EngineError("ClickHouse lets the user set no limits. Give the user readonly = 2 in place of 1.")
    return {**SAFE, "readonly": "2"} if allowed == "0" else dict(SAFE)


def _fail(said: bytes) -> NoReturn:
    """Raise what an answer that is an error means."""
    text = said.decode("utf-8", "replace").strip() or "nothing"
    found = _CODE.search(text)
    code = int(found[1]) if found else 0
    other: tuple[type[EngineError], str] = (EngineError, "ClickHouse cannot answer the question.")
    kind, words = next(((kind, words) for codes, kind, words in _MEANINGS if code in codes), other)
    raise kind(f"{words} It says: {text.splitlines()[0][:300]}")


def _connect(connection: HTTPConnection) -> None:
    try:
        connection.connect()
    except TimeoutError:
        raise ConnectionError(f"no answer within {CONNECT_SECONDS:g} s") from None
    connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)


def _reason(error: OSError | HTTPException) -> str:
    return (getattr(error, "strerror", None) or str(error) or type(error).__name__).lower()


def _host(text: str, port: int) -> tuple[str, int]:
    parsed = urlsplit(f"//{text}")
    if not parsed.hostname:
        raise ValueError(f"{text!r} is not a host. Write an address of the form {FORM}.")
    return parsed.hostname, parsed.port or port


def _require_name(name: str) -> None:
    if not _NAME.fullmatch(name):
        raise ValueError(f"{name!r} is not a name for a database, a table or a cluster: letters, digits and _ are.")


def _without_password(text: str) -> str:
    return re.sub(r"://[^@/]*@", "://", text)
