"""Every test of scoring has a forum, on the day of its meeting."""

from typing import Any

import pytest
from flask import Flask

from tests.integration.scoring.forum import TODAY, Forum
from tests.pictures import Pictures


@pytest.fixture
def app_settings() -> dict[str, Any]:
    return {"CLOCK": lambda: TODAY}


@pytest.fixture
def forum(app: Flask, pictures: Pictures) -> Forum:
    return pictures.of("forum", Forum)
