"""Who may change people and departments: the municipality's own administrators (domain.md §11)."""

from fundbank.people.models import Department, User


def can_administer(person: User) -> bool:
    """May this person open the pages of users and departments?"""
    return person.is_active and person.is_administrator


def can_change_person(person: User, other: User) -> bool:
    """May ``person`` change ``other``'s account, or make a link for it?"""
    return can_administer(person) and person.municipality_id == other.municipality_id


def can_change_department(person: User, unit: Department) -> bool:
    return can_administer(person) and person.municipality_id == unit.municipality_id


def can_administer_municipality(person: User, municipality_id: int) -> bool:
    """May this person add people and departments there?"""
    return can_administer(person) and person.municipality_id == municipality_id
