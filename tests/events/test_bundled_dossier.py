"""What a reader may rely on in the bundled dossier *Russia in Venezuela, 2018–2019*."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

import events
from events import dates, positions
from events.dossier import Dossier, read
from events.model import MovementStatus, PlacePrecision, Stance

FOLDER = Path(events.__file__).parent / "dossiers" / "russia-in-venezuela"

FACTS = {
    "Russia denies that it persuaded Maduro to stay": (
        "cl-russia-persuaded",
        "st-persuaded-zakharova",
        "st-persuaded-lavrov",
        "ev-2019-05-01-call",
    ),
    "Pompeo says that Maduro was about to fly to Cuba on the Tuesday of the uprising": (
        "cl-plane-to-cuba",
        "st-plane-pompeo",
        "ev-2019-04-30-uprising",
    ),
    "Pompeo speaks of a plane on the tarmac and of Russians who said to stay": (
        "ev-2019-04-30-pompeo-claim",
        "st-plane-pompeo",
        "st-persuaded-pompeo",
    ),
    "Zakharova calls it a fake and an information war": (
        "ev-2019-05-01-zakharova",
        "st-plane-zakharova",
        "cl-information-war",
    ),
    "Zakharova says the aim is to demoralise the army": ("st-infowar-zakharova",),
    "Maduro denies any plan to flee": ("ev-2019-04-30-maduro-denial", "st-plane-maduro"),
    "Russia backs Maduro": ("ev-2019-01-24-putin-call", "ev-2018-12-05-putin-maduro", "pos-RUS-2019-01-24"),
    "Russian forces come under a long-standing partnership": (
        "bg-2001-05-mtc-agreement",
        "bg-2006-07-27-arms",
        "bg-2008-09-10-tu160",
        "ev-2018-12-10-tu160",
        "ev-2019-03-26-zakharova-2001",
    ),
    "Two military aircraft bring about 100 more in late March": ("ev-2019-03-23-russian-planes", "cl-special-forces"),
    "Moscow calls Maduro the legitimate leader": ("cl-guaido-legitimate", "st-guaido-putin", "cl-us-coup"),
    "The US and dozens of others back Guaidó": (
        "pos-USA-2019-01-23",
        "ev-2019-02-04-eu19",
        "st-guaido-states",
    ),
    "Guaidó declares himself interim president and calls Maduro a usurper": (
        "ev-2019-01-23-guaido-oath",
        "ev-2019-01-15-usurpation",
    ),
    "The re-election is widely seen as undemocratic": ("ev-2018-05-20-election", "cl-2018-election-undemocratic"),
    "The opposition boycotts the vote of May 2018": ("ev-2018-opposition-boycott",),
    "The US and others report irregularities": ("ev-2018-05-21-rejection",),
    "Washington rejects Maduro and backs Guaidó": (
        "ev-2018-05-21-us-order",
        "ev-2019-01-10-oas",
        "ev-2019-01-23-us-recognition",
    ),
    "US officials say the troops came to support Maduro": (
        "cl-troops-support-maduro",
        "ev-2019-03-25-pompeo-lavrov",
        "ev-2019-03-29-bolton",
    ),
    "Moscow speaks of the maintenance of equipment": (
        "cl-troops-maintenance",
        "st-maintenance-peskov",
        "ev-2019-03-28-briefing",
    ),
    "Trump tells Russia to get out": ("ev-2019-03-27-trump-get-out",),
    "The Foreign Ministry tells the US to leave Syria first": (
        "ev-2019-03-27-zakharova-syria",
        "bg-2018-12-19-us-syria",
    ),
    "The US and Russia stand on different sides in Syria": (
        "bg-2011-10-syria-veto",
        "bg-2012-02-04-syria-veto",
        "bg-2015-09-30-syria-airstrikes",
    ),
}


@pytest.fixture(scope="module")
def dossier() -> Dossier:
    return read(FOLDER)


def test_every_record_is_valid_and_every_reference_leads_somewhere(dossier: Dossier) -> None:
    assert [str(problem) for problem in dossier.problems] == []
    assert dossier.left_out == 0


def test_nothing_of_the_collection_is_missing(dossier: Dossier) -> None:
    assert len(dossier.events) == 70
    assert len(dossier.movements) == 18
    assert len(dossier.claims) == 15
    assert len(dossier.statements) == 70
    assert len(dossier.sources) == 253
    held_by_states = [position for position in dossier.positions.values() if position.state]
    assert (len(held_by_states), len(dossier.positions) - len(held_by_states)) == (161, 9)
    assert len({position.state for position in held_by_states}) == 113


@pytest.mark.parametrize("fact", FACTS)
def test_a_reader_finds_each_of_the_21_facts_of_the_standoff(dossier: Dossier, fact: str) -> None:
    ids = {*dossier.events, *dossier.claims, *dossier.statements, *dossier.positions}
    assert set(FACTS[fact]) <= ids
    assert len(FACTS) == 21


def test_54_states_recognise_guaido_and_33_maduro_on_the_day_of_the_uprising(dossier: Dossier) -> None:
    history = positions.of_states(dossier.positions.values(), "presidency")
    assert positions.count_on(history, dates.day("2019-04-30")) == Counter(
        recognises_guaido=54,
        recognises_maduro=33,
        neutral_or_calls_for_dialogue=19,
        supports_national_assembly=6,
        no_statement=1,
    )


def test_the_march_flights_go_from_moscow_by_latakia_to_caracas(dossier: Dossier) -> None:
    legs = [leg for leg in dossier.movements.values() if leg.event == "ev-2019-03-23-russian-planes"]
    assert Counter((leg.origin, leg.destination) for leg in legs) == {
        ("chkalovsky", "khmeimim"): 2,
        ("khmeimim", "maiquetia"): 2,
        ("maiquetia", None): 1,
    }
    assert [dossier.places[place].label for place in ("khmeimim", "maiquetia")] == [
        "Latakia",
        "Caracas airport (Maiquetía)",
    ]


def test_the_flight_to_havana_and_the_refused_one_are_never_drawn_as_flown(dossier: Dossier) -> None:
    not_flown = {leg.id: leg.status for leg in dossier.movements.values() if not leg.status.is_solid}
    assert not_flown == {
        "mv-2019-04-30-caracas-havana": MovementStatus.ALLEGED,
        "mv-2019-04-malta-refused": MovementStatus.REFUSED,
    }


def test_a_place_known_only_as_a_country_has_no_point(dossier: Dossier) -> None:
    for place in dossier.places.values():
        assert (place.lat is None) == (place.lon is None) == (place.precision is PlacePrecision.COUNTRY)


def test_quotations_stay_short_and_name_their_language(dossier: Dossier) -> None:
    for statement in dossier.statements.values():
        words = statement.quote or statement.translation
        assert len(words.split()) <= 25, statement.id
        assert bool(words) == bool(statement.language), statement.id


def test_every_claim_is_asserted_by_someone_and_denied_by_someone(dossier: Dossier) -> None:
    stances = {(statement.claim, statement.stance) for statement in dossier.statements.values()}
    for claim in dossier.claims:
        assert {(claim, Stance.ASSERTS), (claim, Stance.DENIES)} <= stances


def test_every_event_claim_and_position_has_a_source(dossier: Dossier) -> None:
    for table in (dossier.events, dossier.claims, dossier.positions):
        assert [record.id for record in table.values() if not record.sources] == []


def test_each_actor_and_source_is_entered_once(dossier: Dossier) -> None:
    assert len({actor.name for actor in dossier.actors.values()}) == len(dossier.actors)
    assert len({source.url for source in dossier.sources.values()}) == len(dossier.sources)


def test_every_event_has_a_lane_on_the_timeline(dossier: Dossier) -> None:
    sides = {side.id for side in dossier.meta.sides}
    for event in dossier.events.values():
        assert dossier.actors[event.actors[0].actor].side in sides, event.id
