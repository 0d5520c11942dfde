"""The migrations make the database that the models describe, on both databases, and say no to another version."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from threading import Barrier
from typing import Any

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from flask import Flask
from sqlalchemy import Connection, Engine, create_engine, inspect, select, text
from sqlalchemy.exc import IntegrityError

import fundbank
from fundbank import migrations
from fundbank.awards.models import Award
from fundbank.extensions import Base, db
from fundbank.kit.seals import cover
from fundbank.kit.triggers import IN_PLACE
from fundbank.ledger import queries
from fundbank.ledger.chart import Event
from fundbank.ledger.checks import TRIGGERS, check
from fundbank.ledger.rules import Balances
from fundbank.people import queries as people
from fundbank.people.models import User
from fundbank.repayments.checks import TRIGGERS as CLAIMS
from fundbank.repayments.checks import check_claims
from fundbank.repayments.operations.ending import return_unspent
from fundbank.repayments.queries import lines_of
from fundbank.reports.checks import TRIGGERS as LETTERS
from fundbank.reversals.operations import approve_reversal, register_reversal
from tests.databases import KINDS, Databases
from tests.integration.awards.bank import LATER, a_bank
from tests.integration.ledger.conftest import Ledger
from tests.integration.scoring.forum import settle_openly

pytestmark = pytest.mark.each_database

for package in iter_modules(fundbank.__path__, "fundbank."):
    if package.ispkg and (Path(fundbank.__file__).parent / package.name.split(".")[1] / "models.py").exists():
        import_module(f"{package.name}.models")
import_module("fundbank.kit.once")
inferred = import_module("fundbank.migrations.versions.0006_facts_that_were_inferred")

# A batch of changes to a table of SQLite drops its triggers without a word.
NEVER_CHANGED = cover.FACTS - {"transfers", "per_mille", "lent_again", "claim_entries", "letters"}
FACTS = {
    "sqlite": {f"{table}_are_never_{what}" for table in NEVER_CHANGED for what in ("changed", "deleted", "replaced")},
    "postgresql": {name for table in NEVER_CHANGED for name in (f"{table}_stay", f"{table}_are_not_emptied (once a statement)")},
}
WORDS = {
    "sqlite": {f"{table}_words_{what}" for table in ("applications", "users") for what in ("added", "changed", "taken_away")}
    | {"history_entries_words_added"},
    "postgresql": set[str](),
}


@pytest.fixture(params=KINDS)
def engine(request: pytest.FixtureRequest, databases: Databases) -> Iterator[Engine]:
    """A database that has no tables."""
    address = databases.bare(request.param)
    engine = create_engine(address)
    yield engine
    engine.dispose()
    databases.drop(address)


def downgrade(engine: Engine) -> None:
    config = migrations.configuration()
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, "base")


def test_an_upgraded_database_has_the_models_tables_and_the_ledgers_triggers(engine: Engine) -> None:
    assert migrations.current_revision(engine) is None
    migrations.upgrade(engine)
    assert migrations.current_revision(engine) == migrations.head_revision()
    migrations.require_current(engine)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"include_object": _is_the_models})
        assert compare_metadata(context, Base.metadata) == []
        assert set(connection.scalars(text(IN_PLACE[engine.dialect.name]))) == (
            TRIGGERS[engine.dialect.name]
            | WORDS[engine.dialect.name]
            | LETTERS[engine.dialect.name]
            | CLAIMS[engine.dialect.name]
            | FACTS[engine.dialect.name]
        )
    migrations.upgrade(engine)  # again: nothing to do


def _is_the_models(thing: Any, name: str | None, kind: str, is_found: bool, other: Any) -> bool:
    """The full text is the database's own: models know its words, not its index."""
    return not (
        is_found
        and other is None
        and any(
            part in str(name) for part in ("applications_words", "users_words", "transfers_words", "history_entries_words", "search_words")
        )
    )


def test_an_upgrade_finds_the_words_of_what_was_there(engine: Engine) -> None:
    migrations.upgrade(engine)
    config = migrations.configuration()
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, "0004")
        connection.execute(text("INSERT INTO municipalities (id, name) VALUES (1, 'Aa')"))
        connection.execute(
            text("INSERT INTO departments (id, municipality_id, name, path, is_active, revision) VALUES (1, 1, 'Bb', '/1/', true, 1)")
        )
        connection.execute(
            text(
                "INSERT INTO users (id, municipality_id, department_id, name, email, language, is_administrator, is_active,"
                " session_generation, revision) VALUES (1, 1, 1, 'Åse Ærø-Ibsen', 'aase@by.dk', 'da', false, true, 1, 1)"
            )
        )
        command.upgrade(config, "head")
        assert connection.scalar(text("SELECT search_text FROM users")) == "åse ærø ibsen aase by dk"
        look_up = {
            "sqlite": 'SELECT rowid FROM users_words WHERE users_words MATCH \'"ær"* "aas"*\'',
            "postgresql": "SELECT id FROM users WHERE search_words @@ to_tsquery('simple', 'ær:* & aas:*')",
        }
        assert connection.scalar(text(look_up[engine.dialect.name].replace(":*", "\\:*"))) == 1


def test_a_downgrade_leaves_nothing_behind(engine: Engine) -> None:
    migrations.upgrade(engine)
    downgrade(engine)
    assert inspect(engine).get_table_names() == ["alembic_version"]


def test_an_older_database_is_refused_with_what_to_do(engine: Engine) -> None:
    with pytest.raises(migrations.EmptyDatabase, match="fundbank init"):
        migrations.require_current(engine)
    migrations.upgrade(engine)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '0001'"))
    with pytest.raises(migrations.OlderDatabase, match="at version 0001, but this program needs .*fundbank upgrade"):
        migrations.require_current(engine)


def test_a_newer_database_is_refused_with_what_to_do(engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL)"))
        connection.execute(text("INSERT INTO alembic_version VALUES ('9999')"))
    for refuses in (migrations.require_current, migrations.upgrade):
        with pytest.raises(migrations.NewerDatabase, match="version 9999, which this program does not know"):
            refuses(engine)


def test_two_upgrades_at_once_are_one(engine: Engine) -> None:
    start = Barrier(4)

    def upgrade(_number: int) -> None:
        start.wait()
        migrations.upgrade(engine)

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(upgrade, range(4))) == [None] * 4
    migrations.require_current(engine)


def test_a_broken_upgrade_leaves_the_database_as_it_was(engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE transfers (id INTEGER)"))  # in the way of revision 0001
    with pytest.raises(Exception, match="already exists"):
        migrations.upgrade(engine)
    assert set(inspect(engine).get_table_names()) - {"alembic_version"} == {"transfers"}
    assert migrations.current_revision(engine) is None


def test_an_upgrade_fills_in_what_used_to_be_inferred(app: Flask) -> None:
    """The rules that an application was decided under, and the claim that was made from a gain: as the operations keep them."""
    bank = a_bank()
    award = bank.award(loan=250_000)
    bank.pay_out(award, 250_000)
    for department in (bank.own, bank.others):
        bank.gain(award, department, 2025, 100_000_00)
    bank.gain(award, bank.own, 2026, 100_000_00)
    bank.claim(award, 2025)
    db.session.commit()
    asked = (
        "SELECT id, policy_version_id FROM applications ORDER BY id",
        "SELECT id, claim_id FROM gain_reports ORDER BY id",
    )
    kept = [[tuple(row) for row in db.session.execute(text(query))] for query in asked]
    assert [len({value for _id, value in rows}) for rows in kept] == [1, 2]
    for statement in ("UPDATE applications SET policy_version_id = NULL", "UPDATE gain_reports SET claim_id = NULL", *inferred.FILLING):
        db.session.execute(text(statement))
    assert [[tuple(row) for row in db.session.execute(text(query))] for query in asked] == kept


@pytest.mark.parametrize("database_url", ["sqlite", "postgresql"], indirect=True)
def test_what_was_repaid_reversed_and_given_up_before_goes_on_counting_and_no_transfer_changes(app: Flask) -> None:
    """Down to the version before claims changed by entries and up again: the money, the hashes, what is due and what is paid stay."""
    bank = a_bank()
    award = bank.award(loan=400_000, basis="planned", years=1)
    bank.pay_out(award, 400_000)
    first, second = bank.claim(award, 2025).lines
    wrong = bank.repay(first, 40_000_00)
    reversal = register_reversal(actor=bank.finance, at=LATER, transfer=wrong, reason="Forkert konto")
    approve_reversal(actor=bank.finance_2, at=LATER, reversal=reversal)
    bank.repay(first, 30_000_00)
    settle_openly(actor=bank.chair, at=LATER, meeting=bank.meeting(award.application, LATER), award=award, action="write_off")
    other = bank.award(loan=100_000, basis="planned", years=1)
    bank.pay_out(other, 100_000)
    bank.claim(other, 2025)
    return_unspent(actor=bank.finance, at=LATER, award=other, part="loan", amount_ore=60_000_00)
    db.session.commit()
    too_much = lines_of(other)
    assert [line.due_ore for line in too_much] == [20_000_00, 20_000_00]
    asked = text("SELECT number, event, amount_ore, hash FROM transfers ORDER BY id")
    before, lines = db.session.execute(asked).all(), lines_of(award)
    found_by = text("SELECT id, amount_ore, search_text FROM history_entries ORDER BY id")
    words = db.session.execute(found_by).all()
    assert any(row.amount_ore == 40_000_00 for row in words) and any("forkert konto" in row.search_text for row in words)
    assert [(line.due_ore, line.paid_ore) for line in lines] == [(30_000_00, 30_000_00), (0, 0)]
    pool_id, award_id, other_id = bank.pool.id, award.id, other.id
    db.session.remove()
    config = migrations.configuration()
    with db.engine.begin() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, "0030")
        waived = connection.scalars(text("SELECT waived_ore FROM claim_lines ORDER BY id")).all()
        assert waived == [70_000_00, 100_000_00, 30_000_00, 30_000_00]
        connection.execute(text("UPDATE claim_lines SET waived_ore = 0 WHERE id > 2"))  # claims did not become smaller then
        command.upgrade(config, "head")
    assert db.session.execute(asked).all() == before
    assert db.session.execute(found_by).all() == words
    assert lines_of(db.session.get_one(Award, award_id)) == lines
    assert lines_of(db.session.get_one(Award, other_id)) == too_much
    assert check(pool_id) == [] and check_claims(pool_id) == []


ONCE = ("municipalities", "departments", "pools")
BEFORE_0007 = (
    "INSERT INTO municipalities (id, name) VALUES (1, 'Lindby'), (2, 'Strandby')",
    "INSERT INTO departments (id, municipality_id, name, path, is_active, revision) VALUES (7, 2, 'Omsorg', '/7/', true, 1)",
    "INSERT INTO users (id, municipality_id, department_id, name, language, is_administrator, is_active, session_generation, revision) "
    "VALUES (8, 2, 7, 'Anna', 'da', false, true, 1, 1)",
    "INSERT INTO pools (id, municipality_id, name, created_at) VALUES (9, 2, 'Puljen', '2026-01-05 09:00:00')",
)
A_LINE = (
    "INSERT INTO history_entries (at, pool_id, subject_type, subject_id, event, reason, details) "
    "VALUES ('2026-01-05 09:00:00', :pool, :type, :id, 'created', '', '{}')"
)


def test_lines_of_the_history_are_given_to_their_municipality(engine: Engine) -> None:
    config = migrations.configuration()
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0006")
        for statement in BEFORE_0007:
            connection.execute(text(statement))
        lines = [("municipalities", 1, None), ("departments", 7, None), ("users", 8, None), ("pools", 9, 9), ("applications", 4, 9)]
        for subject_type, subject_id, pool_id in lines:
            connection.execute(text(A_LINE), {"pool": pool_id, "type": subject_type, "id": subject_id})
        command.upgrade(config, "head")
        assert list(connection.scalars(text("SELECT municipality_id FROM history_entries ORDER BY id"))) == [1, 2, 2, 2, 2]
    downgrade(engine)


def test_names_of_an_older_database_get_their_place_and_stay_as_they_were(engine: Engine) -> None:
    config = migrations.configuration()
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0007")
        connection.execute(text("INSERT INTO municipalities (id, name) VALUES (1, 'Lindby')"))
        connection.execute(
            text(
                "INSERT INTO departments (id, municipality_id, name, path, is_active, revision) VALUES"
                " (1, 1, 'Ådal', '/1/', true, 1), (2, 1, 'A\u030adal', '/2/', true, 1)"
            )
        )
        connection.execute(
            text(
                "INSERT INTO users (id, municipality_id, department_id, name, email, language, is_administrator, is_active,"
                " session_generation, revision) VALUES (1, 1, 1, 'Åse', 'aase@by.dk', 'da', false, true, 1, 1),"
                " (2, 1, 1, 'Zoë', NULL, 'da', false, true, 1, 1)"
            )
        )
    migrations.upgrade(engine)
    with engine.connect() as connection:
        people = connection.scalars(text("SELECT name FROM users ORDER BY sort_key")).all()
        units = connection.execute(text("SELECT name, sort_key FROM departments ORDER BY id")).all()
    assert people == ["Zoë", "Åse"]
    assert [unit.name for unit in units] == ["Ådal", "A\u030adal (2)"] and units[1].sort_key.startswith(units[0].sort_key[:8])


def test_of_two_names_that_are_one_the_younger_gets_a_number(engine: Engine) -> None:
    config = migrations.configuration()
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0009")
        connection.execute(text("INSERT INTO municipalities (id, name) VALUES (1, 'Lindby'), (2, 'LINDBY'), (3, 'Strandby')"))
        connection.execute(
            text(
                "INSERT INTO departments (id, municipality_id, parent_id, name, path, is_active, revision) VALUES"
                " (1, 1, NULL, 'Skoler', '/1/', true, 1), (2, 1, NULL, 'SKOLER', '/2/', true, 1),"
                " (3, 1, NULL, 'skoler (2)', '/3/', true, 1), (4, 1, 1, 'Skoler', '/1/4/', true, 1),"
                " (5, 3, NULL, 'Skoler', '/5/', true, 1), (6, 1, NULL, 'Skoler', '/6/', true, 1)"
            )
        )
        connection.execute(
            text(
                "INSERT INTO pools (id, municipality_id, name, created_at) VALUES"
                " (1, 1, 'Puljen', '2026-01-05 09:00:00'), (2, 1, 'PULJEN', '2026-01-05 09:00:00')"
            )
        )
    migrations.upgrade(engine)
    with engine.connect() as connection:
        names = {table: list(connection.scalars(text(f"SELECT name FROM {table} ORDER BY id"))) for table in ONCE}  # noqa: S608
        told = connection.execute(text("SELECT municipality_id, pool_id, subject_type, subject_id, event FROM history_entries")).all()
    assert names == {
        "municipalities": ["Lindby", "LINDBY (2)", "Strandby"],
        "departments": ["Skoler", "SKOLER (2)", "skoler (2) (2)", "Skoler", "Skoler", "Skoler (3)"],
        "pools": ["Puljen", "PULJEN (2)"],
    }
    assert [tuple(line) for line in told] == [
        (2, None, "municipalities", 2, "renamed"), (1, None, "departments", 2, "renamed"), (1, None, "departments", 3, "renamed"),
        (1, None, "departments", 6, "renamed"), (1, 2, "pools", 2, "renamed"),
    ]  # fmt: skip
    for again in (
        "INSERT INTO municipalities (name, name_key) VALUES ('lindby', 'lindby')",
        "INSERT INTO departments (municipality_id, name, name_key, path, is_active, revision) VALUES (1, 'sKoler', 'skoler', '', true, 1)",
        "INSERT INTO departments (municipality_id, parent_id, name, name_key, path, is_active, revision)"
        " VALUES (1, 1, 'sKoler', 'skoler', '', true, 1)",
        "INSERT INTO pools (municipality_id, name, name_key, created_at) VALUES (1, 'puljen', 'puljen', '2026-01-05 09:00:00')",
    ):
        with pytest.raises(IntegrityError, match="name_key"), engine.begin() as connection:
            connection.execute(text(again))


def test_addresses_from_before_text_was_cleaned_are_as_they_are_looked_for(engine: Engine) -> None:
    written = {
        1: "so\u0308ren@by.dk", 2: "a\u030ase@by.dk", 3: "åse@by.dk", 4: "o\u0301le@by.dk", 5: "ó\xadle@by.dk", 6: "ib@by.dk", 7: None,
        8: "i\xadb@by.dk",
    }  # fmt: skip
    config = migrations.configuration()
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0013")
        connection.execute(text("INSERT INTO municipalities (id, name, name_key) VALUES (1, 'Lindby', 'lindby'), (2, 'Egeby', 'egeby')"))
        connection.execute(
            text(
                "INSERT INTO departments (id, municipality_id, name, name_key, path, is_active, revision)"
                " VALUES (1, 1, 'Skoler', 'skoler', '/1/', true, 1), (2, 2, 'Skoler', 'skoler', '/2/', true, 1)"
            )
        )
        connection.execute(
            text(
                "INSERT INTO users (id, municipality_id, department_id, name, search_text, email, language, is_administrator, is_active,"
                " session_generation, revision) VALUES (:id, :owner, :owner, :name, :name, :email, 'da', false, true, 1, 1)"
            ),
            [
                {"id": number, "owner": 2 if number == 8 else 1, "name": f"person {number}", "email": email}
                for number, email in written.items()
            ],
        )
        connection.execute(text("INSERT INTO sign_in_links (id, user_id, purpose, token_hash, expires_at) VALUES"
                                " (1, 8, 'reset', 'abc', '2026-01-05 09:00:00')"))  # fmt: skip
        command.upgrade(config, "0021")
        before = rows_of(connection, "users")
        command.upgrade(config, "head")
        kept = rows_of(connection, "users")
        own = {"email", "revision", "password_was_open"}
        assert [without(row, own) for row in kept] == [without(row, own) for row in before]
    app = Flask("upgraded")
    app.config["SQLALCHEMY_DATABASE_URI"] = engine.url.render_as_string(hide_password=False)
    db.init_app(app)
    with app.app_context():
        kept = {number: email for number, email in db.session.execute(select(User.id, User.email))}
        clean = {1: "sören@by.dk", 4: "óle@by.dk", 8: "ib@by.dk"}
        assert kept == written | clean, "of two that are one in a municipality, only what was clean or came first is changed"
        found = {
            number: getattr(people.person_by_email(email, municipality_id=2 if number == 8 else 1), "id", None)
            for number, email in written.items()
            if email
        }
        assert found == {1: 1, 2: 3, 3: 3, 4: 4, 5: 4, 6: 6, 8: 8}, "whoever is looked for is found, in whichever signs"
        assert [person.id for person in people.people_by_email("ib@by.dk")] == [6, 8]
        assert [(user.id, holder.id) for user, holder in people.held_twice()] == [(2, 3), (5, 4)]
        assert [person.id for person in people.people(municipality_id=2, words="pers")] == [8], "people are found by their words as before"
        db.session.get_one(User, 8).name = "Ib Holm"
        db.session.flush()
        assert [person.id for person in people.people(municipality_id=2, words="holm")] == [8]
        with pytest.raises(IntegrityError):
            db.session.execute(text("UPDATE users SET email = 'ib@by.dk' WHERE id = 1"))
        db.session.rollback()
        with pytest.raises(IntegrityError):
            db.session.execute(text("DELETE FROM users WHERE id = 8"))
            db.session.commit()
        db.session.rollback()
        db.session.remove()
        db.engine.dispose()


def rows_of(connection: Connection, table: str) -> list[dict[str, Any]]:
    return [dict(row) for row in connection.execute(text(f"SELECT * FROM {table} ORDER BY id")).mappings()]  # noqa: S608


def without(row: dict[str, Any], names: set[str]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name not in names}


@pytest.mark.parametrize("engine", ["postgresql"], indirect=True)
def test_what_others_have_put_beside_the_tables_is_left_as_it_is(engine: Engine) -> None:
    config = migrations.configuration()
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0014")
        connection.execute(text("CREATE TABLE others (id serial)"))
        connection.execute(text("CREATE FUNCTION others() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$"))
        asked = text(
            "SELECT (SELECT data_type FROM information_schema.columns WHERE table_name = 'others'),"
            " (SELECT data_type FROM information_schema.sequences WHERE sequence_name = 'others_id_seq'),"
            " (SELECT proconfig FROM pg_proc WHERE proname = 'others')"
        )
        before = connection.execute(asked).one()
        command.upgrade(config, "head")
        assert connection.execute(asked).one() == before


def test_a_ledger_from_before_sums_were_kept_gets_them_and_stays_as_it_was(ledger: Ledger) -> None:
    ledger.fund(1_000)
    ledger.fund(200, source="EU")
    ledger.post(Event.APPROVAL, 600, award_id=7)
    ledger.post(Event.DISBURSEMENT, 300, award_id=7, part="loan")
    ledger.post(Event.DISBURSEMENT, 100, award_id=7, part="grant")
    ledger.reverse(ledger.post(Event.REPAYMENT, 50, award_id=7))
    ledger.post(Event.REPAYMENT, 60, award_id=7)
    ledger.post(Event.WRITE_OFF, 30, award_id=7)
    ledger.post(Event.APPROVAL, 640, award_id=8)
    ledger.post(Event.RELEASE, 10, award_id=8)
    ledger.fund(500, pool_id=ledger.other_pool_id)
    db.session.commit()
    pools = (ledger.pool_id, ledger.other_pool_id)

    def kept() -> list[Any]:
        kept_of = (queries.balances, queries.repaid_ore, queries.lent_again_ore, queries.chain_head, check)
        return [[ask(pool) for ask in kept_of] for pool in pools]

    before = kept()
    assert before[0][:3] == [Balances(1_200, 30, 830, 210, 100, 30), 60, 30]
    db.session.remove()
    config = migrations.configuration()
    with db.engine.begin() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, "0023")
        command.upgrade(config, "head")
    assert kept() == before
    ledger.fund(40)
    ledger.reverse(queries.transfers(ledger.pool_id, award_id=7, limit=2)[1])
    assert (queries.balances(ledger.pool_id).loans_ore, queries.repaid_ore(ledger.pool_id), check(ledger.pool_id)) == (270, 0, [])
