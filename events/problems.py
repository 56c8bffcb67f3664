"""What is wrong with a dossier, in sentences that name the file, line, field and a way out."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

from events.model import COLOUR_PATTERN, ID_PATTERN, STATE_PATTERN

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

LONGEST_LIST, MOST_GUESSES, LONGEST_VALUE = 30, 5_000, 80


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong in one file.

    `line` counts from 1 (in Parquet it is the row), and is None where the whole file is meant.
    `fix` is a sentence that offers a way out, or empty.
    """

    file: str
    line: int | None
    field: str
    value: str
    reason: str
    fix: str = ""

    def __str__(self) -> str:
        where = self.file if self.line is None else f"{self.file}:{self.line}"
        what = f"{self.field}: {self.reason}" if self.field else self.reason
        return f"{where}: {what}. {self.fix}".rstrip()


class DossierError(Exception):
    """A folder of which nothing can be opened; `problems` says why."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(map(str, self.problems)))


def did_you_mean(value: str, known: Collection[str]) -> str:
    """Return a sentence with the closest known word, or nothing if none is close."""
    if len(known) > MOST_GUESSES:
        return ""
    spelled = {word.casefold(): word for word in known}
    close = get_close_matches(value.casefold()[:LONGEST_VALUE], spelled, n=1)
    return f"Did you mean {spelled[close[0]]}?" if close else ""


def valid_values(known: Collection[str]) -> str:
    """Return a sentence that lists the valid values, cut after thirty."""
    listed = list(known)[:LONGEST_LIST]
    more = f" and {len(known) - len(listed)} more" if len(known) > len(listed) else ""
    return f"Valid are {', '.join(listed)}{more}." if listed else ""


def sentences(*parts: str) -> str:
    """Join the sentences that are not empty."""
    return " ".join(part for part in parts if part)


def shown(value: object) -> str:
    """Spell a value for a message, cut to a readable length."""
    text = str(value)
    return text if len(text) <= LONGEST_VALUE else text[:LONGEST_VALUE] + "…"


def field_of(error: ErrorDetails) -> str:
    """Name the field that pydantic blames: `actors.role`, without positions in lists."""
    names = [part for part in error["loc"] if isinstance(part, str)]
    blamed = error.get("ctx", {}).get("field", "")
    return ".".join([*names, blamed] if blamed else names)


def reason_and_fix(error: ErrorDetails, nested_fields: Collection[str]) -> tuple[str, str]:
    """Put a pydantic error into words: what is wrong, and a way out."""
    value, context = shown(error["input"]), error.get("ctx", {})
    name = str(error["loc"][-1]) if error["loc"] else ""
    match error["type"]:
        case "rule":
            return str(context["reason"]), ""
        case "missing":
            return "this field is required and missing", f"Add “{name}: …”."
        case "extra_forbidden":
            return f"there is no field “{name}”", did_you_mean(name, nested_fields)
        case "enum":
            known = re.findall(r"'([^']*)'", str(context["expected"]))
            return f"“{value}” is not a valid value", sentences(did_you_mean(value, known), valid_values(known))
        case "string_pattern_mismatch":
            return _pattern_words(value, str(context["pattern"]))
        case "greater_than_equal" | "less_than_equal":
            return f"{value} is out of range", _range_words(name)
        case "string_too_short" | "too_short":
            return "this field is required and empty", f"Write at least one value in “{name}”."
        case "value_error":
            return _value_error_words(value, context["error"]), ""
        case kind:
            return f"“{value}” is not {_type_words(kind)}", _type_fix(kind, value)


def _pattern_words(value: str, pattern: str) -> tuple[str, str]:
    match pattern:
        case _ if pattern == STATE_PATTERN:
            fix = "States are three capital letters of ISO 3166-1 alpha-3, as VEN; Kosovo is XKX."
            return f"“{value}” is not a state code", sentences(_if_fits(value.upper(), pattern), fix)
        case _ if pattern == ID_PATTERN:
            fix = "Ids are up to 120 letters a–z, digits, “-”, “_” and “.”, and begin with a letter or digit."
            return f"“{value}” is not an id", sentences(_if_fits(re.sub(r"[\W_]+", "-", value), pattern), fix)
        case _ if pattern == COLOUR_PATTERN:
            return f"“{value}” is not a colour", "Write “#” and six hexadecimal digits in quotes, as '#2E6DA4'."
        case _:
            return f"“{value}” does not have the form {pattern}", ""


def _if_fits(guess: str, pattern: str) -> str:
    return f"Did you mean {guess}?" if re.fullmatch(pattern, guess) else ""


def _range_words(name: str) -> str:
    ranges = {"lat": "Latitudes run from -90 to 90.", "lon": "Longitudes run from -180 to 180."}
    return ranges.get(name, "")


def _value_error_words(value: str, error: Exception) -> str:
    words = str(error)
    return words if words.startswith(("“", "the ")) else f"“{value}” is refused: {words}"


def _type_words(kind: str) -> str:
    words: dict[str, Any] = {
        "string_type": "one text",
        "tuple_type": "a list",
        "model_type": "a mapping of fields",
        "float_parsing": "a number",
        "float_type": "a number",
        "finite_number": "a finite number",
        "bool_parsing": "true or false",
        "bool_type": "true or false",
    }
    return str(words.get(kind, f"valid here ({kind})"))


def _type_fix(kind: str, value: str) -> str:
    if kind == "tuple_type":
        return f"Write a list, as [{value}]." if "\n" not in value and len(value) < 40 else "Write a list."
    return "Use a decimal point, as 10.48." if kind == "float_parsing" else ""
