"""What fits a plan follows from the answers and the pool's rules, and says why."""

import pytest

from fundbank.applications.rules.triage import Amount, Answers, Beginning, Saving, advise, small_kinds
from fundbank.pools.policy import Policy
from fundbank.pools.preset import load

READY = Answers(Amount.BELOW, "standard", Saving.KRONER, False)


def rules(name: str, **overrides) -> Policy:
    return Policy.from_values({**load(name).values, **overrides})


@pytest.mark.parametrize(
    ("pool", "answers", "fits"),
    [
        ("herning", READY, Beginning.FULL),
        ("herning", READY._replace(amount=Amount.UNKNOWN), Beginning.IDEA),
        ("herning", READY._replace(saving=Saving.UNKNOWN), Beginning.IDEA),
        ("favrskov", READY, Beginning.FULL),
        ("favrskov", READY._replace(kind="pilot"), Beginning.SHORT),
        ("favrskov", READY._replace(kind="pilot", amount=Amount.ABOVE), Beginning.FULL),
        ("favrskov", READY._replace(kind="pilot", involves_others=True), Beginning.FULL),
        ("rudersdal", READY._replace(kind="innovation"), Beginning.SHORT),
        ("rudersdal", READY._replace(kind="uptake", amount=Amount.ABOVE, involves_others=True), Beginning.SHORT),
        ("rudersdal", READY._replace(kind="innovation", saving=Saving.WORDS), Beginning.SHORT),
    ],
)
def test_what_fits(pool: str, answers: Answers, fits: Beginning) -> None:
    advice = advise(answers, rules(pool))
    assert advice.beginning == fits
    assert advice.reasons


def test_without_savings_a_pool_of_loans_alone_has_room_for_an_idea_only() -> None:
    policy = rules("herning", offers_grants=False, mix_offered=False)
    assert advise(READY._replace(saving=Saving.WORDS), policy).beginning == Beginning.IDEA
    assert advise(READY, policy).beginning == Beginning.FULL


def test_the_reasons_say_what_kind_of_money_it_can_be() -> None:
    said = {saving: str(advise(READY._replace(saving=saving), rules("herning")).reasons[-1]) for saving in (Saving.KRONER, Saving.WORDS)}
    assert "loan" in said[Saving.KRONER] and "'years': 5" in said[Saving.KRONER]
    assert "grant" in said[Saving.WORDS]
    assert "grants alone" in advise(READY._replace(kind="innovation"), rules("rudersdal")).reasons[-1].sentence


def test_which_kinds_may_use_the_short_form() -> None:
    assert small_kinds(rules("favrskov")) == ["pilot"]
    assert small_kinds(rules("herning")) == []
    assert small_kinds(rules("rudersdal")) == ["innovation", "uptake"]
