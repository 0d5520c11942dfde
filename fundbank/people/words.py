"""What waits for a second person, as message ids."""

from fundbank.errors import N_
from fundbank.people.rules import Kind

KINDS = {
    Kind.ROLE: N_("Role in a pool"),
    Kind.ADMINISTRATOR: N_("Administrator of the municipality"),
    Kind.EMAIL: N_("Another e-mail address"),
    Kind.REOPENING: N_("Account to be opened again"),
}
