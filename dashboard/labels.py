"""Words on screen for the values that every dossier shares."""

from __future__ import annotations

from events.model import Basis, ClaimStatus, Confidence, Stance

CONFIDENCE_LABELS = {
    Confidence.CORROBORATED: "Corroborated",
    Confidence.SINGLE_SOURCE: "Single source",
    Confidence.UNVERIFIED: "Unverified",
}
STANCE_LABELS = {Stance.ASSERTS: "Asserts", Stance.DENIES: "Denies", Stance.RETRACTS: "Retracts"}
STANCE_VERBS = {
    Stance.ASSERTS: ("asserts", "assert", "asserted"),
    Stance.DENIES: ("denies", "deny", "denied"),
    Stance.RETRACTS: ("retracts", "retract", "retracted"),
}
"""What one statement does with a claim, what several do, and what is done with it."""
STATUS_LABELS = {
    ClaimStatus.UNRESOLVED: "Unresolved",
    ClaimStatus.CONTESTED: "Contested",
    ClaimStatus.ACKNOWLEDGED: "Acknowledged",
    ClaimStatus.EVIDENCE_FOR: "Later evidence for",
    ClaimStatus.EVIDENCE_AGAINST: "Later evidence against",
}
AGREEMENT_LABELS = {
    "acknowledged": "Both sides acknowledge",
    "disputed": "One side denies",
    "one-sided": "Only one side asserts",
    "unasserted": "Nobody asserts",
}
SOURCING_LABELS = {
    "independent": "Independent sources",
    "single-sourced": "One origin only",
    "unsourced": "No source",
}
BASIS_LABELS = {
    Basis.EXECUTIVE_STATEMENT: "Executive statement",
    Basis.JOINT_DECLARATION: "Joint declaration",
    Basis.OAS_VOTE: "OAS vote",
    Basis.UN_VOTE: "UN vote",
    Basis.ORGANISATION_STATEMENT: "Organisation statement",
    Basis.BLOC_STATEMENT: "Bloc statement",
    Basis.PRESS_LIST: "Press list",
    Basis.PRESS_REPORT: "Press report",
}
NOT_YET = "-not-yet"
NOT_RESEARCHED = "-not-researched"
SUBJECT = "-subject"
"""Categories of states that hold no position on a day; no answer of a dossier begins with a hyphen."""
SILENCE_LABELS = {
    NOT_YET: "None recorded yet",
    NOT_RESEARCHED: "Not researched",
    SUBJECT: "Two claimants",
}
