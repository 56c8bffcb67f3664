"""A view as the first step of a story: a file that an author goes on writing."""

from __future__ import annotations

import yaml

from events.model import MOST_WORDS_OF_A_STEP

OPENING = f"""\
# Save this as stories/<id>.yaml in the folder of the dossier; the id is a short name, as first-flight.
# Each step is a text of up to {MOST_WORDS_OF_A_STEP} words and a view: open it in the page and copy its address from
# behind the “?” on. Under mark, list the ids of records to highlight.
"""


def story_yaml(title: str, view_query: str) -> str:
    """A story of one step that shows a view; `view_query` is its query string, with or without “?”."""
    name = " ".join(title.split()) or "A story without a title"
    step = {"title": name, "text": "Say here what this view shows.", "view": view_query.lstrip("?"), "mark": []}
    story = {"title": name, "summary": "Say here what the story shows, in a sentence or two.", "steps": [step]}
    return OPENING + yaml.safe_dump(story, allow_unicode=True, sort_keys=False, width=1_000)
