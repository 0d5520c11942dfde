"""Working for every municipality of a database, each in a schema of its own, in one process."""

import logging
import os
import time
from collections.abc import Callable, Mapping
from datetime import datetime
from random import uniform
from threading import Event

from flask import Flask
from sqlalchemy import NullPool
from sqlalchemy.exc import DBAPIError

from fundbank import config, migrations
from fundbank.cli.databases import new_engine, schemas_in
from fundbank.cli.server import whole_program
from fundbank.cli.serving import never_mailed, require_writable
from fundbank.cli.trouble import Trouble
from fundbank.config import BadSetting
from fundbank.kit.clock import now
from fundbank.kit.database import engine_options
from fundbank.outbox.worker import POLL, Worker

LOOKED_EVERY = 60  # seconds: then new municipalities are found, and one that could not be worked for is tried again

log = logging.getLogger("fundbank.work")


class Rounds:
    """Goes from schema to schema and does one thing in each: no municipality waits for all that another has to do.

    One that cannot be worked for is told of in the log and left out for a minute, while the others go on. No connection is kept from one
    visit to the next: a hundred municipalities need one at a time.
    """

    def __init__(
        self, url: str, worker_of: Callable[[Flask], Worker], environment: Mapping[str, str] = os.environ, *, rest: float = LOOKED_EVERY
    ) -> None:
        self._url, self._worker_of, self._environment, self._rest = url, worker_of, environment, rest
        self._workers: dict[str, Worker] = {}
        self._left_out: dict[str, float] = {}  # until when, on a clock that nobody sets
        self._said: dict[str, str] = {}  # why nothing is done for one: told once, not each minute
        self._look_at = time.monotonic()

    def run(self, stop: Event, clock: Callable[[], datetime] = now) -> None:
        """Go round until ``stop`` is set; what is being done then is ended first."""
        while not stop.is_set():
            if not self.go_round(clock, stop):
                stop.wait(uniform(*POLL))  # noqa: S311  (no secret)

    def go_round(self, clock: Callable[[], datetime] = now, stop: Event | None = None) -> bool:
        """Do at most one thing for each municipality; False if there was nothing to do for any."""
        self._look_around()
        is_busy = False
        for schema, worker in self._workers.items():
            if (stop is None or not stop.is_set()) and self._left_out.get(schema, 0) <= time.monotonic():
                done = worker.attempt(clock())
                is_busy = is_busy or bool(done)
                if done is None:
                    self._left_out[schema] = time.monotonic() + self._rest
        return is_busy

    def _look_around(self) -> None:
        if time.monotonic() < self._look_at:
            return
        self._look_at = time.monotonic() + self._rest
        engine = new_engine(self._url, None)
        try:
            found = schemas_in(engine)
        except DBAPIError as error:
            log.warning("the database cannot be used: %s", type(error).__name__)
            return
        finally:
            engine.dispose()
        self._workers = {schema: worker for schema in found if (worker := self._workers.get(schema) or self._begin(schema))}

    def _begin(self, schema: str) -> Worker | None:
        """A worker for the municipality in ``schema``; None if there can be none now, which the log says."""
        try:
            return self._worker_of(self._program(schema))
        except (BadSetting, Trouble, migrations.WrongDatabase) as error:
            said = str(error)
        except DBAPIError as error:
            said = type(error).__name__
        if self._said.get(schema) != said:
            log.warning("nothing is done for %s: %s", schema, said, extra={"said": {"schema": schema}})
        self._said[schema] = said
        return None

    def _program(self, schema: str) -> Flask:
        environment = config.of_schema(schema, self._environment)
        if f"FUNDBANK_ADDRESS_{schema.upper()}" not in environment:
            raise BadSetting(
                f"mail must lead to its own pages. Set FUNDBANK_ADDRESS_{schema.upper()} to where its people find the program."
            )
        engine = new_engine(self._url, schema)
        try:
            migrations.require_current(engine)
            require_writable(engine)
            kept_from = never_mailed(engine)
        finally:
            engine.dispose()
        options = engine_options(self._url, schema)
        del options["pool_timeout"]
        return whole_program(environment, SQLALCHEMY_ENGINE_OPTIONS={**options, "poolclass": NullPool}, **kept_from)
