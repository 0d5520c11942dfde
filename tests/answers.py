"""What an application was returned with, answered by who began it: then it can be signed again."""

from datetime import datetime

from fundbank.applications.models import Application
from fundbank.applications.queries.questions import asked_with_return
from fundbank.questions.operations import answer_question


def answer_all(application: Application, *, at: datetime) -> None:
    for question in asked_with_return(application):
        answer_question(actor=application.created_by, at=at, question=question, text="Det står i ansøgningen nu.")
