"""What the people of a pool do, one step a function, each through the pages: from money put in to an award that is closed."""

from datetime import date

from playwright.sync_api import expect

from fundbank.people.models import User
from fundbank.pools.criteria import CRITERIA
from tests.journeys.desk import Desk

LEVELS = {"wellbeing": "3", "efficiency": "5 (best)", "quality": "4", "security": "4", "scalability": "4"}


def puts_money_in(desk: Desk, person: User, amount: str, source: str) -> None:
    desk.sit_down(person)
    desk.follow("The pool")
    desk.follow("Put money into the pool")
    desk.fill("Amount", amount)
    desk.fill("Where the money comes from", source)
    desk.fill("Voucher", "Bevilling 1")
    desk.press("Show what it gives")
    desk.is_told("This will happen")
    desk.page.locator("main .button-row button").click()


def begins(desk: Desk, person: User, title: str) -> None:
    """From the first screen: the application's first step is open then."""
    desk.sit_down(person)
    desk.follow("Apply for money")
    desk.follow("Begin a full application")
    desk.fill("Title", title)
    desk.press("Begin")


def opens_step(desk: Desk, title: str) -> None:
    """Go on to another step, by the list of them beside the one that is open; on a phone it stands folded above."""
    folded = desk.page.locator(".tasks-folded:has(.tasks-list)")
    if folded.is_visible():
        folded.locator("summary").click()
    desk.page.locator(".tasks:visible, .tasks-folded:has(.tasks-list):visible").get_by_role(
        "button", name=desk.say(title), exact=True
    ).click()
    expect(desk.page.locator("h1")).to_have_text(desk.say(title))


def signs(desk: Desk, person: User, title: str) -> None:
    desk.sit_down(person)
    desk.page.get_by_role("link", name=title).first.click()
    desk.press("Sign the application")
    desk.is_told("You have signed the application. It can now be submitted.")


def submits(desk: Desk, person: User, title: str) -> None:
    desk.sit_down(person)
    desk.page.get_by_role("link", name=title).first.click()
    desk.press("Submit the application")
    desk.is_told("The application has been submitted. It will be screened next.")


def screens(desk: Desk, person: User, title: str) -> None:
    desk.sit_down(person)
    desk.page.get_by_role("link", name=title).first.click()
    desk.choose("Result", desk.say("Eligible"))
    desk.press("Save the screening")
    desk.is_told("The application is ready for the forum.")


def plans_a_meeting(desk: Desk, person: User, day: date) -> None:
    """The coordinator plans the meeting, and puts all that is ready on its agenda."""
    desk.sit_down(person)
    desk.follow("The pool")
    desk.follow_pool_menu("Decisions", "Meetings")
    desk.follow("Plan a meeting")
    if desk.page.get_by_role("radio", name=desk.say("Another day, written below")).count():
        desk.page.get_by_role("radio", name=desk.say("Another day, written below")).check()
    desk.fill("Another day", f"{day.day}-{day.month}-{day.year}")
    desk.fill("Place", "Rådhuset")
    desk.press("Plan the meeting")
    desk.press("Put all on the agenda")


def scores(desk: Desk, person: User, title: str, levels: dict[str, str] = LEVELS) -> None:
    desk.sit_down(person)
    desk.page.get_by_role("link", name=title).first.click()
    expect(desk.page.get_by_text(desk.say("All scores"), exact=True)).to_have_count(0)
    fills_the_sheet(desk, levels)
    desk.press("Hand in the score")
    desk.is_told("All scores")


def fills_the_sheet(desk: Desk, levels: dict[str, str]) -> None:
    for criterion in CRITERIA:
        level, _space, note = levels[criterion.code].partition(" ")
        sheet = desk.page.locator("section.criterion").filter(has_text=desk.say(criterion.question))
        sheet.get_by_role("radio", name=desk.say("%(level)s (best)", level=level) if note else level, exact=True).check()


def opens_the_meeting(desk: Desk, chair: User, present: list[User]) -> None:
    desk.sit_down(chair)
    desk.page.locator("[data-kind=meetings]").get_by_role("link").first.click()
    for person in present:
        desk.page.get_by_role("checkbox", name=person.name).check()
    desk.press("Open the meeting")
    desk.is_told("The meeting is open until you close it or the day is over. Until then nobody outside learns what it decides.")


def closes_the_meeting(desk: Desk) -> None:
    """On its page, which is open: what was decided is known from now on."""
    desk.page.locator("details.confirm summary", has_text=desk.say("Close the meeting")).click()
    desk.press("Yes: %(text)s", text=desk.say("Close the meeting"))


def accepts(desk: Desk, leader: User, title: str) -> None:
    desk.sit_down(leader)
    desk.page.get_by_role("link", name=title).first.click()
    desk.follow("Read the terms and accept")
    desk.tick("I have read the terms and accept the award for the department")
    desk.press("Accept the award")
    desk.is_told("The award has been accepted. Finance can now pay it out.")


def opens_the_award(desk: Desk, person: User, title: str) -> None:
    """From the first screen, by the pool's list of awards."""
    desk.sit_down(person)
    desk.follow("The pool")
    desk.follow_pool_menu("Money")
    desk.page.get_by_role("link", name=title).first.click()


def registers_a_disbursement(desk: Desk, person: User, title: str, amount: str) -> None:
    opens_the_award(desk, person, title)
    desk.follow("Register a disbursement")
    desk.fill("Amount", amount)
    desk.press("Register the disbursement")


def approves_the_disbursement(desk: Desk, person: User, title: str) -> None:
    desk.sit_down(person)
    desk.page.locator("[data-kind=to_approve]").get_by_role("link", name=title).click()
    desk.page.get_by_role("link", name=desk.say("Approve"), exact=True).click()
    desk.is_told("This will happen")
    desk.press("Approve the disbursement")


def reports_a_gain(desk: Desk, leader: User, title: str, year: int, department: str, amount: str) -> None:
    desk.sit_down(leader)
    desk.page.locator("[data-kind=gains_to_report]").get_by_role("link", name=title).click()
    desk.follow("Report %(year)s, %(department)s", year=year, department=department)
    desk.fill("How much was gained?", amount)
    desk.choose("Can the money be taken out of a budget?", desk.say("Yes, it is cashable"))
    desk.fill("How was it measured?", f"Timeregnskab for {year}")
    desk.page.locator("main .button-row button").click()


def verifies(desk: Desk, person: User, title: str, year: int, *departments: str) -> None:
    """Finance goes on from one department's gain to the next one's on the page of the award."""
    desk.sit_down(person)
    desk.page.locator("[data-kind=gains_to_verify]").get_by_role("link", name=title).first.click()
    for department in departments:
        desk.follow("Verify %(year)s, %(department)s", year=year, department=department)
        desk.press("Verify the gain")


def claims(desk: Desk, person: User, title: str, year: int) -> None:
    """Finance makes the claim; the arithmetic stands on the page before it is made."""
    desk.sit_down(person)
    desk.page.locator("[data-kind=claims_to_make]").get_by_role("link", name=title).first.click()
    desk.follow("Make the claim for %(year)s", year=year)
    if desk.page.get_by_role("button", name=desk.say("Work it out"), exact=True).count():
        desk.press("Work it out")
    desk.page.locator("main .button-row button").click()
    desk.is_told("What each department owes")


def posts_repayments(desk: Desk, person: User, amount: str, *departments: str) -> None:
    """Finance goes on from one department's repayment to the next one's on the page of the claim, which is open."""
    desk.sit_down(person, desk.path)
    for department in departments:
        desk.follow("Register a repayment from %(name)s", name=department)
        desk.fill("Amount that has been paid", amount)
        desk.fill("Voucher", f"Bilag {department}")
        desk.press("Register the repayment")


def closes(desk: Desk, coordinator: User, title: str) -> None:
    desk.sit_down(coordinator)
    desk.page.locator("[data-kind=to_close]").get_by_role("link", name=title).click()
    desk.follow("Close the award")
    desk.page.locator("main textarea").fill("Test med rigtige sager, før systemet tages i brug.")
    desk.press("Close the award")
    desk.is_told("The award has been closed.")
