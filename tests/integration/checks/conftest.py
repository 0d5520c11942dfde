"""Records are compared without pages: the same bare application as replays have."""

from tests.integration.scenarios.conftest import app

__all__ = ["app"]
