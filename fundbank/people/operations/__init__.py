"""Every write about municipalities, departments, people and their passwords. ``actor=None`` is the system itself: init, demo, replay."""

from fundbank.people.operations.departments import (
    HasMembers,
    NameTaken,
    WrongParent,
    close_department,
    create_department,
    create_municipality,
    move_department,
    rename_department,
    reopen_department,
)
from fundbank.people.operations.passwords import (
    LinkNotShown,
    LinkUsed,
    PasswordCommon,
    PasswordGuessed,
    PasswordTooShort,
    WrongPassword,
    change_own_password,
    end_links,
    end_sessions,
    forget_links,
    forget_open_password,
    hash_token,
    invite,
    reset,
    set_password_by_link,
    whose_password,
)
from fundbank.people.operations.persons import (
    EmailTaken,
    LastAdministrator,
    change_language,
    change_user,
    create_user,
    deactivate_user,
    make_administrator,
    reactivate_user,
    reopen_account,
    take_email,
)

__all__ = [
    "EmailTaken", "HasMembers", "LastAdministrator", "LinkNotShown", "LinkUsed", "NameTaken", "PasswordCommon", "PasswordGuessed",
    "PasswordTooShort", "WrongParent", "WrongPassword", "change_language", "change_own_password", "change_user", "close_department",
    "create_department", "create_municipality", "create_user", "deactivate_user", "end_links", "end_sessions", "forget_links",
    "forget_open_password", "hash_token", "invite", "make_administrator", "move_department", "reactivate_user", "rename_department",
    "reopen_account", "reopen_department", "reset", "set_password_by_link", "take_email", "whose_password",
]  # fmt: skip
