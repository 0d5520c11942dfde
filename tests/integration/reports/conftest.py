"""A pool in which every paper has something to say, on the second of March 2026."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from pypdf import PdfReader

from fundbank.meetings.models import Meeting
from fundbank.meetings.operations.calendar import plan_meeting, put_on_agenda, sign_minutes
from fundbank.people.models import User
from fundbank.scenarios.player import play
from fundbank.scenarios.reader import read
from fundbank.scenarios.world import World
from tests.pictures import Pictures
from tests.web import Client

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
STORY = Path(__file__).parent / "bank.toml"


class Bank:
    """The scenario's things by its keys, and a meeting to come with one application on its agenda."""

    def __init__(self, world: World) -> None:
        self.world, self.pool = world, world.pool
        self.held = world.meetings["februar"]
        sign_minutes(actor=world.people["formand"], at=NOW, meeting=self.held)
        coordinator = world.people["koordinator"]
        self.coming: Meeting = plan_meeting(actor=coordinator, at=NOW, pool=self.pool, held_on=date(2026, 4, 9), place="Rådhuset")
        put_on_agenda(actor=coordinator, at=NOW, meeting=self.coming, application=world.applications["tid"])

    def person(self, key: str, language: str = "en") -> User:
        person = self.world.people[key]
        person.language = language
        return person

    def decision(self, key: str) -> int:
        application = self.world.applications[key]
        return next(decision.id for decision in self.held.decisions if decision.application_id == application.id)

    def line(self, key: str, department: str) -> int:
        from fundbank.repayments.queries import line_of

        line = line_of(self.world.award(key), self.world.departments[department].id, 2025)
        assert line is not None
        return line.id


def make_bank() -> Bank:
    played = play(read(STORY.read_text("utf-8")))
    assert not played.differences
    return Bank(played.world)


@pytest.fixture
def app_settings() -> dict[str, Any]:
    return {"CLOCK": lambda: NOW}


@pytest.fixture
def bank(app: Flask, pictures: Pictures) -> Bank:
    return pictures.of("bank of the papers", make_bank)


@pytest.fixture
def pdf_of(client: Client) -> Callable[[str], PdfReader]:
    def read_pdf(url: str) -> PdfReader:
        answer = client.get(url)
        assert answer.status_code == 200, answer.text
        assert answer.mimetype == "application/pdf"
        return PdfReader(BytesIO(answer.get_data()))

    return read_pdf
