"""Files as facts: kept once, in pieces, also at the same instant; and the check finds what is missing, changed or stray."""

from collections.abc import Callable
from hashlib import sha256
from io import BytesIO
from tracemalloc import get_traced_memory, start, stop

import pytest
from flask import Flask
from sqlalchemy import func, insert, select, text
from sqlalchemy.exc import DBAPIError

from fundbank.applications.models import Application
from fundbank.applications.operations.annexes import take_annex_away
from fundbank.errors import WrongState
from fundbank.extensions import db
from fundbank.files import checks, operations, queries
from fundbank.files.checks import check_files
from fundbank.files.models import PIECE, File, FileContent, FilePiece
from fundbank.files.operations import Sent
from fundbank.files.queries import DamagedFile
from fundbank.files.rules import LARGEST, MEGABYTE, UnfitFile
from fundbank.kit.transaction import commit
from tests.annexes import PDF
from tests.at_once import at_once, doing
from tests.builders import AT
from tests.integration.applications.office import Office, an_office
from tests.integration.backup.bank_kept import told
from tests.integration.seals.test_tampering import unguarded
from tests.pictures import Pictures


@pytest.fixture
def office(app: Flask, pictures: Pictures) -> Office:
    return pictures.of("office", an_office)


def a_large_file(size: int = 3 * PIECE + 17) -> bytes:
    return PDF + bytes(size - len(PDF))


def attach(office: Office, content: bytes = PDF, application: Application | None = None, name: str = "a.pdf") -> File:
    subject = application or office.application()
    sent = [Sent(name, BytesIO(content))]
    (file,) = operations.attach_files(actor_id=office.person("applicant").id, at=AT, subject=subject, sent=sent, purpose="offer")
    return file


def test_a_file_lies_in_pieces_and_comes_back_sign_for_sign(office: Office) -> None:
    content = a_large_file()
    file = attach(office, content)
    sizes = db.session.scalars(select(func.length(FilePiece.data)).order_by(FilePiece.number)).all()
    assert sizes == [PIECE, PIECE, PIECE, 17]
    assert (file.content.sha256, file.content.size) == (sha256(content).hexdigest(), len(content))
    with queries.opened(file.content) as opened:
        assert opened.read() == content
    if db.engine.dialect.name == "postgresql":
        kept = "SELECT attstorage FROM pg_attribute WHERE attrelid = 'file_pieces'::regclass AND attname = 'data'"
        assert db.session.scalar(text(kept)) in ("e", b"e"), "it is packed already"


def test_the_same_content_at_the_same_instant_is_kept_once(app: Flask, office: Office) -> None:
    applications = [office.application().id for _number in range(2)]
    writer = office.person("applicant").id

    def act(number: int) -> Callable[[], Callable[[], object]]:
        def read() -> Callable[[], object]:
            subject = db.session.get_one(Application, number)
            sent = [Sent("a.pdf", BytesIO(a_large_file()))]
            return lambda: operations.attach_files(actor_id=writer, at=AT, subject=subject, sent=sent, purpose="offer")

        return read

    assert at_once(app, *map(act, applications)) == ["done", "done"]
    (content,) = db.session.scalars(select(FileContent)).all()
    assert db.session.scalar(select(func.count()).select_from(FilePiece)) == 4
    assert [file.content_id for file in db.session.scalars(select(File))] == [content.id, content.id]
    assert not list(check_files(db.session.connection()))


def test_a_file_is_taken_away_once(office: Office) -> None:
    application = office.application()
    file = attach(office, application=application)
    take = {"actor_id": office.person("applicant").id, "at": AT, "subject": application, "file": file}
    operations.take_file_away(**take)
    with pytest.raises(WrongState):
        operations.take_file_away(**take)
    assert not queries.files_of("applications", application.id)
    assert queries.attached_to("applications", application.id) == (1, len(PDF)), "what it holds stays, so it counts"


def test_two_who_take_the_same_file_away_at_the_same_instant_take_it_once(app: Flask, office: Office) -> None:
    application = office.application()
    file = attach(office, application=application)
    acts = [
        doing(take_annex_away, at=AT, actor=office.person(role), application=application, file=file) for role in ("applicant", "leader")
    ]
    assert at_once(app, *acts) == ["done", "wrong_state"]


def test_two_who_attach_the_same_files_in_another_order_wait_for_one_another_and_not_for_ever(app: Flask, office: Office) -> None:
    applications, contents = (
        [office.application().id for _number in range(2)],
        [a_large_file(size) for size in (12 * MEGABYTE, 13 * MEGABYTE)],
    )
    writer = office.person("applicant").id

    def act(number: int, order: int) -> Callable[[], Callable[[], object]]:
        def read() -> Callable[[], object]:
            subject = db.session.get_one(Application, number)
            sent = [Sent("a.pdf", BytesIO(content)) for content in contents[::order]]
            return lambda: operations.attach_files(actor_id=writer, at=AT, subject=subject, sent=sent, purpose="offer")

        return read

    assert at_once(app, act(applications[0], 1), act(applications[1], -1)) == ["done", "done"]
    sizes = [file.content.size for file in db.session.scalars(select(File).order_by(File.id))]
    assert sorted(sizes[:2]) == sorted(sizes[2:]) and sizes[:2] == sizes[:1:-1], "each application lists them as they were sent"
    assert not list(check_files(db.session.connection()))


def test_a_thing_takes_so_many_files_and_no_more_those_that_were_taken_away_counted(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("fundbank.files.rules.MOST_FILES", 2)
    application = office.application()
    file = attach(office, application=application)
    operations.take_file_away(actor_id=office.person("applicant").id, at=AT, subject=application, file=file)
    attach(office, application=application)
    with pytest.raises(UnfitFile, match="more than"):
        attach(office, application=application)


@pytest.mark.parametrize("act", ["attach", "read"])
def test_a_file_of_20_megabytes_takes_a_few_in_memory(office: Office, act: str) -> None:
    """The file itself lies outside of what is measured, as one that is sent lies on the disk."""
    content, application = BytesIO(a_large_file(LARGEST)), office.application()
    values = {"actor_id": office.person("applicant").id, "at": AT, "subject": application, "sent": [Sent("a.pdf", content)]}
    (file,) = operations.attach_files(purpose="offer", **values) if act == "read" else [None]  # type: ignore[arg-type]
    commit()
    db.session.expire_all()
    start()
    try:
        if file is None:
            operations.attach_files(purpose="offer", **values)  # type: ignore[arg-type]
            commit()
        else:
            with queries.opened(file.content) as opened:
                assert sum(len(piece) for piece in iter(lambda: opened.read(PIECE), b"")) == LARGEST
        most = get_traced_memory()[1]
    finally:
        stop()
    assert most < LARGEST, f"{most / MEGABYTE:.1f} MB"


TAMPERED = {
    "UPDATE file_pieces SET data = CAST('x' AS {bytes}) WHERE number = 4": "lacks pieces",
    "UPDATE file_pieces SET data = (SELECT data FROM file_pieces WHERE number = 2) WHERE number = 1": "hash does not match",
    "DELETE FROM file_pieces WHERE number = 4": "lacks pieces",
    "DELETE FROM file_pieces WHERE number = 2": "belong to nothing",
    "DELETE FROM file_pieces": "lacks pieces",
    "DELETE FROM file_contents": "belong to nothing",
    "DELETE FROM files": "belongs to no file",
    "UPDATE file_contents SET size = size + 1": "lacks pieces",
    "UPDATE file_contents SET sha256 = 'x'": "hash does not match",
}


@pytest.mark.parametrize("change", TAMPERED)
def test_the_check_finds_what_is_missing_changed_or_stray(office: Office, change: str) -> None:
    attach(office, a_large_file())
    commit()
    kind = {"bytes": "bytea" if db.engine.dialect.name == "postgresql" else "BLOB"}
    db.session.remove()
    with unguarded(db.engine) as connection:
        assert not list(check_files(connection))
        connection.execute(text(change.format(**kind)))
        faults = [str(fault) for fault in check_files(connection)]
    assert any(TAMPERED[change] in fault for fault in faults), faults


def test_the_command_says_how_files_are_and_which_guard_is_lost(office: Office, database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    attach(office)
    commit()
    said = told(monkeypatch, database_url, "check")
    assert said.exit_code == 0 and "Files: 1 contents, well" in said.output
    monkeypatch.setattr(checks, "TRIGGERS", {kind: names | {"files_sing"} for kind, names in checks.TRIGGERS.items()})
    said = told(monkeypatch, database_url, "check")
    assert said.exit_code == 1 and "lost the trigger files_sing" in said.output


def test_a_file_that_is_not_as_it_was_attached_is_not_handed_over(office: Office, client) -> None:
    application = office.application()
    file = attach(office, a_large_file(), application)
    db.session.execute(insert(FilePiece), [{"content_id": file.content_id, "number": 5, "data": b"more"}])
    with pytest.raises(DamagedFile):
        queries.opened(file.content)
    answer = client.sign_in(office.person("applicant")).get(f"/applications/{application.id}/annexes/{file.id}")
    assert answer.status_code == 409 and "not as it was attached" in answer.words


def test_no_piece_is_changed_or_put_in_the_place_of_another(office: Office) -> None:
    attach(office)
    commit()
    for change in ("UPDATE file_pieces SET number = 2", "DELETE FROM file_pieces", "DELETE FROM files"):
        with pytest.raises(DBAPIError, match="facts: no"):
            db.session.execute(text(change))
        db.session.rollback()
