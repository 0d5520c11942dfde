"""Scenario files with a fault: each is named with its place, and nothing is played."""

import re
from decimal import Decimal
from pathlib import Path

import pytest
from pydantic import ValidationError

from fundbank.kit.schema import faults_in
from fundbank.scenarios.keys import ACTS
from fundbank.scenarios.kinds import NO_AMOUNT
from fundbank.scenarios.reader import SHAPES, Unreadable, override_faults, read, read_file

GOOD = """title = "En fil"
[pool]
name = "Puljen"
policy = "favrskov"
[[departments]]
key = "social"
name = "Social"
[[people]]
key = "sofie"
name = "Sofie"
department = "social"
roles = ["applicant"]
[[events]]
on = 2024-01-02
do = "fund"
by = "sofie"
amount = "1.00"
source = "IT"
"""
APPLY = """[[events]]
on = 2024-01-03
do = "apply"
by = "sofie"
application = "a"
title = "Sag"
department = "social"
request = { loan = "1.00" }
costs = []
gains = []
"""
AREA = (
    'gain_areas = [ { name = "x", department = "social", before = [1, 2, 3], after = [1, 1, 1], cases = 1, rate = "1.00", years = 1 } ]\n'
)
MEETING = """[[events]]
on = 2024-01-04
do = "meeting"
by = "sofie"
meeting = "m"
agenda = ["a"]
present = []
"""


def event(do: str, **keys: str) -> str:
    lines = "".join(f"{name} = {value}\n" for name, value in keys.items())
    return f'[[events]]\non = 2024-01-05\ndo = "{do}"\nby = "sofie"\n{lines}'


def faults(text: str) -> list[str]:
    with pytest.raises(Unreadable) as raised:
        read(text)
    return raised.value.faults


def test_a_good_file_is_read_in_order():
    scenario = read(GOOD + APPLY + MEETING)
    assert [(one.number, one.do, one.by) for one in scenario.events] == [
        (1, "fund", "sofie"),
        (2, "apply", "sofie"),
        (3, "meeting", "sofie"),
    ]
    assert (scenario.events[0].values.amount_ore, scenario.events[0].values.source) == (1_00, "IT")


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        # keys
        ('title = "En fil"', 'title = "En fil"\ncolour = "red"', "unknown key 'colour' at the top of the file"),
        ('title = "En fil"', "", "title: is missing, or is not text"),
        ('title = "En fil"', "title = 3", "title: is missing, or is not text"),
        ('name = "Puljen"', 'name = "Puljen"\nowner = "x"', "line 2, [pool]: unknown key 'owner'"),
        ('name = "Puljen"\n', "", "line 2, [pool]: name: is missing"),
        ('name = "Puljen"', 'name = " "', "line 2, [pool]: name: must be a text of 1 to 120 characters"),
        ('name = "Social"', 'name = "Social"\nsize = 3', "line 5, [[departments]] 1: unknown key 'size'"),
        ('name = "Social"\n', "", "line 5, [[departments]] 1: name: is missing"),
        ('name = "Sofie"', f'name = "{"x" * 121}"', "line 8, [[people]] 1: name: must be a text of 1 to 120 characters"),
        ('name = "Sofie"', 'name = "Sofie"\nphone = "x"', "line 8, [[people]] 1: unknown key 'phone'"),
        ('name = "Sofie"', 'name = "Sofie"\nemail = "x"', "line 8, [[people]] 1: email: must be an e-mail address"),
        ('roles = ["applicant"]\n', "", "line 8, [[people]] 1: roles: is missing"),
        ('roles = ["applicant"]', 'roles = ["boss"]', "line 8, [[people]] 1: roles[1]: must be one of applicant, leader"),
        ('roles = ["applicant"]', 'roles = "applicant"', "line 8, [[people]] 1: roles: must be a list"),
        ('source = "IT"', 'source = "IT"\ncolour = 1', "line 13, [[events]] 1 (fund): unknown key 'colour'"),
        ('source = "IT"\n', "", "line 13, [[events]] 1 (fund): source: is missing"),
        ('source = "IT"', 'source = "IT"\napplication = "a"', "line 13, [[events]] 1 (fund): unknown key 'application'"),
        # kinds
        ('amount = "1.00"', "amount = 1.00", 'line 13, [[events]] 1 (fund): amount: must be an amount as text, such as "600000.00"'),
        ('amount = "1.00"', "amount = 100", 'line 13, [[events]] 1 (fund): amount: must be an amount as text, such as "600000.00"'),
        ('amount = "1.00"\n', "", "line 13, [[events]] 1 (fund): needs either amount or service_expenditure"),
        ('amount = "1.00"', 'amount = "1.00"\nservice_expenditure = "1.00"', "line 13, [[events]] 1 (fund): needs either amount or"),
        ("on = 2024-01-02", 'on = "2024-01-02"', "line 13, [[events]] 1 (fund): on: must be a date, such as 2024-01-31"),
        ("on = 2024-01-02", "on = 2024-01-02T10:00:00", "line 13, [[events]] 1 (fund): on: must be a date, such as 2024-01-31"),
        ("on = 2024-01-02", "on = 9999-12-31", "line 13, [[events]] 1 (fund): on: must be a date, such as 2024-01-31, in a year from 1900"),
        ("on = 2024-01-02\n", "", "line 13, [[events]] 1 (fund): on: is missing"),
        ('do = "fund"', 'do = "dance"', "line 13, [[events]] 1 (dance): do: must be one of fund, apply"),
        ('do = "fund"\n', "", "line 13, [[events]] 1: do: is missing"),
        ('source = "IT"', 'source = "IT"\nrefused = "no"', "line 13, [[events]] 1 (fund): refused: must be one of not_allowed"),
        # references
        ('by = "sofie"', 'by = "nobody"', "line 13, [[events]] 1 (fund): by: there is no person with the key 'nobody'"),
        ('department = "social"', 'department = "x"', "line 8, [[people]] 1: department: there is no department with the key 'x'"),
        ('name = "Social"', 'name = "Social"\nparent = "x"', "line 5, [[departments]] 1: parent: there is no department with the key 'x'"),
        ('name = "Social"', 'name = "Social"\nparent = "social"', "parent: a department cannot stand above itself"),
        ('key = "social"', "key = []", "line 5, [[departments]] 1: key: must be a text that is not empty"),
        # the policy
        ('policy = "favrskov"', 'policy = "viborg"', "line 2, [pool]: policy: 'viborg' is not one of aabenraa, favrskov"),
        (
            'policy = "favrskov"',
            'policy = "favrskov"\noverride = { minimum_score = 1 }',
            "line 2, [pool]: override: unknown key 'minimum_score'",
        ),
        (
            'policy = "favrskov"',
            'policy = "favrskov"\noverride = { content_required = false }',
            "line 2, [pool]: override: unknown key 'content_required'",
        ),
        (
            'policy = "favrskov"',
            'policy = "favrskov"\noverride = { baseline_required = true }',
            "line 2, [pool]: override: unknown key 'baseline_required'",
        ),
        (
            'policy = "favrskov"',
            'policy = "favrskov"\noverride = { repayment_share = "1.5" }',
            "line 2, [pool]: override.repayment_share: ",
        ),
        ('policy = "favrskov"', 'policy = "favrskov"\noverride = { weights = { quality = "0.5" } }', "line 2, [pool]: override.weights: "),
        ('policy = "favrskov"', 'policy = "favrskov"\noverride = "none"', "line 2, [pool]: override: must be a table"),
    ],
)
def test_a_fault_is_named_with_its_place(old: str, new: str, fault: str):
    found = faults(GOOD.replace(old, new, 1))
    assert any(fault in one for one in found), found


def test_an_address_of_two_people_is_named_with_its_place():
    people = GOOD.replace('name = "Sofie"', 'name = "Sofie"\nemail = "s@herning.dk"', 1)
    second = '[[people]]\nkey = "sara"\nname = "Sara"\nemail = "S@herning.dk"\ndepartment = "social"\nroles = ["applicant"]\n'
    assert faults(people + second) == ["line 20, [[people]] 2: email: 's@herning.dk' is used twice"]


@pytest.mark.parametrize(
    ("events", "fault"),
    [
        (event("sign", application='"a"'), "(sign): application: there is no application with the key 'a'"),
        (APPLY + APPLY, "line 29, [[events]] 3 (apply): application: 'a' is made by an earlier event already"),
        (APPLY + MEETING + MEETING, "(meeting): meeting: 'm' is made by an earlier event already"),
        (APPLY.replace("2024-01-03", "2024-01-01"), "line 19, [[events]] 2 (apply): on: 2024-01-01 is before the event above"),
        (APPLY.replace("costs = []", "costs = [ { year = 0 } ]"), "(apply): costs[1].kind: is missing"),
        (APPLY.replace("costs = []\n", ""), "(apply): costs: is missing"),
        (APPLY.replace("gains = []", 'gains = [ { year = "1", department = "x", amount = "1" } ]'), "gains[1].year: must be a whole"),
        (APPLY.replace("gains = []", 'gains = [ { year = 1, department = "x", amount = "1" } ]'), "gains[1].department: there is no dep"),
        (APPLY.replace('loan = "1.00"', 'lend = "1.00"'), "(apply): unknown key 'request.lend'"),
        (APPLY + 'kind = "big"\n', "(apply): kind: must be one of standard, pilot, innovation, uptake"),
        (APPLY + 'supports = ["beauty"]\n', "(apply): supports[1]: must be one of wellbeing"),
        (APPLY.replace("costs = []", 'costs = [ { year = 0, kind = "operation", amount = "1", text = "x" } ]'), "costs[1].text"),
        (APPLY + event("withdraw", application='"a"', reason='"x"'), "(withdraw): unknown key 'reason'"),
        (
            APPLY + MEETING + event("resolve", meeting='"m"', application='"a"', action='"convert"', reason='"x"'),
            "(resolve): unknown key 'reason'",
        ),
        (APPLY + 'own_financing = [ { note = "x" } ]\n', "(apply): unknown key 'own_financing[1].note'"),
        (APPLY + event("score", application='"a"', levels="{ quality = 2.5 }"), "(score): levels: must be a table of criteria"),
        (APPLY + event("screen", application='"a"', result='"maybe"'), "(screen): result: must be one of eligible, returned"),
        (APPLY + event("screen", application='"a"', result='"eligible"', checks="{ securty = true }"), "unknown key 'checks.securty'"),
        (APPLY + event("screen", application='"a"', result='"eligible"', checks="{ security = 1 }"), "checks.security: must be true"),
        (APPLY + event("disburse", application='"a"', part='"both"', amount='"1"', approved_by='"sofie"'), "part: must be one of loan"),
        (APPLY + event("disburse", application='"a"', part='"loan"', amount='"1"', approved_by='"x"'), "approved_by: there is no person"),
        (APPLY + MEETING.replace('["a"]', '["b"]'), "(meeting): agenda[1]: there is no application with the key 'b'"),
        (APPLY + event("resolve", meeting='"m"', application='"a"', action='"convert"'), "there is no meeting with"),
        (APPLY + MEETING + event("decide", meeting='"m"', application='"a"', outcome='"approve"', loan='"1.00"'), "grant: is missing"),
        (
            APPLY + MEETING + event("decide", meeting='"m"', application='"a"', outcome='"approve"', loan='"1.00"', grant='"0.00"'),
            "(decide): terms: are missing",
        ),
        (
            APPLY + MEETING + event(
                "decide", meeting='"m"', application='"a"', outcome='"approve"', loan='"1.00"', grant='"0.00"',
                terms='{ basis = "realised", years = 3, first_year = 2025, departments = ["x"], rate = "1" }',
            ),
            "(decide): unknown key 'terms.rate'",
        ),
        (APPLY + MEETING + event("resolve", meeting='"m"', application='"a"', action='"extend"'), "(resolve): years: is missing"),
        (event("reverse", event="3", reason='"x"', approved_by='"sofie"'), "(reverse): event: 3 is not the number of an event"),
        (event("reverse", event="0", reason='"x"', approved_by='"sofie"'), "(reverse): event: 0 is not the number of an event"),
        (APPLY + event("claim", application='"a"', year="3000000000"), "(claim): year: must be a whole number"),
        (APPLY + AREA.replace("[1, 2, 3]", "[1, 2]"),
         "gain_areas[1].before: must be three numbers: low, typical, high"),
        (APPLY + AREA.replace("[1, 2, 3]", "[1, 2, inf]"),
         "gain_areas[1].before: must be three numbers: low, typical, high"),
    ],
)  # fmt: skip
def test_a_fault_in_an_event(events: str, fault: str):
    found = faults(GOOD + events)
    assert any(fault in one for one in found), found


def test_numbers_are_read_as_they_are_written():
    area = read(GOOD + APPLY + AREA.replace("[1, 2, 3]", "[0.1, 2, 2.50]")).events[-1].values.gain_areas[0]
    assert (area.before, area.rate_ore) == ((Decimal("0.1"), Decimal(2), Decimal("2.50")), 1_00)
    overridden = GOOD.replace('policy = "favrskov"', 'policy = "favrskov"\noverride = { discount_rate = 0.05 }')
    assert read(overridden).pool.override == {"discount_rate": Decimal("0.05")}


def test_an_amount_that_cannot_be_read_is_left_to_the_event():
    assert read(GOOD.replace('"1.00"', '"1,00"')).events[0].values.amount_ore == NO_AMOUNT


def test_every_fault_is_told_at_once():
    found = faults(GOOD.replace('name = "Puljen"', "").replace('by = "sofie"', 'by = "x"').replace('name = "Social"', ""))
    assert len(found) == 3


def test_what_a_file_without_a_pool_lacks_besides_is_told_too():
    found = faults(GOOD.replace("[pool]", "[pol]").replace('by = "sofie"', 'by = "x"'))
    assert len(found) == 3 and "by: there is no person" in found[2]


def test_a_retry_after_a_refusal_may_make_the_same_key():
    refused = APPLY + 'refused = "cpr_number"\n'
    assert len(read(GOOD + refused + APPLY + APPLY + 'refused = "wrong_state"\n').events) == 4


def test_a_refused_approval_needs_no_terms():
    decide = event(
        "decide", meeting='"m"', application='"a"', outcome='"approve"', loan='"1.00"', grant='"0.00"', refused='"over_requested"'
    )
    assert read(GOOD + APPLY + MEETING + decide).events[-1].refused == "over_requested"


@pytest.mark.parametrize("text", ["title = ", "a = 1\na = 2", "on = 2024-02-30", f"year = {'1' * 5000}", "[[events]\n"])
def test_bad_toml_is_a_fault(text: str):
    assert len(faults(text)) == 1


def test_the_place_of_bad_toml_is_named():
    assert "line 2" in faults('title = "x"\nname = \n')[0]


def test_a_file_that_is_not_there_or_not_text(tmp_path: Path):
    with pytest.raises(Unreadable, match="No such file"):
        read_file(tmp_path / "none.toml")
    (tmp_path / "latin.toml").write_bytes('title = "Sø"'.encode("latin-1"))
    with pytest.raises(Unreadable, match="not UTF-8"):
        read_file(tmp_path / "latin.toml")
    (tmp_path / "bom.toml").write_text(GOOD, "utf-8-sig")
    assert read_file(tmp_path / "bom.toml").title == "En fil"


def test_tables_written_otherwise():
    assert "events: must be written as [[events]] tables" in faults('title = "x"\nevents = 3\n[pool]\nname = "x"\npolicy = "herning"')
    assert faults('title = "x"') == ["[pool]: is missing"]
    inline = GOOD.partition("[[events]]")[0].replace(
        "[pool]", 'events = [ { on = 2024-01-02, do = "fund", by = "x", amount = "1.00", source = "IT" } ]\n[pool]'
    )
    assert faults(inline) == ["[[events]] 1 (fund): by: there is no person with the key 'x'"]


def test_an_override_is_judged_beside_the_preset_it_lies_over():
    assert override_faults("favrskov", {"mix_offered": True}) == []
    assert override_faults("rudersdal", {"mix_offered": True})[0].startswith("override.mix_offered: ")
    assert override_faults("herning", {"shortfall": "nobody_pays"})[0].startswith("override.shortfall: ")


NASTY = [None, True, 0, 10**30, Decimal("0.5"), Decimal("NaN"), "", "x", "\0", [], [1], ["x"], [[]], [{}], {}, {"x": {}}, {"x": "\0"}]
OURS = re.compile(r"must be |there is no |must be written")


@pytest.mark.parametrize("do", ACTS)
def test_whatever_a_key_is_given_is_answered_by_a_sentence_of_our_own(do):
    """The schema language has English sentences too; none of them shows."""
    known = {thing: set() for thing in ("department", "person", "application", "meeting")}
    for field, info in ACTS[do].model_fields.items():
        for value in NASTY:
            with pytest.raises(ValidationError) as raised:
                ACTS[do].model_validate({info.alias or field: value, "unknown": 1}, context=known)
            for fault in faults_in(raised.value):
                assert fault.kind in {*SHAPES, "extra_forbidden"} or OURS.match(fault.sentence), (field, value, fault)


def test_texts_are_cleaned_as_those_of_a_form_are():
    text = GOOD.replace('source = "IT"', 'source = " A\u030adal\u00a0\u00adIT "')
    said = APPLY.replace('title = "Sag"', 'title = "Digital\u00a0 post"\nsummary = "En  linje\\r\\nto"')
    fund, apply = read(text + said).events
    assert fund.values.source == "Ådal IT"
    assert (apply.values.title, apply.values.summary) == ("Digital post", "En linje\nto")
