"""Applications as the forum compares them: what they ask for, their total and their rank, as far as the reader may see these."""

from collections.abc import Sequence
from dataclasses import dataclass

from fundbank.applications.models import Application
from fundbank.kit.formats import number, points
from fundbank.kit.language import gettext as _
from fundbank.people.models import User
from fundbank.pools.models import Pool
from fundbank.scoring.permissions import hidden_among
from fundbank.scoring.queries import gaining_scorers, ranking
from fundbank.scoring.rules import Assessment

HIDDEN = "–"


@dataclass(frozen=True)
class Ranked:
    """The totals that the reader may see, and the ranks if none of those compared is hidden: a gap would tell what it hides.

    ``scorers`` are those whose own department gains by what they scored, where the total may be seen.
    """

    seen: set[int]
    assessments: dict[int, Assessment]
    scorers: dict[int, list[User]]
    ranks: dict[int, int]
    hidden: int

    def total(self, application_id: int) -> str:
        """An application's total in words of figures; a dash without one."""
        found = self.assessments.get(application_id)
        return points(found.total) if found else HIDDEN

    def gaining(self, application_id: int) -> str:
        """Who scored it and belongs to a department that gains by it; empty if nobody, or if the reader may not see its scores."""
        people = self.scorers.get(application_id, ())
        return ", ".join(f"{person.name} ({person.department.name})" for person in people)

    def rank(self, application_id: int) -> str:
        """Its place among those compared; a dash without one."""
        found = self.ranks.get(application_id)
        return number(found) if found else HIDDEN


def standing(reader: User, pool: Pool, applications: Sequence[Application]) -> Ranked:
    """Compare ``applications`` as ``reader`` may see it: members score blind (domain.md §5). No query grows with them."""
    seen = {application.id for application in applications} - hidden_among(reader, pool, applications)
    ranked = ranking(applications)
    shown = [place.application.id for place in ranked if place.application.id in seen]
    hidden = sum(1 for place in ranked if place.application.id not in seen)
    return Ranked(
        seen=seen,
        assessments={place.application.id: place.assessment for place in ranked if place.application.id in seen},
        scorers=gaining_scorers(shown),
        ranks={} if hidden else {place.application.id: place.rank for place in ranked},
        hidden=hidden,
    )


def note(found: Ranked) -> str:
    """Say why scores are missing; nothing if none is."""
    return _("Scores that you may not see yet are left out, and so are the ranks.") if found.hidden else ""
