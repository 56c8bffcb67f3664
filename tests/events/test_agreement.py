"""What both sides acknowledge, what one asserts and what is disputed follows from who said what last."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from events.agreement import Agreement, agreement, agreements, opponents, standing
from events.model import Actor, Claim, Stance, Statement

SIDES = {"lavrov": "moscow", "putin": "moscow", "maduro": "caracas", "pompeo": "washington", "reporter": None}
ACTORS = {
    name: Actor.model_validate({"id": name, "name": name, "kind": "person", "side": side})
    for name, side in SIDES.items()
}
Said = tuple[str, str, str]


def claim(identifier: str = "c", status: str = "contested") -> Claim:
    given = {"id": identifier, "text": "It flew.", "status": status, "confidence": "corroborated"}
    return Claim.model_validate(given)


def statements(said: Sequence[Said], of: str = "c") -> list[Statement]:
    return [
        Statement.model_validate(
            {"id": f"{of}{at}", "claim": of, "actor": actor, "stance": stance, "said_on": day, "source": "s"}
        )
        for at, (actor, stance, day) in enumerate(said)
    ]


OPPOSED = frozenset([frozenset(["moscow", "washington"]), frozenset(["caracas", "washington"])])
DENIAL, LATER = ("lavrov", "denies", "2019-05-01"), "2019-06-01"
CLAIM = ("pompeo", "asserts", "2019-04-30")


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ([], Agreement.UNASSERTED),
        ([DENIAL], Agreement.UNASSERTED),
        ([CLAIM, ("pompeo", "retracts", LATER)], Agreement.UNASSERTED),
        ([CLAIM], Agreement.ONE_SIDED),
        ([("lavrov", "asserts", LATER), ("maduro", "asserts", LATER)], Agreement.ONE_SIDED),
        ([CLAIM, ("reporter", "asserts", LATER)], Agreement.ONE_SIDED),
        ([CLAIM, DENIAL], Agreement.DISPUTED),
        ([CLAIM, ("lavrov", "asserts", LATER), ("maduro", "denies", LATER)], Agreement.DISPUTED),
        ([CLAIM, ("reporter", "denies", LATER)], Agreement.DISPUTED),
        ([CLAIM, DENIAL, ("lavrov", "retracts", LATER)], Agreement.ONE_SIDED),
        ([CLAIM, DENIAL, ("lavrov", "asserts", LATER)], Agreement.ACKNOWLEDGED),
        ([("lavrov", "asserts", LATER), DENIAL, CLAIM], Agreement.ACKNOWLEDGED),
    ],
)
def test_where_the_last_statement_of_each_actor_leaves_a_claim(said: list[Said], expected: Agreement) -> None:
    assert agreement(claim(), statements(said), ACTORS, OPPOSED) is expected


def test_what_the_compilers_call_acknowledged_is_so_even_if_it_was_denied() -> None:
    acknowledged = claim(status="acknowledged")
    assert agreement(acknowledged, statements([CLAIM, DENIAL]), ACTORS, OPPOSED) is Agreement.ACKNOWLEDGED


def test_opponents_stand_against_each_other_more_often_than_together() -> None:
    dispute = [CLAIM, DENIAL, ("maduro", "denies", LATER)]
    shared = [CLAIM, ("maduro", "asserts", LATER)]
    said = [*statements(dispute, "c1"), *statements(shared, "c2")]
    assert opponents(said, ACTORS) == {frozenset(["moscow", "washington"])}


def test_a_side_of_two_minds_opposes_nobody() -> None:
    assert opponents(statements([CLAIM, DENIAL, ("putin", "asserts", LATER)]), ACTORS) == frozenset()


def test_an_actor_stands_where_its_last_statement_puts_it() -> None:
    said = statements([("pompeo", "denies", LATER), CLAIM, ("lavrov", "asserts", LATER), ("lavrov", "retracts", LATER)])
    assert standing(said) == {"pompeo": Stance.DENIES, "lavrov": Stance.RETRACTS}


@given(st.lists(st.tuples(st.sampled_from(sorted(SIDES)), st.sampled_from(list(Stance)), st.just(LATER)), max_size=6))
def test_every_claim_is_in_exactly_one_class_and_disputed_only_if_denied(said: list[Said]) -> None:
    [level] = agreements({"c": claim()}, statements(said), ACTORS).values()
    stances = set(standing(statements(said)).values())
    assert (level is Agreement.UNASSERTED) == (Stance.ASSERTS not in stances)
    assert (level is Agreement.DISPUTED) == ({Stance.ASSERTS, Stance.DENIES} <= stances)
