"""Who changes a municipality's people and departments waits for whoever else does: their rules look at each other's rows."""

from fundbank.errors import StaleVersion
from fundbank.extensions import db
from fundbank.kit.transaction import lock
from fundbank.people.models import Department, Municipality, User


def hold(municipality: Municipality, *looked_at: User | Department | None, changed: User | Department | None = None) -> None:
    """Hold the municipality until the unit of work ends, and read what a rule looks at as it is now.

    Raises StaleVersion if somebody else has changed ``changed`` since it was read.
    """
    lock(municipality)
    if changed is not None:
        seen = changed.revision
        db.session.refresh(changed)
        if changed.revision != seen:
            raise StaleVersion()
    for row in looked_at:
        if row is not None and row is not changed:
            db.session.refresh(row)
