"""The program as a server: its threads and connections, the worker beside it, and how it ends."""

import gc
import logging
import os
import select
import signal
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from threading import Event, Thread
from typing import Any

import click
from flask import Flask

from fundbank import config
from fundbank.extensions import db
from fundbank.kit import database

# A connection that says nothing costs little, so there may be many, but none for long. What a proxy in front has to do: record 0014.
THREADS, CONNECTIONS, IDLE_SECONDS = 8, 1000, 30
LARGEST_HEADER = 32 * 1024  # bytes
LAST_JOB_SECONDS = 10  # so long what the worker is at may take when the program is stopped


def url_of(host: str, port: int) -> str:
    """Where the server is found."""
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def whole_program(environment: Mapping[str, str] = os.environ, **settings: Any) -> Flask:
    """The program with its pages, as a process that goes on for long has it; ``settings`` go before those of the environment."""
    from fundbank.app import create_app

    application = create_app(settings, environment)
    with application.app_context():
        if db.engine.dialect.name == "sqlite":
            database.keep_to_the_file(db.engine)
    application.logger.propagate = False  # each line once, and whatever others say in the same form
    logging.basicConfig(handlers=application.logger.handlers)
    return application


@contextmanager
def _working(application: Flask, is_wanted: bool) -> Iterator[None]:
    """Let a worker do the jobs beside, in a thread. One that is cut off leaves nothing half done."""
    from fundbank.jobs import HANDLERS, begin_day
    from fundbank.outbox.worker import Worker

    stop = Event()
    worker = Thread(target=Worker(application, HANDLERS, begin_day).run, args=(stop,), name="worker", daemon=True)
    if is_wanted:
        worker.start()
    try:
        yield
    finally:
        stop.set()
        if is_wanted:
            worker.join(timeout=LAST_JOB_SECONDS)


def serve(host: str, port: int, *, with_worker: bool = False, **settings: Any) -> None:
    """Serve the program until it is stopped, with a worker beside it if one is wanted."""
    application = whole_program(SERVED_AT=url_of(host, port), **settings)
    with ending_whole(application), _working(application, with_worker):
        _listen(application, host, port)


def _listen(application: Flask, host: str, port: int) -> None:
    from waitress import serve

    logging.getLogger("waitress.queue").setLevel(logging.ERROR)  # a browser asks for more files at once than there are threads: no matter
    settle_in()
    serve(
        application,
        host=host,
        port=port,
        ident="fundbank",
        threads=THREADS,
        connection_limit=_connections(),
        channel_timeout=IDLE_SECONDS,
        cleanup_interval=5,
        asyncore_use_poll=hasattr(select, "poll"),  # select() itself stops at 1,024 files
        max_request_header_size=LARGEST_HEADER,
        max_request_body_size=2 * config.LARGEST_UPLOAD,  # from one up the program itself says no, on a page
        # What proxies say is read by the application (FUNDBANK_PROXIES): the server must let it through, and only then.
        clear_untrusted_proxy_headers=not application.config["PROXIES"],
    )


def settle_in() -> None:
    """Let the collector of rubbish look seldom: the program itself stays in memory, and what a page makes is gone when it ends.

    Looking after each 700 new things, as Python does by itself, takes a tenth of a page's time.
    """
    gc.freeze()
    gc.set_threshold(10_000)


@contextmanager
def ending_whole(app: Flask) -> Iterator[None]:
    """Asked to end (Ctrl-C, or SIGTERM as services are), the program leaves an embedded database that is whole in its one file."""
    before = signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))  # ends as by Ctrl-C: what is being answered is answered first
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
        with app.app_context():
            if db.engine.dialect.name == "sqlite" and not database.fold(db.engine):
                click.echo("Another program uses the database: what stands in its -wal file is not in its own file yet.", err=True)


def _connections() -> int:
    """How many connections are held open at once: a thousand, or fewer where this process may not have so many files."""
    if sys.platform == "win32":
        return CONNECTIONS
    import resource

    allowed, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return CONNECTIONS if allowed == resource.RLIM_INFINITY else max(min(CONNECTIONS, allowed - 100), 50)  # the rest is the program's own
