"""A counter without a browser, where the people of a test stand one after the other, each with the form of a page.

A form is opened, changed and sent as a browser would: what the page does not offer cannot be sent.
"""

from datetime import date
from typing import Any

from flask import Flask

from fundbank.kit.clock import noon
from fundbank.people.models import User
from tests.conftest import new_client
from tests.integration.scoring.forum import sent
from tests.web import Response, sent_along


class Counter:
    """Where one program's people are served."""

    def __init__(self, app: Flask) -> None:
        self.app, self.client = app, new_client(app)

    def on(self, day: date) -> "Counter":
        """Turn the program's clock to noon of ``day``."""
        self.app.config["CLOCK"] = lambda: noon(day)
        return self

    def sees(self, person: User, page: str) -> Response:
        answer: Response = self.client.sign_in(person).get(page)
        assert answer.status_code == 200, f"{page}: {answer.status_code}"
        return answer

    def sends(self, person: User, page: str, action: str = "", **typed: Any) -> None:
        """Fill in the form of the page and send it, and again where it first shows what will happen; or press the button that is there for
        ``action``.
        """
        shown = self.sees(person, page)
        assert f'action="{action}"' in shown.text or not action, f"{page} offers no {action}"
        for _ in range(1 if action else 2):
            data = {**sent_along(shown.text, action), **typed} if action else sent(shown.text, **typed)
            shown = self.client.submit(action or page, data)
            if shown.status_code == 303:
                return
            assert shown.status_code == 200, shown.words
        raise AssertionError(shown.words)
