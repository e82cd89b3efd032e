"""Skills, proficiencies, languages: who can what is needed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from banjie.routing.acd import Acd
from banjie.routing.queues import Queue
from banjie.routing.skills import Levels, Skill, both, can, levels, speaks, without
from tests.routing.floors import ANN, BOB, CAT, FIRST, GENERAL, SECOND, offered, seat

pytestmark = pytest.mark.unit

LOANS, CARDS = Skill("loans"), Skill("cards")
rated = st.dictionaries(st.sampled_from([Skill(c) for c in "abc"]), st.integers(0, 5))
needed = rated.map(levels)


def test_a_proficiency_off_the_scale_is_refused() -> None:
    for wrong in (-1, 6):
        with pytest.raises(ValueError, match="loans: proficiency"):
            levels({LOANS: wrong})


def test_a_plain_set_is_had_unrated_and_needed_at_any_level() -> None:
    assert can({LOANS: 0}, levels(frozenset({LOANS})))
    assert not can({LOANS: 0}, levels({LOANS: 1}))
    assert not can({}, levels(frozenset({LOANS})))


@given(rated, needed, needed)
def test_who_fulfils_both_fulfils_each(have: dict[Skill, int], one: Levels, other: Levels) -> None:
    assert can(have, both(one, other)) == (can(have, one) and can(have, other))


@given(rated, needed, st.frozensets(st.sampled_from([Skill(c) for c in "abc"])))
def test_dropping_skills_never_makes_a_call_harder(
    have: dict[Skill, int], needs: Levels, dropped: frozenset[Skill]
) -> None:
    assert not can(have, needs) or can(have, without(needs, dropped))
    assert not dropped & {skill for skill, _ in without(needs, dropped)}


def test_a_call_rings_who_is_good_enough() -> None:
    acd = Acd([Queue(queue_id=GENERAL)])
    seat(acd, ANN, 0.0, skills={LOANS: 2})
    seat(acd, BOB, 1.0, skills={LOANS: 4})

    assert offered(acd.enqueue(FIRST, GENERAL, 0, 2.0, needs={LOANS: 3})) == [(FIRST, BOB)]
    assert acd.enqueue(SECOND, GENERAL, 0, 3.0, needs={LOANS: 3}) == []


def test_a_queue_asks_for_its_skills_beside_those_of_the_call() -> None:
    acd = Acd([Queue(queue_id=GENERAL, requires={LOANS: 2})])
    seat(acd, ANN, 0.0, skills={LOANS: 2})
    seat(acd, BOB, 1.0, skills={speaks("en"): 5})
    seat(acd, CAT, 2.0, skills={LOANS: 2, speaks("en"): 1})

    effects = acd.enqueue(FIRST, GENERAL, 0, 3.0, needs=frozenset({speaks("en")}))

    assert offered(effects) == [(FIRST, CAT)]
    call = acd.find_call(FIRST)
    assert call is not None
    assert call.needs == {LOANS: 2, speaks("en"): 0}


def test_a_new_skill_finds_the_call_that_waits_for_it() -> None:
    acd = Acd([Queue(queue_id=GENERAL)])
    seat(acd, ANN, 0.0, skills={LOANS: 1})
    acd.enqueue(FIRST, GENERAL, 0, 1.0, needs={LOANS: 3})

    assert offered(acd.sign_in(ANN, [GENERAL], 2.0, {LOANS: 3})) == [(FIRST, ANN)]
