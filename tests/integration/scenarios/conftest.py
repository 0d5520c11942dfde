"""Replays need a database and no pages: the same bare application that the command line makes."""

import pytest
from flask import Flask


@pytest.fixture
def app(only_database: Flask) -> Flask:
    return only_database
