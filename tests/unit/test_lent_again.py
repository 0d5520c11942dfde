"""Money that is lent a second time (domain.md §7)."""

from hypothesis import given, settings
from hypothesis import strategies as st

from fundbank.ledger.chart import AccountKind, Event, Sides, sides
from fundbank.ledger.rules import Reuse

FUNDED, BACK, APPROVED, GIVEN_UP = (sides(event) for event in (Event.FUNDING, Event.FUNDING_RETURN, Event.APPROVAL, Event.RELEASE))
REPAID = sides(Event.REPAYMENT)
UNREPAID = Sides(REPAID.credit, REPAID.debit)


def test_an_approval_takes_never_promised_money_first_and_a_release_gives_back_in_reverse():
    after_repayment = Reuse().after(FUNDED, 100).after(APPROVED, 100).after(REPAID, 50)
    assert after_repayment == Reuse(available_ore=50, fresh_ore=0, again_ore=0)
    lent = after_repayment.after(FUNDED, 10).after(APPROVED, 40)
    assert lent == Reuse(available_ore=20, fresh_ore=0, again_ore=30)
    assert lent.after(GIVEN_UP, 20, 30) == Reuse(available_ore=40, fresh_ore=0, again_ore=10)
    assert lent.after(GIVEN_UP, 40, 30) == Reuse(available_ore=60, fresh_ore=10, again_ore=0)
    assert lent.after(GIVEN_UP, 40, 30).after(APPROVED, 40) == lent


def test_neither_funding_nor_handing_back_changes_what_was_lent_again():
    lent = Reuse().after(FUNDED, 100).after(APPROVED, 100).after(REPAID, 50).after(APPROVED, 40)
    assert lent.after(FUNDED, 1_000).again_ore == 40
    assert lent.after(FUNDED, 1_000).after(BACK, 1_005) == Reuse(available_ore=5, fresh_ore=0, again_ore=40)


def test_what_never_reached_the_pool_is_not_lent():
    assert Reuse().after(FUNDED, 100).after(sides(Event.DISBURSEMENT, "loan"), 100) == Reuse(100, 100, 0)
    assert Reuse().after(FUNDED, 100).after(APPROVED, 60).after(REPAID, 60).after(UNREPAID, 90) == Reuse(10, 10, 0)


MOVES = st.lists(st.tuples(st.sampled_from([FUNDED, BACK, APPROVED, GIVEN_UP, REPAID, UNREPAID]), st.integers(1, 100)), max_size=40)


@given(MOVES)
@settings(deadline=None)
def test_fresh_money_is_a_part_of_what_is_available_and_no_more_is_lent_again_than_was_promised(moves: list[tuple[Sides, int]]):
    now, promised_ore, again_of_award_ore = Reuse(), 0, 0
    for way, ore in moves:
        limit = {AccountKind.AVAILABLE: now.available_ore, AccountKind.RESERVED: promised_ore}.get(way.credit, 100)
        if not (ore := min(ore, limit)):
            continue
        before, now = now, now.after(way, ore, again_of_award_ore)
        promised_ore += ore * ((way == APPROVED) - (way == GIVEN_UP))
        again_of_award_ore += now.again_ore - before.again_ore
        assert 0 <= now.fresh_ore <= now.available_ore and 0 <= now.again_ore <= promised_ore
