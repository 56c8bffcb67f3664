"""Whether the sides agree on a claim: what both acknowledge, what only one asserts, and what is disputed.

An actor stands where its last statement on the claim puts it: who retracts stands nowhere, and who first denied and
later asserts, asserts. Statements of one day count in the order of the file.

Two sides are *opponents* if, over the whole dossier, they stand against each other on more claims than they stand
together on. So an ally that repeats a claim does not make it acknowledged, and the dossier need not name the camps.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from enum import StrEnum
from itertools import combinations

from events.model import Actor, Claim, ClaimStatus, Stance, Statement


class Agreement(StrEnum):
    """Where the statements leave a claim; every claim has exactly one of these.

    acknowledged: two opponents assert it and nobody denies it, or its compilers give it the status *acknowledged*.
    one-sided: somebody asserts it, nobody denies it, and no two opponents assert it.
    disputed: somebody asserts it and somebody denies it.
    unasserted: nobody asserts it: it was never said, only denied, or taken back.
    """

    ACKNOWLEDGED = "acknowledged"
    ONE_SIDED = "one-sided"
    DISPUTED = "disputed"
    UNASSERTED = "unasserted"


Opponents = frozenset[frozenset[str]]


def standing(statements: Iterable[Statement]) -> dict[str, Stance]:
    """Actor → the stance of its last statement. The statements are those on one claim."""
    return {statement.actor: statement.stance for statement in sorted(statements, key=_said)}


def opponents(statements: Iterable[Statement], actors: Mapping[str, Actor]) -> Opponents:
    """The pairs of sides that stand against each other on more claims than together, by all the statements given.

    A side whose actors both assert and deny a claim has no stand on it.
    """
    balance: Counter[frozenset[str]] = Counter()
    for said in by_claim(statements).values():
        stands = _side_stands(standing(said), actors)
        for one, other in combinations(sorted(stands), 2):
            balance[frozenset((one, other))] += 1 if stands[one] is not stands[other] else -1
    return frozenset(pair for pair, surplus in balance.items() if surplus > 0)


def agreement(
    claim: Claim, statements: Iterable[Statement], actors: Mapping[str, Actor], opposed: Opponents
) -> Agreement:
    """Where the statements on a claim leave it; `opposed` is what `opponents` gives for the whole dossier."""
    stands = standing(statements)
    asserting = {actors[actor].side for actor, stance in stands.items() if stance is Stance.ASSERTS}
    is_denied = Stance.DENIES in stands.values()
    is_shared = not is_denied and any(pair <= asserting for pair in opposed)
    if is_shared or claim.status is ClaimStatus.ACKNOWLEDGED:
        return Agreement.ACKNOWLEDGED
    if not asserting:
        return Agreement.UNASSERTED
    return Agreement.DISPUTED if is_denied else Agreement.ONE_SIDED


def agreements(
    claims: Mapping[str, Claim], statements: Iterable[Statement], actors: Mapping[str, Actor]
) -> dict[str, Agreement]:
    """Claim id → where its statements leave it, for all claims of a dossier."""
    given = list(statements)
    said, opposed = by_claim(given), opponents(given, actors)
    return {name: agreement(claim, said.get(name, ()), actors, opposed) for name, claim in claims.items()}


def by_claim(statements: Iterable[Statement]) -> dict[str, list[Statement]]:
    """Claim id → the statements on it, in the order given."""
    found: dict[str, list[Statement]] = {}
    for statement in statements:
        found.setdefault(statement.claim, []).append(statement)
    return found


def _said(statement: Statement) -> float:
    return float("-inf") if statement.said_on.earliest is None else statement.said_on.earliest


def _side_stands(stands: Mapping[str, Stance], actors: Mapping[str, Actor]) -> dict[str, Stance]:
    """Side → assert or deny, for the sides whose actors agree with each other."""
    found: dict[str, set[Stance]] = {}
    for actor, stance in stands.items():
        side = actors[actor].side
        if side is not None and stance is not Stance.RETRACTS:
            found.setdefault(side, set()).add(stance)
    return {side: next(iter(stances)) for side, stances in found.items() if len(stances) == 1}
