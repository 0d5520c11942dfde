"""What is asked of the department that applies, and when it must have been answered."""

from fundbank.errors import N_, Incomplete

QUESTION_LENGTH = 2_000
"""As many characters has a question at most."""
ANSWER_LENGTH = 4_000
"""As many has an answer."""


class Unanswered(Incomplete):
    """The application was returned with a question that has no answer."""

    message = N_("Answer what was asked when the application was returned.")

    def __init__(self) -> None:
        super().__init__(field="questions")
