"""The main tasks by keyboard alone: sign in, write, score, decide, post a repayment. Nothing is clicked, and the focus is always to be seen."""

from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest
from flask import Flask

from fundbank.extensions import db
from fundbank.kit.clock import noon
from fundbank.kit.transaction import commit
from fundbank.meetings.models import Meeting
from fundbank.meetings.words import OUTCOMES
from fundbank.scenarios.player import play
from fundbank.scenarios.reader import read
from fundbank.scenarios.world import World
from fundbank.scoring.criteria import CRITERIA
from tests.builders import PASSWORD, PASSWORD_HASH
from tests.journeys.conftest import Window
from tests.journeys.desk import Desk
from tests.journeys.town import Town, a_town_with_pool

FOCUS = """() => {
    const one = document.activeElement, box = one.getBoundingClientRect(), style = getComputedStyle(one);
    const labels = [...(one.labels ?? [])].map(label => label.innerText.trim());
    return { name: one.getAttribute('aria-label') || labels.join(' ') || one.innerText.trim(), id: one.id, field: one.name ?? '',
             value: one.value ?? '', seen: box.width > 1 && box.height > 1, ring: style.outlineStyle !== 'none' || style.boxShadow !== 'none' };
}"""
MOST_STEPS = 150

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
