"""EDGE. JSON Schemas and tables of the dossier format, made from the records and rules themselves.

`python -m events.schemas` rewrites the tables in `events/dossiers/README.md`.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from events.model import (
    ID_PATTERN,
    STATE_PATTERN,
    TABLES,
    Affiliation,
    Amount,
    Answer,
    DossierFile,
    Exemption,
    Measure,
    Named,
    Participation,
    Question,
    Record,
    Step,
    Stop,
    Story,
)
from events.review import MEANING
from events.wording import word_table

DIALECT = "https://json-schema.org/draft/2020-12/schema"
README = Path(__file__).parent / "dossiers" / "README.md"
DOCUMENTED: tuple[type[Record], ...] = (
    *(DossierFile, Named, Measure, Question, Answer),
    *TABLES.values(),
    *(Affiliation, Participation, Amount, Stop),
    *(Story, Step, Exemption),
)
_BLOCK = re.compile(r"(<!-- (fields of \w+|rules|loaded words) -->\n).*?(<!-- end -->)", re.DOTALL)


def json_schemas() -> dict[str, dict[str, Any]]:
    """Return the schema of every file of a dossier, draft 2020-12: `dossier`, `story`, `exceptions`, one per table."""
    return {
        "dossier": {"$schema": DIALECT, **DossierFile.model_json_schema(), "title": "dossier.yaml"},
        "story": {"$schema": DIALECT, **Story.model_json_schema(), "title": "stories/<id>.yaml"},
        "exceptions": _table_schema("exceptions", Exemption),
        **{name: _table_schema(name, model) for name, model in TABLES.items()},
    }


def field_table(model: type[BaseModel]) -> str:
    """Return a record's fields as a Markdown table: name, whether needed, what is written, what it means."""
    schema = model.model_json_schema()
    required, defined = set(schema.get("required", [])), schema.get("$defs", {})
    rows = [
        f"| `{name}` | {'yes' if name in required else ''} | {_kind(field, defined)} | {field.get('description', '')} |"
        for name, field in schema["properties"].items()
    ]
    return "\n".join(["| field | needed | written as | meaning |", "|---|---|---|---|", *rows])


def with_field_tables(text: str) -> str:
    """Return a README with the table of each block, as `<!-- fields of Model -->`, written anew."""
    tables = {f"fields of {model.__name__}": field_table(model) for model in DOCUMENTED}
    tables |= {"rules": rule_table(), "loaded words": word_table()}
    return _BLOCK.sub(lambda block: f"{block[1]}{tables[block[2]]}\n{block[3]}", text)


def rule_table() -> str:
    """Return the rules of the strict check as a Markdown table."""
    return "\n".join(["| rule | finds |", "|---|---|", *(f"| `{rule}` | {found} |" for rule, found in MEANING.items())])


def _table_schema(name: str, model: type[Record]) -> dict[str, Any]:
    schema = model.model_json_schema()
    definitions = schema.pop("$defs", {})
    return {
        "$schema": DIALECT,
        "title": f"{name}.yaml",
        "description": f"The {name} of a dossier, one record each.",
        "type": "array",
        "items": schema,
        "$defs": definitions,
    }


def _kind(field: dict[str, Any], defined: dict[str, Any]) -> str:
    """Say in words what a field's schema accepts."""
    if "anyOf" in field:
        return " or ".join(_kind(one, defined) for one in field["anyOf"] if one.get("type") != "null")
    if "$ref" in field:
        return _named_kind(field["$ref"].rpartition("/")[2], defined)
    if field.get("type") == "array":
        return f"list of {_kind(field['items'], defined)}"
    patterns = {ID_PATTERN: "id", STATE_PATTERN: "state code"}
    formats = {"uri": "link", "edtf": "date"}
    types = {"number": "number", "integer": "whole number", "boolean": "true or false"}
    by_form = patterns.get(field.get("pattern", "")) or formats.get(field.get("format", ""))
    return by_form or types.get(str(field.get("type")), "text")


def _named_kind(name: str, defined: dict[str, Any]) -> str:
    values = defined[name].get("enum")
    return ", ".join(f"`{value}`" for value in values) if values else name


def main() -> None:
    """Rewrite the field tables in the README."""
    README.write_text(with_field_tables(README.read_text("utf-8")), "utf-8")


if __name__ == "__main__":
    main()
