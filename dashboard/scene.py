"""What the browser needs to recolour map and timeline by itself while a reader drags or plays.

Names are the same in assets/explorer: a scene is what `main.mjs` settles.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

from dashboard import view as views
from dashboard.cubes import as_json
from dashboard.labels import NOT_YET
from dashboard.panels.headline import sentence
from dashboard.view import Colouring, Lens, Table, View
from dashboard.view_model.appearance import Appearance, sign_colour
from dashboard.view_model.maps import MapView, shading_note
from dashboard.view_model.results import Results, speaks_of_claims
from dashboard.view_model.text import count_noun
from dashboard.view_model.timelines import TimelineView
from dashboard.workspace import Workspace
from events import dates
from events.dates import DateSpan
from geodata import base_map


def scene(
    space: Workspace,
    view: View,
    base: View,
    results: Results,
    shown: MapView,
    line: TimelineView,
    appearance: Appearance,
    data_url: str,
) -> dict[str, Any]:
    """The view, its categories and the words of its caption, as JSON; `base` is what its address leaves out, and
    `data_url` where the dossier's files are served. The cubes come by themselves, by `dashboard/cubes.py`."""
    search = views.query(view, space.default)
    return {
        "search": views.query(view, base),
        "defaults": {spec.key: spec.render(getattr(base, spec.attr)) for spec in views.FIELDS},
        "lens": view.lens,
        "appearance": appearance,
        "on": view.on,
        "against": view.against if view.lens is Lens.STANDS else None,
        "known": view.known,
        "exact": [results.could, results.certain],
        "first": view.first,
        "last": view.last,
        "certain": view.certain,
        "words": view.words,
        "record": view.record,
        "table": "" if view.table is Table.NONE else view.table,
        "window": line.window,
        "extent": space.extent,
        "knots": line.scale.knots,
        "outside": [line.earlier, line.later],
        "categories": [as_json(category) for category in shown.categories],
        "states": [shade.country for shade in shown.shades if shade.is_state],
        "territories": {key: country.holder for key, country in space.countries.items() if not country.is_state},
        "noun": [shown.noun.one, shown.noun.many],
        "stay": sorted(spec.key for spec in views.FIELDS if spec.attr in views.STAYING),
        "legs": {leg.id: leg.event for leg in shown.journeys},
        "changes": _changes(space, view, shown) if view.lens is Lens.STANDS else {},
        "stances": speaks_of_claims(view),
        "blank": len(shown.categories) - 1 if speaks_of_claims(view) else 0,
        "speaking": [_statement(space, view, key) for key in results.speaking],
        "records": _records(space, view, results),
        "isComplete": len(results.drawn) == results.at_all_times,
        "markColours": mark_colours(space, view, line, appearance),
        "caption": caption(space, view, results, shown, line),
        "csv": f"{data_url}records.csv{search}" if space.dossier.meta.may_share_rows else "",
        "positionsCsv": f"{data_url}positions.csv{search}" if _offers_positions(space, view) else "",
        "storyFile": f"{data_url}story.yaml{search}",
        "story": view.story,
        "step": view.step,
    }


def _offers_positions(space: Workspace, view: View) -> bool:
    return view.lens is Lens.STANDS and space.question is not None and space.dossier.meta.may_share_rows


def mark_colours(space: Workspace, view: View, line: TimelineView, appearance: Appearance) -> list[dict[str, str]]:
    """What each colour of the marks on the timeline means, where the reader asked for colour: label and #RRGGBB."""
    if view.colour is Colouring.NONE or view.lens is Lens.SAID:
        return []
    names = space.vocabulary.names("confidences" if view.colour is Colouring.CONFIDENCE else "sourcings")
    used = {mark.sign for mark in line.marks}
    labels: dict[str, list[str]] = {}
    for sign, label in names.items():
        if sign in used:
            labels.setdefault(sign_colour(sign, appearance), []).append(label)
    return [{"label": views.any_of(found), "colour": colour} for colour, found in labels.items()]


def _changes(space: Workspace, view: View, shown: MapView) -> dict[str, list[list[int | None]]]:
    """Per state, the days on which its category changes: [day or None for always, category]."""
    index = {category.id: i for i, category in enumerate(shown.categories)}
    subject = space.question.subject if space.question else None
    history = space.public(view).history
    found: dict[str, list[list[int | None]]] = {}
    for shade in (shade for shade in shown.shades if shade.is_state):
        records = history.get(shade.country)
        if not records or shade.country == subject:
            found[shade.country] = [[None, shade.category]]
        else:
            found[shade.country] = [
                [None, index[NOT_YET]],
                *([record.since.earliest, index[record.answer]] for record in records),
            ]
    return found


def _records(space: Workspace, view: View, results: Results) -> list[dict[str, Any]]:
    """The records that the timeline draws one by one."""
    one = _statement if view.lens is Lens.SAID else _event
    return [one(space, view, key) for key in results.drawn]


def _event(space: Workspace, view: View, key: str) -> dict[str, Any]:
    event = space.dossier.events[key]
    return {"id": key, "title": event.title, "place": event.place, **_dated(space.day_of(event, view))}


def _statement(space: Workspace, view: View, key: str) -> dict[str, Any]:
    statement = space.public(view).statements[key]
    actor = space.dossier.actors[statement.actor]
    return {
        "id": key,
        "title": space.title_of(key),
        "state": actor.state,
        "stance": statement.stance,
        **_dated(statement.said_on),
    }


def _dated(when: DateSpan | None) -> dict[str, Any]:
    if when is None:
        return {"when": "undated", "earliest": None, "latest": None, "dated": False}
    return {"when": dates.describe(when), "earliest": when.earliest, "latest": when.latest, "dated": True}


def _sources_line(space: Workspace, view: View, results: Results) -> str:
    """Whom the picture rests on; of a crowded dossier who compiled it."""
    if space.is_crowded:
        return f"Source: {space.dossier.meta.compiled_by}."
    named = publishers(space, view, results)
    return f"Sources: {named}." if named else ""


def publishers(space: Workspace, view: View, results: Results, most: int = 6) -> str:
    """“Reuters, TASS, … and 41 more publishers”: whom the view rests on, most cited first."""
    counts = Counter(source.publisher for source in space.sources_of(_cited(space, view, results)))
    names = sorted(counts, key=lambda name: (-counts[name], name))
    rest = len(names) - most
    return ", ".join(names[:most]) + (f" and {rest} more publishers" if rest > 0 else "")


def _cited(space: Workspace, view: View, results: Results) -> list[str]:
    dossier = space.dossier
    if view.lens is Lens.SAID:
        return [space.public(view).statements[key].source for key in results.ids]
    standing = space.public(view).history.values() if view.lens is Lens.STANDS else ()
    events = [key for event in results.ids for key in dossier.events[event].sources]
    return events + [key for records in standing for record in records for key in record.sources]


def caption(space: Workspace, view: View, results: Results, shown: MapView, line: TimelineView) -> dict[str, Any]:
    """The words that make an exported picture stand alone."""
    meta = space.dossier.meta
    said = sentence(view, space, results)
    bars = f"Timeline: {line.noun.many} in bars of {count_noun(line.bar_days, 'day')}."
    legend = ", ".join(f"{category.label} {category.count}" for category in shown.categories if category.count)
    return {
        "title": f"{meta.title}, {meta.period_label}" if meta.period_label else meta.title,
        "sentence": said,
        "sources": _sources_line(space, view, results),
        "map": " ".join(filter(None, [shading_note(view, shown), base_map.BOUNDARY_NOTE])),
        "timeline": bars if line.together else "",
        "licence": f"Data: {meta.compiled_by}, {meta.licence}.",
        "alt": f"{_pictured(view)} and timeline. {said} {legend}.",
        "stems": {name: views.file_stem(view, meta.id, label, space.vocabulary) for name, label in _subjects(view)},
    }


def _pictured(view: View) -> str:
    is_comparing = view.lens is Lens.STANDS and view.against is not None
    return "Two world maps, one a day," if is_comparing else "World map"


def _subjects(view: View) -> list[tuple[str, str]]:
    lens = {Lens.HAPPENED: "events", Lens.SAID: "statements", Lens.STANDS: "positions"}[view.lens]
    pictures = [(name, f"{lens} {name}") for name in ("map", "timeline", "matrix")]
    return [*pictures, ("both", lens), ("csv", "statements" if view.lens is Lens.SAID else "events")]
