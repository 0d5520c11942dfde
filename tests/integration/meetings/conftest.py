"""Every test of meetings has a forum, on the day of its meeting."""

from typing import Any

import pytest
from flask import Flask

from tests.integration.scoring.forum import TODAY, Forum


@pytest.fixture
def app_settings() -> dict[str, Any]:
    return {"CLOCK": lambda: TODAY}


@pytest.fixture
def forum(app: Flask) -> Forum:
    return Forum()
