"""What is asked, and what is answered."""

from fundbank.applications.rules.questions import ANSWER_LENGTH, QUESTION_LENGTH
from fundbank.kit.language import lazy_gettext as _
from fundbank.kit.web.forms import Form, LongTextField


class QuestionForm(Form):
    """One question."""

    text = LongTextField(
        _("What do you want to ask the department?"),
        hint=_(
            "Everybody who may see the application can read it, with your name. It cannot be changed afterwards. "
            "Say nothing about your score."
        ),
        required=_("Write what you ask."),
        max_length=QUESTION_LENGTH,
    )


class AnswerForm(Form):
    """One answer."""

    text = LongTextField(
        _("What does the department answer?"),
        hint=_("Everybody who may see the application reads it at once. It cannot be changed afterwards; you can answer again."),
        required=_("Write the answer."),
        max_length=ANSWER_LENGTH,
    )
