"""A process that has the program ready, and lets workers begin at once: for each line that it reads it forks one, and says its id.

A test kills them. To begin the program anew for each would take a second.
"""

import os
import sys
from datetime import timedelta
from threading import Event

from fundbank.app import create_app
from fundbank.extensions import db
from fundbank.outbox.worker import Worker
from tests.integration.outbox.test_jobs import note
from tests.post import setting


def begin_day(*, at: object) -> None:
    """Nothing is asked for by the day."""


def main(database: str, port: int) -> None:
    app = create_app({"SECRET_KEY": "tests", "SQLALCHEMY_DATABASE_URI": database, "MAIL_SERVER": setting(port)})
    for _line in sys.stdin:
        child = os.fork()
        if child == 0:
            with app.app_context():
                db.engine.dispose(close=False)
            Worker(app, {"note": note}, begin_day, lease=timedelta(milliseconds=100)).run(Event())
        print(child, flush=True)
        os.waitpid(child, 0)
        print("ended", flush=True)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
