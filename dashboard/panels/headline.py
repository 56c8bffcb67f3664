"""Over the map: the sentence of the view, its filters as chips, and the totals that always add up."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from dashboard import elements as html
from dashboard import view as views
from dashboard.links import WHOLE, Links
from dashboard.view import CLAUSES, Lens, View
from dashboard.view_model.questions import Question, noun_of
from dashboard.view_model.results import Results, page_of, table_of
from dashboard.view_model.standings import claim_phrase, standing_phrase
from dashboard.view_model.text import count_noun
from dashboard.workspace import Workspace
from events.store import Sum

LONGEST_HEADING = 150
"""Characters that find room in two lines over the map; what is longer is set smaller, and the map keeps its size."""
MOST_PROBLEMS = 50


def layout() -> html.Div:
    """The sentence, the chips, the totals and a place for notices."""
    return html.Div(
        [
            html.H1(id="sentence", className="sentence"),
            html.Div(
                [html.Div(id="chips", className="chips"), html.Div(id="totals", className="totals", role="status")]
            ),
            html.Div(id="failure", className="notices", role="alert"),
            html.Div(id="notices", className="notices"),
        ],
        className="headline",
    )


def heading(view: View, space: Workspace, results: Results) -> str | html.Span:
    """The sentence of the view as it stands over the map."""
    text = sentence(view, space, results)
    return text if len(text) <= LONGEST_HEADING else html.Span(text, className="long")


def sentence(view: View, space: Workspace, results: Results) -> str:
    """The view in words: the same sentence heads the page, its pictures and its title."""
    lead = standing_phrase(space, view) or claim_phrase(space, view, results)
    amount = amount_phrase(view, space, results.amount, results.searched)
    is_less = results.totals.shown < results.passing
    placed = f"{amount} on the map" if amount and is_less else amount
    return views.sentence(view, results.passing, results.searched, lead, space.vocabulary, placed)


def amount_phrase(view: View, space: Workspace, amount: Sum | None, searched: float) -> str:
    """“12,345 deaths (10,020–19,000)”: the best estimate and its range; empty without a measure. What a search that was
    stopped has found adds up to “at least” so much."""
    if amount is None:
        return ""
    spread = f" ({amount.low:,}–{amount.high:,})" if amount.low < amount.high else ""
    counted = noun_of(space, Question.of(space, view)).counted(amount.best)
    return (views.at_least(counted, searched) if amount.best else counted) + spread


def chips(view: View, links: Links, space: Workspace) -> list[html.A]:
    """One chip per active filter; following it removes the filter."""
    active = [_chip(text, links.to(**cleared)) for text, cleared in _filters(view, space)]
    reset = html.A("Reset", href=_without_filters(view, links), className="reset", **WHOLE)
    return [*active, reset] if active else []


def _chip(text: str, href: str) -> html.A:
    return html.A(
        [html.Span(text, className="words"), html.Span("×", **{"aria-hidden": "true"})],
        href=href,
        className="chip",
        title=text,
        **{"aria-label": f"Remove {text}"},
    )


def _filters(view: View, space: Workspace) -> Iterable[tuple[str, dict[str, Any]]]:
    for _, attr in CLAUSES:
        names = space.vocabulary.names(attr)
        values = [names.get(value, value) for value in getattr(view, attr)]
        if values:
            yield ", ".join(values), {attr: ()}
    if view.words:
        yield f"“{view.words}”", {"words": ""}
    if view.has_period:
        yield views.period_text(view), {"first": None, "last": None}
    if view.known is not None:
        yield f"as known on {views.day_text(view.known)}", {"known": None}


def _without_filters(view: View, links: Links) -> str:
    cleared: dict[str, Any] = {attr: () for _, attr in CLAUSES}
    return links.to(**cleared, words="", first=None, last=None, certain=False, known=None)


def totals(view: View, links: Links, space: Workspace, results: Results) -> list[object]:
    """“69 shown (3 from one origin) · 1 undated · 0 unplaced · 0 filtered out = 70”; each tray opens on its records.
    By a measure also what the shown events add up to."""
    n = results.totals
    unplaced = "speaking for no state" if view.lens is Lens.SAID else "unplaced"
    doubts = [] if view.lens is Lens.SAID else _doubts(view, links, results)
    return [
        html.Span(f"{n.shown:,}", id="shown"),
        " shown",
        *([" (", *_listed(doubts), ")"] if doubts else []),
        " · ",
        _tray(n.undated, "undated", results.undated, links, space),
        " · ",
        _tray(n.unplaced, unplaced, results.unplaced, links, space),
        f" · {n.filtered:,} filtered out = {n.total:,}",
        *_amount(view, space, results),
    ]


def _amount(view: View, space: Workspace, results: Results) -> list[object]:
    """“12,345 deaths, between 10,020 and 19,000”."""
    amount = results.amount
    if amount is None:
        return []
    spread = f", between {amount.low:,} and {amount.high:,}" if amount.low < amount.high else ""
    words = noun_of(space, Question.of(space, view)).counted(amount.best)
    return [" · ", html.Span(f"{words}{spread}", id="amount")]


def _doubts(view: View, links: Links, results: Results) -> list[html.A]:
    n = results.totals
    counted = ((n.single_sourced, "from one origin", "single-sourced"), (n.unsourced, "unsourced", "unsourced"))
    return [_sourced(f"{count:,} {words}", value, view, links) for count, words, value in counted if count]


def _tray(count: int, words: str, keys: Sequence[str], links: Links, space: Workspace) -> object:
    """A count that opens the list of what it counts."""
    if not count or not keys:
        return f"{count:,} {words}"
    rows = [html.A(space.title_of(key), href=links.to(record=key)) for key in keys]
    more = [html.Span(f"and {count - len(keys):,} more")] if count > len(keys) else []
    summary = html.Summary(f"{count:,} {words}")
    return html.Details([summary, html.Div([*rows, *more], className="sheet below")], className="menu tray")


def _sourced(words: str, value: str, view: View, links: Links) -> html.A:
    """A count that filters by what it counts."""
    pressed = "true" if value in view.sourcings else "false"
    return html.A(words, href=links.toggle("sourcings", value), role="button", **{"aria-pressed": pressed})


def _listed(entries: list[html.A]) -> list[object]:
    return [part for i, entry in enumerate(entries) for part in ((", ", entry) if i else (entry,))]


def notices(notes: Iterable[str], view: View, links: Links, space: Workspace, results: Results) -> list[object]:
    """What the reader must know: ignored parameters, records left out, filters that leave nothing."""
    told = [html.P(note, className="notice") for note in notes]
    return [
        *told,
        *_beyond(view, results),
        *_stopped(view, links, results),
        *_left_out(space),
        *_nothing_left(view, links, space, results),
    ]


def _beyond(view: View, results: Results) -> list[object]:
    """A page of the list that there is not says which is shown instead."""
    page = page_of(view, results.passing)
    if page == view.page:
        return []
    last = f"the list has {count_noun(page, 'page')}, and the last is shown."
    return [html.P(f"“page={view.page}” in the address was ignored: {last}", className="notice")]


def _stopped(view: View, links: Links, results: Results) -> list[object]:
    """A search that was stopped says so, and can go on."""
    if results.searched >= 1:
        return []
    counted = count_noun(results.passing, "statement" if view.lens is Lens.SAID else "event")
    found = views.at_least(counted, results.searched) if results.passing else counted
    how_far = views.searched_text(results.searched)
    words = f"The search for “{view.words}” stopped after {view.patience} s: {found}, {how_far}. "
    on = html.A(
        "Search on", href=links.to(patience=min(10 * view.patience, views.LONGEST_SEARCH)), className="way-back"
    )
    return [html.Div([words, on], className="notice", id="search-stopped")]


def _left_out(space: Workspace) -> list[object]:
    problems = space.dossier.problems
    if not problems:
        return []
    n = space.dossier.left_out
    words = (
        f"{n} record{'' if n == 1 else 's'} of this dossier could not be read and {'is' if n == 1 else 'are'} left out"
    )
    heading = (
        words
        if n
        else f"This dossier has {len(problems)} problem{'' if len(problems) == 1 else 's'}; no record is left out"
    )
    rows = [html.Li(str(problem)) for problem in problems[:MOST_PROBLEMS]]
    rows += [html.Li(f"and {len(problems) - MOST_PROBLEMS:,} more")] if len(problems) > MOST_PROBLEMS else []
    return [html.Details([html.Summary(f"{heading}: see why."), html.Ul(rows)], className="notice")]


def _nothing_left(view: View, links: Links, space: Workspace, results: Results) -> list[object]:
    n = results.totals
    if n.total == n.filtered and not view.selection.is_empty:
        return [
            html.Div(
                [html.Strong("Nothing is left under these filters. "), *_ways_back(view, links, space)],
                className="notice",
            )
        ]
    return []


def _ways_back(view: View, links: Links, space: Workspace) -> list[object]:
    """For each filter, how many events return when it alone is dropped."""
    ways: list[object] = []
    for text, cleared in _filters(view, space):
        without = replace(view, **cleared)
        left = space.store.totals(without.selection, table_of(view))
        if left.total > left.filtered:
            ways.append(
                html.A(f"Drop {text} ({left.total - left.filtered:,})", href=links.to(**cleared), className="way-back")
            )
    return ways or [html.A("Reset all filters", href=_without_filters(view, links), className="way-back", **WHOLE)]
