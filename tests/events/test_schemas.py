"""Schemas and field tables: what authors read is what the program checks."""

import pytest
from pydantic import BaseModel

from events.model import TABLES
from events.schemas import DIALECT, DOCUMENTED, README, field_table, json_schemas, with_field_tables


def test_there_is_a_schema_for_every_file_of_a_dossier() -> None:
    schemas = json_schemas()
    assert set(schemas) == {"dossier", "story", "exceptions", *TABLES}
    for schema in schemas.values():
        assert schema["$schema"] == DIALECT
        assert schema["title"].endswith(".yaml")
        assert schema["description"]


def test_every_reference_in_a_schema_leads_somewhere() -> None:
    def references(value: object) -> list[str]:
        if isinstance(value, dict):
            own = [value["$ref"]] if isinstance(value.get("$ref"), str) else []
            return own + [found for member in value.values() for found in references(member)]
        return [found for member in value for found in references(member)] if isinstance(value, list) else []

    for schema in json_schemas().values():
        defined = {f"#/$defs/{name}" for name in schema.get("$defs", {})}
        assert set(references(schema)) <= defined


@pytest.mark.parametrize("model", DOCUMENTED)
def test_every_field_carries_its_meaning(model: type[BaseModel]) -> None:
    assert [name for name, field in model.model_fields.items() if not field.description] == []


@pytest.mark.parametrize("model", DOCUMENTED)
def test_the_readme_holds_the_fields_of_every_record(model: type[BaseModel]) -> None:
    """When this fails, run `python -m events.schemas`."""
    text = README.read_text("utf-8")
    assert f"<!-- fields of {model.__name__} -->\n{field_table(model)}\n<!-- end -->" in text


def test_rewriting_a_fresh_readme_changes_nothing() -> None:
    text = README.read_text("utf-8")
    assert with_field_tables(text) == text
