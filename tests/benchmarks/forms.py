"""The made-up events in the formats of other people, as their files look: the same ones in each, written as a stream.

What a format asks for and the events do not tell is made up from what they do tell. A format without ends of events has
only their first days.
"""

from __future__ import annotations

import csv
import datetime
import sys
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final, TypeAlias
from xml.sax.saxutils import escape

import orjson

from geodata.places import states
from tests.benchmarks import generate

Row: TypeAlias = Mapping[str, Any]
"""An event under the columns of `generate.SCHEMA`; `date` and `date_end` are days, what is missing is None."""
ROWS: Final = 10_000
"""Events that are held at once."""
M: Final = 1_000_000


@dataclass(frozen=True, slots=True)
class Form:
    """A format that is imported: how its files end, what writes (path, events, seed), and for how many events at most
    it is made."""

    ending: str
    write: Callable[[Path, int, int], None]
    most: int


def rows(events: int, seed: int) -> Iterator[Row]:
    """The events of `generate.chunks`, one by one."""
    for table in generate.chunks(events, seed):
        for batch in table.to_batches(ROWS):
            yield from batch.to_pylist()


# ── UCDP and ACLED: tables with many columns ───────────────────────────────────────────────

VIOLENCE: Final = {"Battle": 1, "Shelling": 1, "Attack": 3}
"""UCDP's type of violence: 1 with a state, 3 one-sided; all else is 2, between groups."""
SUB_EVENTS: Final = {
    "Battle": ("Political violence", "Battles", "Armed clash"),
    "Shelling": ("Political violence", "Explosions/Remote violence", "Shelling/artillery/missile attack"),
    "Riot": ("Demonstrations", "Riots", "Violent demonstration"),
    "Protest": ("Demonstrations", "Protests", "Peaceful protest"),
    "Arrest": ("Strategic developments", "Strategic developments", "Arrests"),
    "Attack": ("Political violence", "Violence against civilians", "Attack"),
    "Strike": ("Demonstrations", "Protests", "Protest with intervention"),
    "Talks": ("Strategic developments", "Strategic developments", "Agreement"),
}
"""ACLED's types of disorder, event and sub-event."""


def ucdp(row: Row) -> dict[str, object]:
    """A row of UCDP GED, in its 49 columns."""
    violence, day, state = VIOLENCE.get(row["kind"], 2), row["date"], code("gw", row["country"])
    one = f"Government of {country(row)}" if violence == 1 else row["actor1"]
    other = "Civilians" if violence == 3 else row["actor2"] or "Unknown group"
    dyad, number, office = f"{one} - {other}", count(row), press(row)
    headline = f"{row['kind']} reported from {row['place']}"
    return {
        **{"id": number, "relid": f"{row['country']}-{day.year}-{violence}-{number}", "year": day.year},
        **{"active_year": 1, "code_status": "Clear", "type_of_violence": violence},
        **{"conflict_dset_id": 100, "conflict_new_id": 100, "conflict_name": dyad},
        **{"dyad_dset_id": 200, "dyad_new_id": 200, "dyad_name": dyad},
        **{"side_a_dset_id": 300, "side_a_new_id": 300, "side_a": one},
        **{"side_b_dset_id": 400, "side_b_new_id": 400, "side_b": other},
        **{"number_of_sources": 1, "source_article": f'"{office},{day},{headline}"', "source_office": office},
        **{"source_date": day, "source_headline": headline, "source_original": "Police"},
        **{"where_prec": 1, "where_coordinates": f"{row['place']} town", "where_description": row["place"]},
        **{"adm_1": f"{row['place']} province", "adm_2": f"{row['place']} district"},
        **{"latitude": row["latitude"], "longitude": row["longitude"]},
        **{"geom_wkt": f"POINT ({row['longitude']} {row['latitude']})", "priogrid_gid": 126_420},
        **{"country": country(row), "country_id": state, "region": "Region"},
        **{"event_clarity": 1, "date_prec": 1 if day == row["date_end"] else 2},
        **{"date_start": f"{day} 00:00:00.000", "date_end": f"{row['date_end']} 00:00:00.000"},
        **{"deaths_a": 0, "deaths_b": 0, "deaths_civilians": 0, "deaths_unknown": row["deaths"]},
        **{"best": row["deaths"], "high": row["deaths_high"], "low": row["deaths_low"]},
        **{"gwnoa": state if violence == 1 else "", "gwnob": ""},
    }


def acled(row: Row) -> dict[str, object]:
    """A row of ACLED's export, in the columns that it has had since 2023."""
    disorder, kind, detail = SUB_EVENTS[row["kind"]]
    day, other = row["date"], row["actor2"] or ""
    against = f" and {other}" if other else ""
    told = f"On {day:%d %B %Y}, {row['kind'].lower()} was reported in {row['place']} ({country(row)}) with "
    return {
        **{"event_id_cnty": f"{row['country']}{count(row)}", "event_date": f"{day:%d %B %Y}", "year": day.year},
        **{"time_precision": 1, "disorder_type": disorder, "event_type": kind, "sub_event_type": detail},
        **{"actor1": row["actor1"], "assoc_actor_1": "", "inter1": "Rebel group"},
        **{"actor2": other, "assoc_actor_2": "", "inter2": "Political militia" if other else ""},
        **{"interaction": "Rebel group-Political militia" if other else "Rebel group only", "civilian_targeting": ""},
        **{"iso": code("iso_numeric", row["country"]), "region": "Region", "country": country(row)},
        **{"admin1": f"{row['place']} Province", "admin2": f"{row['place']} District", "admin3": ""},
        **{"location": row["place"], "latitude": row["latitude"], "longitude": row["longitude"], "geo_precision": 1},
        **{"source": press(row) + ("; National Radio" if count(row) % 2 else ""), "source_scale": "National"},
        **{"notes": f"{told}{row['actor1']}{against}. Fatalities: {row['deaths']}."},
        **{"fatalities": row["deaths"], "tags": "", "timestamp": 1_700_000_000 + count(row)},
    }


def comma_separated(path: Path, lines: Iterable[Mapping[str, object]]) -> None:
    """A table with a header; all lines have the columns of the first, in its order."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        for at, line in enumerate(lines):
            if not at:
                writer.writerow(line.keys())
            writer.writerow(line.values())


# ── GDELT: no header and no quotation marks ────────────────────────────────────────────────

CAMEO: Final = {
    "Battle": ("190", 4, -10.0),
    "Shelling": ("194", 4, -10.0),
    "Riot": ("145", 4, -7.5),
    "Protest": ("141", 3, -6.5),
    "Arrest": ("173", 4, -5.0),
    "Attack": ("180", 4, -9.0),
    "Strike": ("143", 3, -6.5),
    "Talks": ("046", 1, 7.0),
}
"""CAMEO code, quad class and Goldstein scale."""


def gdelt(row: Row) -> tuple[object, ...]:
    """A root event of GDELT 2.0, in its 61 columns. Three events come from one article."""
    event, quad, scale = CAMEO[row["kind"]]
    day, place, mentions = row["date"], gdelt_place(row), row["deaths"] + 1
    host = row["actor1"].lower().replace(" ", "-").replace("'", "")
    return (
        *(count(row), f"{day:%Y%m%d}", f"{day:%Y%m}", day.year, f"{day.year}.{day.month:02}00"),
        *(*gdelt_actor(row["actor1"], row["country"]), *gdelt_actor(row["actor2"], row["country"])),
        *(1, event, event, event[:2], quad, scale, mentions, 1, mentions, -2.5),
        *(*place, *place, *place),
        *(f"{day:%Y%m%d}000000", f"https://www.{host}.example.org/{day:%Y/%m}/article-{count(row) // 3}.html"),
    )


def gdelt_actor(name: str | None, country: str) -> tuple[str, ...]:
    """Code, name, country, five codes of groups that are seldom known, and three types of which one is."""
    if not name:
        return ("",) * 10
    return (f"{country}REB", name.upper(), country, "", "", "", "", "REB", "", "")


def gdelt_place(row: Row) -> tuple[object, ...]:
    """A city outside of the United States: type, name, country, first and second division, point, number."""
    fips = code("fips", row["country"])
    return 4, f"{row['place']}, {country(row)}", fips, f"{fips}01", "", row["latitude"], row["longitude"], -100_000


def tab_separated(path: Path, lines: Iterable[Iterable[object]]) -> None:
    """A table without a header."""
    with path.open("w", encoding="utf-8", newline="") as file:
        file.writelines("\t".join(map(str, line)) + "\n" for line in lines)


# ── JSON ───────────────────────────────────────────────────────────────────────────────────


def feature(row: Row) -> dict[str, object]:
    """A feature of GeoJSON: all but its point are properties."""
    point = {"type": "Point", "coordinates": [row["longitude"], row["latitude"]]}
    told = {name: value for name, value in row.items() if name not in {"id", "latitude", "longitude"}}
    return {"type": "Feature", "id": row["id"], "geometry": point, "properties": told}


def slide(row: Row) -> dict[str, object]:
    """A slide of TimelineJS; of its dates each part is a text."""
    return {
        "unique_id": row["id"],
        "start_date": date_parts(row["date"]),
        "end_date": date_parts(row["date_end"]),
        "text": {"headline": row["title"], "text": f"<p>Deaths: {row['deaths']}, as <b>{press(row)}</b> says.</p>"},
        "media": {"url": link(row), "credit": press(row), "caption": row["place"]},
        "location": {"name": row["place"], "lat": row["latitude"], "lon": row["longitude"]},
        "group": row["kind"],
    }


def date_parts(day: datetime.date) -> dict[str, str]:
    return {"year": str(day.year), "month": str(day.month), "day": str(day.day)}


def incident(row: Row) -> dict[str, object]:
    """An incident of timemap."""
    return {
        "id": row["id"],
        "date": f"{row['date']:%m/%d/%Y}",
        "latitude": str(row["latitude"]),
        "longitude": str(row["longitude"]),
        "location": row["place"],
        "description": row["title"],
        "sources": [link(row)],
        "filters": [{"key": "Type of incident", "value": row["kind"]}, {"key": "Actor", "value": row["actor1"]}],
    }


def document(opening: str, path: Path, members: Iterable[Mapping[str, object]]) -> None:
    """One JSON object: `opening` begins it, up to the list of members, each of which has a line."""
    with path.open("wb") as file:
        file.write(opening.encode())
        file.writelines((b",\n" if at else b"\n") + orjson.dumps(member) for at, member in enumerate(members))
        file.write(b"\n]}\n")


def json_lines(path: Path, members: Iterable[Row]) -> None:
    """A JSON object on every line."""
    with path.open("wb") as file:
        file.writelines(orjson.dumps(member) + b"\n" for member in members)


# ── Excel ──────────────────────────────────────────────────────────────────────────────────

OFFICE: Final = "http://schemas.openxmlformats.org"
RELATIONS: Final = f"{OFFICE}/officeDocument/2006/relationships"
SHEET: Final = f'<worksheet xmlns="{OFFICE}/spreadsheetml/2006/main"><sheetData>'
WORKBOOK: Final = {
    "[Content_Types].xml": f'<Types xmlns="{OFFICE}/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/></Types>',
    "_rels/.rels": f'<Relationships xmlns="{OFFICE}/package/2006/relationships">'
    f'<Relationship Id="r1" Type="{RELATIONS}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
    "xl/workbook.xml": f'<workbook xmlns="{OFFICE}/spreadsheetml/2006/main" xmlns:r="{RELATIONS}">'
    '<sheets><sheet name="Events" sheetId="1" r:id="s1"/></sheets></workbook>',
    "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{OFFICE}/package/2006/relationships">'
    f'<Relationship Id="st" Type="{RELATIONS}/styles" Target="styles.xml"/>'
    f'<Relationship Id="s1" Type="{RELATIONS}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
    "xl/styles.xml": f'<styleSheet xmlns="{OFFICE}/spreadsheetml/2006/main">'
    '<cellXfs count="2"><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs></styleSheet>',
}
"""The parts of a workbook beside its one sheet; style 1 is a day."""
DAY_ZERO: Final = datetime.date(1899, 12, 30)
"""The day that Excel counts from."""


def workbook(path: Path, lines: Iterable[Row]) -> None:
    """A workbook of one sheet, whose first row has the names of the columns."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in WORKBOOK.items():
            archive.writestr(name, text)
        with archive.open("xl/worksheets/sheet1.xml", "w") as sheet:
            sheet.write((SHEET + sheet_row(generate.SCHEMA.names)).encode())
            for line in lines:
                sheet.write(sheet_row(line.values()).encode())
            sheet.write(b"</sheetData></worksheet>")


def sheet_row(values: Iterable[object]) -> str:
    return f"<row>{''.join(map(cell, values))}</row>"


def cell(value: object) -> str:
    match value:
        case None:
            return "<c/>"
        case datetime.date():
            return f'<c s="1"><v>{(value - DAY_ZERO).days}</v></c>'
        case str():
            return f'<c t="inlineStr"><is><t>{escape(value)}</t></is></c>'
        case _:
            return f"<c><v>{value}</v></c>"


# ── What the events do not tell ────────────────────────────────────────────────────────────


def count(row: Row) -> int:
    """The number of the event, from 1."""
    return int(row["id"][1:]) + 1


def country(row: Row) -> str:
    return code("name", row["country"])


@cache
def code(family: str, state: str) -> str:
    """The first code or name of a state in a column of `geodata.places.states`, or nothing."""
    return codes(family).get(state, "")


@cache
def codes(family: str) -> dict[str, str]:
    table = states()
    return {state: written.split("|")[0] for state, written in zip(table["id"], table[family], strict=True)}


def press(row: Row) -> str:
    """Who reports: a paper of the country."""
    return f"{country(row)} News Agency"


def link(row: Row) -> str:
    """An article of its own for every event."""
    return f"https://news.example.org/{row['date']:%Y/%m/%d}/{row['id']}"


# ── All of them ────────────────────────────────────────────────────────────────────────────


def as_is(row: Row) -> Row:
    return row


def streamed(
    ending: str,
    write: Callable[[Path, Iterable[Any]], None],
    made: Callable[[Row], Any] = as_is,
    most: int = M // 10,
) -> Form:
    """A form whose rows are made of the events one by one."""
    return Form(ending, lambda path, events, seed: write(path, map(made, rows(events, seed))), most)


FEATURES: Final = '{"type": "FeatureCollection", "features": ['
SLIDES: Final = '{"title": {"text": {"headline": "Made-up events"}}, "events": ['
INCIDENTS: Final = '{"events": ['
FORMS: Final[Mapping[str, Form]] = MappingProxyType(
    {
        "CSV": Form(".csv", lambda path, events, seed: generate.write(events, [path], seed), sys.maxsize),
        "UCDP GED": streamed(".csv", comma_separated, ucdp, M),
        "ACLED": streamed(".csv", comma_separated, acled, M),
        "GDELT": streamed(".tsv", tab_separated, gdelt, M),
        "JSON Lines": streamed(".jsonl", json_lines),
        "GeoJSON": streamed(".geojson", partial(document, FEATURES), feature),
        "XLSX": streamed(".xlsx", workbook),
        "TimelineJS": streamed(".json", partial(document, SLIDES), slide),
        "timemap": streamed(".json", partial(document, INCIDENTS), incident),
    }
)
"""What is imported beside Parquet, by the names of the report. Large collections come as tables; a sheet has room for a
million rows, a document of JSON is read as a whole and may have 512 MB, and a timeline is for few events."""
