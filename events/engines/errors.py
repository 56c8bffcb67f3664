"""What can go wrong with an engine, in words for the reader of the page."""

from __future__ import annotations


class EngineError(Exception):
    """A question has no answer; the message says why, and what to do."""


class Timeout(EngineError):
    """The answer takes longer than was allowed."""


class Unreachable(EngineError):
    """A server, or a part of a cluster, does not answer. What the others know is not shown: it would be too little."""


class Missing(EngineError):
    """There is no dossier at an address."""
