"""A backup taken while others post: whole, of one moment, and with every posting in it that was acknowledged before it began."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Thread
from time import sleep

import pytest
from flask import Flask

from fundbank.backup.archive import Archive
from fundbank.cli.databases import bare_app, engine_of
from fundbank.extensions import db
from fundbank.kit.clock import now
from fundbank.kit.database import is_trouble
from fundbank.kit.transaction import commit, unit_of_work
from fundbank.ledger import steps
from fundbank.ledger.chart import Event as Posted
from tests.builders import a_pool, a_user
from tests.databases import Databases
from tests.integration.backup.bank_kept import kind_of, told

pytestmark = pytest.mark.each_database

WRITERS, PAUSE = 4, 0.01
ROUNDS, WHOLE_ROUNDS = 2, 50


class Writers:
    """Four people, each with a connection of their own, who post into two pools until they are told to stop."""

    def __init__(self, url: str, pools: list[int], actor: int) -> None:
        self.acknowledged: list[str] = []
        self._url, self._actor = url, actor
        self._stop, self._going = Event(), Event()
        self._threads = [Thread(target=self._post, args=(number, pools[number % len(pools)])) for number in range(WRITERS)]
        self.troubles: list[BaseException] = []

    def _post(self, writer: int, pool_id: int) -> None:
        app, number = bare_app(engine_of(self._url)), 0
        with app.app_context():
            while not self._stop.wait(PAUSE):
                self._going.wait()
                number += 1
                key = f"{writer}-{number}"
                try:
                    with unit_of_work():
                        self._fund(pool_id, number, key)
                    self.acknowledged.append(key)
                except Exception as error:  # a thread's own would only be printed
                    if not is_trouble(error):
                        self.troubles.append(error)
            db.session.remove()
            db.engine.dispose()

    def _fund(self, pool_id: int, ore: int, key: str) -> None:
        steps.post(pool_id=pool_id, event=Posted.FUNDING, amount_ore=ore, actor_id=self._actor, at=now(), source="Budget", key=key)

    @contextmanager
    def at_work(self) -> Iterator[None]:
        """They post within the block, and rest after it."""
        self._going.set()
        try:
            yield
        finally:
            self._going.clear()

    @contextmanager
    def there(self) -> Iterator[None]:
        for thread in self._threads:
            thread.start()
        try:
            yield
        finally:
            self._stop.set()
            self._going.set()
            for thread in self._threads:
                thread.join()


def test_a_backup_taken_while_four_post_is_whole(
    app: Flask, database_url: str, databases: Databases, whole: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pools, actor = [a_pool().id, a_pool().id], a_user().id
    commit()
    writers = Writers(database_url, pools, actor)
    with writers.there():
        for number in range(WHOLE_ROUNDS if whole else ROUNDS):
            file, url = tmp_path / f"{number}.zip", databases.bare(kind_of(database_url))
            with writers.at_work():
                enough = len(writers.acknowledged) + 2 * WRITERS
                while len(writers.acknowledged) < enough:
                    assert writers.troubles == []
                    sleep(PAUSE)
                before = set(writers.acknowledged)
                said = told(monkeypatch, database_url, "backup", str(file))
            assert said.exit_code == 0, said.output
            restored = told(monkeypatch, url, "restore", str(file))
            assert restored.exit_code == 0, restored.output
            archive = Archive(file)
            (posted,) = (member for member in archive.manifest.members if member.table == "transfers")
            found = {posted.shape.values(line)["idempotency_key"] for line in archive.lines(posted)}
            assert before <= found, "what was acknowledged before it began"
            databases.drop(url)
            file.unlink()
    assert writers.troubles == []
