"""What an application comes to, beside the form while it is written: worked out of what stands in the form now, and nothing is saved."""

import pytest

from fundbank.applications import operations
from fundbank.applications.rules.content import PlannedGain, QualitativeGain, StatedPayback
from fundbank.history import queries as history
from fundbank.kit.language import speaking
from fundbank.reports.papers.business_case import business_case
from tests.builders import AT
from tests.integration.applications.office import Office, an_office, field_error, form_of
from tests.integration.applications.writing import save, started, step
from tests.pictures import Pictures
from tests.web import Client, Response

ON_ONE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # no SQL of its own behind it

AREA = {
    "name": "Tidsbestilling", "before": "25", "before_low": "20", "before_high": "30", "after": "12", "after_low": "10", "after_high": "15",
    "cases": "6000", "affected": "80", "rate": "350", "phase_in": "100", "years": "4", "cashable": "y",
}  # fmt: skip


@pytest.fixture
def office(app, pictures: Pictures) -> Office:
    return pictures.of("office", an_office)


def area(office: Office, number: int = 0, **other: str) -> dict[str, str]:
    return {f"gain_areas-{number}-{name}": value for name, value in (AREA | {"department": str(office.own.id)} | other).items()}


def recounted(client: Client, application, code: str, **typed) -> Response:
    """Send what stands in the form of a step, as the script does while somebody types."""
    page = step(application, code)
    return client.submit(f"{page}/results", form_of(client.get(page).text) | typed)


@ON_ONE
def test_the_worked_example_stands_beside_the_form_as_it_is_typed(office, client):
    application = office.application(gains=())
    client.sign_in(office.person("applicant"))
    assert "A loan is repaid out of cashable gains. Write at least one" in client.get(step(application, "gains")).words
    words = recounted(client, application, "gains", **area(office)).words
    assert "DKK 364,000.00 low DKK 140,000.00, high DKK 560,000.00" in words, "domain.md §6"
    assert "Payback 20 months" in words
    assert application.content.gain_areas == ()


@ON_ONE
def test_the_loan_is_repaid_by_department_and_year_under_the_rules_of_the_pool(office, client):
    """Herning's own example (domain.md §8): 200,000 in the own department and 200,000 in another, half of it for three years."""
    gains = tuple(PlannedGain(year, unit.id, 200_000_00) for year in (1, 2, 3) for unit in (office.own, office.other))
    application = office.application(gains=gains)
    words = client.sign_in(office.person("applicant")).get(step(application, "money")).words
    assert "the pool gets 50% of the cashable gains of" in words
    assert words.count("Borgerservice 100,000.00") == words.count("Økonomi 100,000.00") == 6, "beside the step, and folded on a phone"
    assert "As planned, the loan is repaid with the gains of" in words
    assert "the forum decides on more years, a write-off or a grant" in words
    assert "it is repaid sooner. Any gain beyond that stays with the departments" in words


@ON_ONE
def test_low_and_high_gains_say_what_is_left_and_how_much_sooner(office, client):
    application = office.application(gains=())
    client.sign_in(office.person("applicant"))
    words = recounted(client, application, "gains", **area(office)).words
    assert "If the gains come in low, DKK 320,000.00 is left after" in words  # 600,000 less 4 × 70,000
    assert "If the gains come in high, it is repaid with those of" in words


@ON_ONE
def test_under_the_other_rule_the_departments_pay_what_is_left(app, client):
    office = an_office(shortfall="department_pays")
    application = office.application(gains=())
    client.sign_in(office.person("applicant"))
    words = recounted(client, application, "gains", **area(office)).words
    assert "the departments pay DKK 320,000.00 beyond their share with the last claim" in words


@ON_ONE
def test_without_a_script_a_button_counts_and_what_was_typed_stays(office, client):
    application = office.application()
    lines = len(history.entries("applications", application.id))
    page = step(application, "money")
    client.sign_in(office.person("applicant"))
    typed = form_of(client.get(page).text) | {"loan": "700.000", "costs-0-amount": "800.000", "costs-1-text": "Kursus"}
    answer = client.submit(page, typed | {"row": "recount"})
    assert answer.status_code == 200
    assert "To set up DKK 800,000.00" in answer.words
    assert "Asked of the pool DKK 700,000.00" in answer.words
    assert "Cost 2 is not counted yet: Write the amount of this cost." in answer.words
    assert form_of(answer.text)["costs-1-text"] == "Kursus"
    assert field_error(answer.text, "costs-1-amount") is None, "nobody has asked to save it"
    assert (application.content.loan_ore, len(history.entries("applications", application.id))) == (600_000_00, lines)


@ON_ONE
def test_what_is_not_known_yet_has_no_line_and_one_sentence_says_what_is_missing(office, client):
    application = office.application(loan_ore=0, costs=(), gains=())
    words = client.sign_in(office.person("applicant")).get(step(application, "money")).words
    assert "What it comes to The figures come here when you have written the money and the gains." in words
    assert not any(name in words for name in ("Asked of the pool", "Gain in a full year", "Net present value", "Repayment"))
    words = recounted(client, application, "money", loan="100.000").words
    assert "Asked of the pool DKK 100,000.00 Write what it costs to set up, in the step Money." in words
    assert "Write what you ask for" in recounted(client, application, "money", **{"costs-0-amount": "100.000"}).words
    words = recounted(client, application, "money", loan="100.000", **{"costs-0-amount": "100.000"}).words
    assert "A loan is repaid out of cashable gains. Write at least one" in words and "Payback" not in words
    words = recounted(client, application, "money", grant="100.000", **{"costs-0-amount": "100.000"}).words
    assert "Payback and repayment come when the gains are written." in words
    words = recounted(client, application, "money", grant="100.000", loan="mange", **{"costs-0-amount": "50.000"}).words
    assert "A grant is not repaid." in words
    assert "It is more than it costs to set up." in words
    assert "Loan is not counted yet:" in words


@ON_ONE
def test_a_row_that_is_half_typed_counts_for_nothing_and_says_so(office, client):
    application = office.application(gains=())
    client.sign_in(office.person("applicant"))
    words = recounted(client, application, "gains", **area(office), **area(office, 1, name="Breve", cases="")).words
    assert "Gain area 2 is not counted yet: Write how many cases there are a year." in words
    assert "DKK 364,000.00 low DKK 140,000.00" in words


@ON_ONE
def test_a_gain_that_is_being_split_counts_once_its_shares_are_whole(office, client):
    application = office.application(gains=())
    client.sign_in(office.person("applicant"))
    split = {"split-amount": "100.000", "split-first": "1", "split_shares-0-department": str(office.own.id), "split_shares-0-share": "60"}
    words = recounted(client, application, "gains", **split).words
    assert "The gain to be split is not counted yet: The shares sum to 60%; they must sum to 100%." in words
    whole = split | {"split_shares-1-department": str(office.other.id), "split_shares-1-share": "40"}
    assert "Gain in a full year DKK 100,000.00" in recounted(client, application, "gains", **whole).words


@ON_ONE
@pytest.mark.parametrize(("role", "status"), [("applicant", 200), ("leader", 200), ("member", 404), ("finance", 404), ("auditor", 403)])
def test_only_who_may_write_it_is_told(office, client, role, status):
    application = office.application()
    answer = client.sign_in(office.person(role)).submit(f"{step(application, 'money')}/results", {})
    assert answer.status_code == status


@ON_ONE
def test_a_step_that_has_no_results_of_its_own_is_not_there(office, client):
    application = office.application()
    client.sign_in(office.person("applicant"))
    assert client.submit(f"{step(application, 'check')}/results", {}).status_code == 404
    assert client.submit(f"{step(application, 'need')}/results", {}).status_code == 200, "what is saved, beside every step"


@ON_ONE
def test_the_leader_sees_what_it_comes_to_before_signing(office, client):
    application = office.application()
    page = client.sign_in(office.person("leader")).get(step(application, "check"))
    assert "Sign the application" in page.words
    assert "Asked of the pool DKK 600,000.00" in page.words
    assert "Repayment by department and year" in page.words
    assert "Work it out again" not in page.words, "nothing is typed there"


def test_a_payback_that_differs_needs_a_reason_and_both_show(office, client):
    application = office.application()
    client.sign_in(office.person("applicant"))
    gains = step(application, "gains")
    words = recounted(client, application, "gains", stated_years="3").words
    assert "You expect 3 years yourselves. Write why it differs" in words
    assert save(client, gains, stated_years="3").status_code == 303
    assert "You state a different payback from the one that your figures give: write why." in client.get(gains).words
    reason = "Det første år er uden gevinst."
    assert save(client, gains, stated_years="3", stated_reason=reason).status_code == 303
    assert "You state a different payback" not in client.get(gains).words
    words = client.get(f"/applications/{application.id}").words
    assert f"The department itself expects a payback of 3 years; the figures give 18 months. Its reason: {reason}" in words
    said = recounted(client, application, "gains", stated_reason=reason, stated_years="").words
    assert "You expect" not in said


@ON_ONE
def test_a_reason_without_a_payback_asks_for_the_payback(office, client):
    application = office.application()
    client.sign_in(office.person("applicant"))
    started(office, save(client, step(application, "gains"), stated_reason="Det går hurtigere."))
    answer = client.get(step(application, "gains"))
    assert "Write the payback that you expect" in field_error(answer.text, "stated_years")
    assert form_of(answer.text)["stated_reason"] == "Det går hurtigere."


def test_the_payback_that_is_stated_stands_on_paper_too(office):
    stated = StatedPayback(2, 3, reason="Leverandøren giver rabat.")
    application = office.application(stated_payback=stated)
    with speaking("en"):
        blocks = business_case(application.content, office.pool.policy, {})
    assert ("Payback stated by the department", "2 years and 3 months. Leverandøren giver rabat.") in blocks[-1].said


@ON_ONE
def test_who_reads_it_sees_the_picture_and_how_the_loan_would_be_repaid(office, client):
    application = office.application("submitted")
    page = client.sign_in(office.person("coordinator")).get(f"/applications/{application.id}")
    assert "the running sum as a line: it ends at DKK 600,000.00. The investment is paid back 18 months" in page.text
    assert "Paid back after 18 months" in page.words
    assert "How the loan would be repaid If the loan is granted this year on the usual terms" in page.words
    operations.screen_application(actor=office.person("coordinator"), at=AT, application=application, result="returned", reason="Uklart.")
    operations.withdraw_application(actor=office.person("applicant"), at=AT, application=application)
    assert "How the loan would be repaid" not in client.get(f"/applications/{application.id}").words


@ON_ONE
def test_gains_in_words_alone_are_nothing_to_mend(office, client):
    words = (QualitativeGain("quality", "Borgerne får svar samme dag."),)
    application = office.application(loan_ore=0, grant_ore=600_000_00, gains=(), qualitative_gains=words)
    page = client.sign_in(office.person("applicant")).get(step(application, "gains")).words
    assert "Gain in a full year None in kroner" in page
    assert "A grant is not repaid." in page
