"""The forms in which an application is begun and written: one for each topic (rules.topics), which says nothing of the others."""

from collections.abc import Mapping

from fundbank.applications.forms.writing.gains import GainsForm
from fundbank.applications.forms.writing.money import MoneyForm
from fundbank.applications.forms.writing.need import NeedForm
from fundbank.applications.forms.writing.project import ProjectForm
from fundbank.applications.forms.writing.topic import TopicForm
from fundbank.applications.forms.writing.who import WhoForm
from fundbank.applications.rules import topics

FORMS: Mapping[topics.Topic, type[TopicForm]] = {
    topics.PROJECT: ProjectForm,
    topics.NEED: NeedForm,
    topics.MONEY: MoneyForm,
    topics.GAINS: GainsForm,
    topics.WHO: WhoForm,
}
