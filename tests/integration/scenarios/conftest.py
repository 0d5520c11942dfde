"""Replays need a database and no pages: the same bare application that the command line makes."""

from collections.abc import Iterator

import pytest
from flask import Flask

from fundbank.extensions import db


@pytest.fixture
def app(database_url: str) -> Iterator[Flask]:
    """A database with an open application context, and nothing else of the program."""
    app = Flask("fundbank")
    app.config["SQLALCHEMY_DATABASE_URI"] = database_url
    db.init_app(app)
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()
