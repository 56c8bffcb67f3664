"""Sources as a reader needs them: publisher, title, date, kind, link, archived link."""

from __future__ import annotations

from collections.abc import Iterable

from dashboard import elements as html
from dashboard.links import outside
from dashboard.workspace import Workspace
from events import dates, sourcing
from events.model import Source


def source_list(keys: Iterable[str], space: Workspace) -> html.Ul:
    """Sources by id, in the order given; ids that the dossier does not have are left out."""
    known = [space.dossier.sources[key] for key in keys if key in space.dossier.sources]
    return html.Ul([_entry(source) for source in known], className="sources")


def source_heading(keys: Iterable[str], space: Workspace) -> str:
    """“Sources · 9, 6 independent: 2 Moscow, 1 Washington, 3 of no side”; a reprint is not a second witness."""
    known = space.sources_of(keys)
    sides = sourcing.sides(known)
    named = [f"{n} {space.sides[side]}" for side, n in sides.items() if side and side in space.sides]
    neutral = [f"{sides[None]} of no side"] if sides[None] and named else []
    whose = f": {', '.join([*named, *neutral])}" if named else ""
    return f"Sources · {len(known)}, {sides.total()} independent{whose}"


def _entry(source: Source) -> html.Li:
    when = dates.describe(source.date) if source.date else "no date"
    archived = [" · ", outside("archived copy", source.archive_url)] if source.archive_url else []
    origin = f" · repeats {source.origin}" if source.origin and source.origin != source.publisher else ""
    read = f" · read {dates.describe(source.accessed)}" if source.accessed else ""
    words = f"{source.publisher} · {when} · {source.kind.replace('-', ' ')}{origin}{read}"
    return html.Li([outside(source.title, source.url), html.Span([words, *archived], className="meta")])
