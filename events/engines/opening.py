"""EDGE: collections of events wherever they are: in a file beside dossier.yaml, or on ClickHouse."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

from pydantic import ValidationError

from events.dossier import Dossier
from events.engines import Engine
from events.engines.clickhouse import Address, ClickHouse
from events.engines.duckdb import DuckDB
from events.engines.errors import EngineError
from events.model import DossierFile


def open_collection(place: Path | str) -> Engine:
    """The tables of a collection, in a file or at an address. Raises EngineError; ValueError for no address."""
    return ClickHouse.open(place) if isinstance(place, str) else DuckDB.of_file(place)


def dossier_at(address: str) -> Dossier:
    """The dossier that `standoff load` put at an address; its events stay there.

    Raises EngineError, and ValueError if it is no address.
    """
    with closing(ClickHouse.open(address)) as engine:
        described = engine.described()
    try:
        meta = DossierFile.model_validate_json(described)
    except ValidationError:
        hidden = Address.of(address)
        raise EngineError(f"{hidden} was loaded by another version of Standoff. Load it again.") from None
    return Dossier(meta, folder=Address.of(address).table, collection=address)
