"""What the demo shows is in order: whoever tries the program's check on it reads that all is well."""

from datetime import UTC, datetime

import pytest
from flask import Flask

from fundbank.checks import check
from fundbank.extensions import db
from fundbank.kit.transaction import commit
from fundbank.people.models import User
from fundbank.scenarios import demo


def test_the_busy_pool_of_the_demo_is_well(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(demo, "STORIES", ())
    demo.fill(at=datetime(2026, 11, 23, 9, 30, tzinfo=UTC))
    commit()
    assert list(check(db.session.connection())) == []
    assert all(person.email and person.password_hash for person in db.session.query(User))
