"""A story in the right rail: its steps one below the other, the current one opened in the view."""

from __future__ import annotations

from typing import Any

from dashboard import elements as html
from dashboard.links import WHOLE, Links
from dashboard.view import View
from dashboard.workspace import Workspace
from events.model import Step, Story


def menu(links: Links, space: Workspace) -> list[Any]:
    """The stories of the dossier, each as a link to its first step."""
    stories = space.dossier.stories.values()
    if not stories:
        return []
    entries = [
        html.A([html.B(s.title), html.Span(s.summary, className="meta")], href=space.step_link(s.id, 1), **WHOLE)
        for s in stories
    ]
    return [
        html.Details(
            [html.Summary("Stories"), html.Div(entries, className="sheet below")], className="menu", id="stories"
        )
    ]


def render(view: View, links: Links, space: Workspace) -> list[Any]:
    """Every step, so that scrolling tells the story; the browser opens the step that comes into view."""
    story = space.dossier.stories[view.story]
    at = min(view.step, len(story.steps))
    steps = [_step(i, step, at, story, space) for i, step in enumerate(story.steps, start=1)]
    return [
        _bar(story, at, view, space),
        html.H2(story.title, className="record-title"),
        html.P(story.summary, className="summary"),
        *steps,
    ]


def _bar(story: Story, at: int, view: View, space: Workspace) -> html.Nav:
    return html.Nav(
        [
            html.A("Leave the story", href=space.leave_link(view), id="close-record", **WHOLE),
            html.Span(f"{at} of {len(story.steps)}", className="where"),
            _turn("‹", "Previous step", "previous-record", at - 1, story, space),
            _turn("›", "Next step", "next-record", at + 1, story, space),
        ],
        className="steps",
        **{"aria-label": "Steps of the story"},
    )


def _turn(sign: str, label: str, key: str, to: int, story: Story, space: Workspace) -> Any:
    if not 1 <= to <= len(story.steps):
        return html.Span(sign, className="step off", **{"aria-hidden": "true"})
    return html.A(
        sign,
        href=space.step_link(story.id, to),
        className="step",
        id=key,
        title=label,
        **{"aria-label": label},
        **WHOLE,
    )


def _step(i: int, step: Step, at: int, story: Story, space: Workspace) -> html.Section:
    link = html.A(f"{i} · {step.title}", href=space.step_link(story.id, i), **WHOLE)
    current = {"aria-current": "step"} if i == at else {}
    return html.Section(
        [html.H3(link), html.P(step.text)],
        className="story-step" + (" current" if i == at else ""),
        **{"data-step": str(i), "data-href": space.step_link(story.id, i)},
        **current,
    )
