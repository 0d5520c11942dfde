"""The steps in which an application is written: every part of it belongs to one, every fault leads to one, and each knows how far it is."""

from dataclasses import fields
from decimal import Decimal

import pytest

from fundbank.applications.rules import topics
from fundbank.applications.rules.completeness import ASKED
from fundbank.applications.rules.content import Content, Cost, GainArea, OwnFinancing, PlannedGain, QualitativeGain
from fundbank.applications.rules.topics import ANNEXES, CHECK, GAINS, MONEY, NEED, PROJECT, STEPS, TOPICS, WHO, Standing
from fundbank.applications.rules.words import FIELDS
from fundbank.errors import Incomplete

COUNTED = {"keys_made"}  # how many rows have had a key: nobody writes that
ONE = Decimal(1)
GAIN = PlannedGain(1, 7, 100_00)
COST = Cost(0, "establishment", 100_00)


def test_every_part_of_the_content_belongs_to_exactly_one_step():
    owned = [name for topic in TOPICS for name in topic.fields]
    assert sorted(owned) == sorted({field.name for field in fields(Content)} - COUNTED)
    assert set(owned) == set(FIELDS)
    assert CHECK.fields == ()


@pytest.mark.parametrize("topic", TOPICS, ids=lambda topic: topic.code)
def test_what_is_taken_of_a_step_is_its_own_and_no_more(topic):
    said = Content(
        "Titel", "Resumé", "pilot", 1, 2, 3, "frame", True, ("quality",), {"quality": 1}, "must", ("cross_cutting",), (COST,), (GAIN,), (),
        (OwnFinancing("Eget", 1),), (QualitativeGain("quality", "Bedre"),), True, 1, 2, "Behov", "Køb", "Leder", "Andre", "Drift",
    )  # fmt: skip
    taken = topic.taken(said, Content())
    for name in FIELDS:
        assert getattr(taken, name) == getattr(said if name in topic.fields else Content(), name), name


@pytest.mark.parametrize(
    ("field", "topic"),
    [
        ("title", PROJECT), ("kind", PROJECT), ("frame", PROJECT), ("need", NEED), ("bought", NEED), ("own_scores", NEED), ("loan", MONEY),
        ("grant", MONEY), ("lower", MONEY), ("costs", MONEY), ("operation_money", MONEY), ("gains", GAINS), ("gain_owner", WHO),
        ("gain_owners", WHO), ("system_owner", WHO), ("project_leader", WHO), ("it_consulted", WHO), (None, CHECK), ("nothing", CHECK),
    ],
)  # fmt: skip
def test_each_fault_belongs_to_a_step(field, topic):
    assert topics.topic_of(field) == topic


def test_what_the_forum_misses_belongs_to_a_step():
    assert CHECK not in {topics.topic_of(field) for _part, field, _sentence in ASKED}


def test_how_far_a_step_is():
    faults = [Incomplete(field="loan"), Incomplete(field="need")]
    begun = Content(title="Titel", need="Behov", loan_ore=5)
    assert [topics.standing(topic, begun, faults) for topic in STEPS] == [
        Standing.NOT_BEGUN, Standing.MISSING, Standing.MISSING, Standing.NOT_BEGUN, Standing.NOT_BEGUN, Standing.OPTIONAL, Standing.MISSING,
    ]  # fmt: skip
    assert topics.standing(ANNEXES, begun, faults, has_annexes=True) == Standing.DONE
    assert topics.standing(MONEY, begun, []) == Standing.DONE
    assert topics.standing(CHECK, begun, []) == Standing.NOT_BEGUN
    assert topics.standing(CHECK, begun, [], is_sent=True) == Standing.DONE


def test_where_the_writing_goes_on():
    faults = [Incomplete(field="project_leader")]
    begun = Content(title="Titel", summary="Om", need="Behov", loan_ore=5)
    assert topics.where_to_go_on(Content(title="Titel"), faults) == PROJECT
    assert topics.where_to_go_on(begun, faults) == GAINS, "what is not begun comes before what is missing further on"
    assert topics.where_to_go_on(begun.replace(gains=(GAIN,)), faults) == WHO
    assert topics.where_to_go_on(begun, []) == CHECK, "what need not be written need not be begun"


def test_the_steps_follow_each_other():
    assert [topics.after(topic).code for topic in STEPS] == ["need", "money", "gains", "who", "annexes", "check", "check"]
    assert [(topics.before(topic) or topic).code for topic in STEPS] == ["project", "project", "need", "money", "gains", "who", "annexes"]
    assert topics.step("who") == WHO and topics.step("nothing") is None


@pytest.mark.parametrize(
    ("changes", "touched"),
    [
        ({}, []),
        ({"title": "Ny"}, [PROJECT]),
        ({"loan_ore": None}, [MONEY]),
        ({"costs": (Cost(1, "operation", 5, key="c2"), COST)}, [MONEY]),
        ({"gains": (GAIN, PlannedGain(2, 7, 5))}, [GAINS]),
        ({"gain_owner_id": 3, "supports": ("quality",)}, [NEED, WHO]),
        ({"keys_made": 9}, []),
    ],
)
def test_which_steps_a_change_touches(changes, touched):
    base = Content(title="Titel", costs=(COST,), gains=(GAIN,))
    assert topics.touched(base, base.replace(**changes)) == touched


def test_rows_in_another_order_are_no_change():
    other = Cost(1, "operation", 5_00)
    base = Content(costs=(COST, other))
    assert topics.touched(base, base.replace(costs=(other, COST))) == []
    assert topics.touched(base, base.replace(costs=(COST, Cost(1, "operation", 6_00)))) == [MONEY]


def test_an_area_is_a_change_of_gains():
    area = GainArea("Skranken", 7, (ONE,) * 3, (ONE,) * 3, 10, ONE, 100, (ONE,), 4)
    assert topics.touched(Content(), Content(gain_areas=(area,))) == [GAINS]
