"""The command line as a person meets it: exit codes, and sentences instead of tracebacks.

Each kind of trouble is met in a whole process once; what the commands say besides is asked of them in the process of the test.
"""

import json
import logging
import os
import socket
import sqlite3
import subprocess
import sys
from pathlib import Path
from resource import RUSAGE_CHILDREN, getrusage

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import create_engine, event

from fundbank import config, migrations
from fundbank.cli import main
from fundbank.cli.databases import bare_app, engine_of
from fundbank.cli.server import serve
from fundbank.cli.serving import require_settings, require_writable
from fundbank.cli.trouble import Trouble
from fundbank.extensions import db
from fundbank.kit.clock import now
from fundbank.kit.transaction import commit, follow, unit_of_work
from fundbank.people import operations as people
from fundbank.people.queries import people_by_email
from tests.builders import PASSWORD, a_user
from tests.integration.awards.bank import a_bank

HERNING = Path(__file__).parents[1] / "scenarios" / "herning-esdh.toml"
FUNDBANK = [sys.executable, "-c", "from fundbank.cli import main; main()"]


def fundbank(*arguments: str, folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith("FUNDBANK_")}
    return subprocess.run(
        [*FUNDBANK, *arguments], cwd=folder, env={**clean, **environment}, capture_output=True, text=True, timeout=100, check=False
    )


def init(folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    arguments = ["--municipality", "Lindby Kommune", "--name", "Anna Administrator", "--email", "anna@lindby.example"]
    return fundbank("init", *arguments, folder=folder, **environment)


def told(*arguments: str) -> Result:
    """What a command says and how it ends, in the current folder. An error that it does not turn into a sentence is the test's."""
    return CliRunner(catch_exceptions=False).invoke(main, arguments)


@pytest.mark.parametrize("command", ["demo", "init", "run", "replay", "check", "upgrade", "backup", "restore", "move"])
def test_every_command_explains_itself(command: str) -> None:
    said = told(command, "--help")
    assert said.exit_code == 0
    assert len(said.output.splitlines()) > 5


def test_the_help_of_run_says_how_to_let_others_in() -> None:
    said = told("run", "--help").output
    for setting in ("TLS", "FUNDBANK_PROXIES", "FUNDBANK_SECRET_KEY", "FUNDBANK_DATABASE_URL", "FUNDBANK_PLAIN_HTTP"):
        assert setting in said


def test_a_short_queue_is_not_worth_a_warning(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    served: list[int] = []
    monkeypatch.setattr("waitress.serve", lambda application, *, port, **settings: served.append(port))
    monkeypatch.setattr("gc.freeze", lambda: None)
    serve("127.0.0.1", 8104)
    assert served == [8104]
    assert not logging.getLogger("waitress.queue").isEnabledFor(logging.WARNING)


@pytest.mark.parametrize("proxies, cleared", [("", True), ("1", False)])
def test_what_proxies_say_reaches_the_program_if_there_are_any(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, proxies: str, cleared: bool
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("FUNDBANK_PROXIES", proxies)
    served: list[dict[str, object]] = []
    monkeypatch.setattr("waitress.serve", lambda application, **settings: served.append(settings))
    monkeypatch.setattr("gc.freeze", lambda: None)
    serve("127.0.0.1", 8104)
    assert served[0]["clear_untrusted_proxy_headers"] is cleared


def taken() -> float:
    """The processor time of all programs that have been started and have ended: others that run beside them do not show."""
    used = getrusage(RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def test_replay_gives_hernings_figures_in_little_more_than_it_takes_to_begin(tmp_path: Path) -> None:
    before = taken()
    assert fundbank("replay", "--policy", "none", str(HERNING), folder=tmp_path).returncode == 2, "all is read, nothing is played"
    begun = taken()
    played = fundbank("replay", "--json", str(HERNING), folder=tmp_path)
    took = (taken() - begun) / (begun - before)
    assert (played.returncode, played.stderr) == (0, "")
    found = json.loads(played.stdout)
    assert (found["pool"]["available"], found["pool"]["loans"]) == ("2600000.00", "400000.00")
    assert found["ledger"] == {"transfers": 5, "verified": True}
    assert took < 3, f"{took:.1f} times what it takes to begin"
    assert not list(tmp_path.iterdir()), "a throw-away replay leaves nothing behind"


def test_replay_without_json_says_it_in_words() -> None:
    assert "Every event did what the file says." in told("replay", str(HERNING)).stdout


def test_replay_says_which_event_did_not_do_what_the_file_says(tmp_path: Path) -> None:
    changed = tmp_path / "changed.toml"
    changed.write_text(HERNING.read_text("utf-8").replace('refused = "four_eyes"', 'refused = "not_allowed"'), "utf-8")
    played = told("replay", str(changed))
    assert played.exit_code == 1
    assert "event 12" in played.stderr
    assert "four_eyes" in played.stderr


def test_replay_names_each_fault_with_its_place_and_loads_nothing(tmp_path: Path) -> None:
    broken = tmp_path / "broken.toml"
    broken.write_text(HERNING.read_text("utf-8").replace('source = "IT-investeringspuljen"', 'sauce = "?"'), "utf-8")
    database = tmp_path / "kept.sqlite"
    played = told("replay", str(broken), "--database", f"sqlite:///{database}")
    assert played.exit_code == 2
    assert "event" in played.stderr
    assert "sauce" in played.stderr
    assert not database.exists()


def test_replay_keeps_its_people_in_a_database_before_init_and_after(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a municipality moves from its spreadsheet stands in the database in which its administrator signs in, whichever came first."""
    url = f"sqlite:///{tmp_path}/bank.sqlite"
    monkeypatch.setenv("FUNDBANK_DATABASE_URL", url)
    first, second = tmp_path / "first.toml", tmp_path / "second.toml"
    text = HERNING.read_text("utf-8").replace('key = "ansoeger"', 'key = "ansoeger"\nemail = "Sofie@Herning.example"')
    first.write_text(text, "utf-8")
    second.write_text(text.replace('name = "Udviklingspuljen"', 'name = "Banken"'), "utf-8")
    administrator = ("--email", "adam@herning.example", "--municipality", "Herning Kommune", "--name", "Adam")
    assert told("replay", str(first), "--database", url).exit_code == 0
    assert told("init", *administrator).exit_code == 0
    again = told("init", "--email", "eva@herning.example", "--municipality", "Herning Kommune", "--name", "Eva")
    assert again.exit_code != 0 and "is set up already" in again.stderr
    assert told("replay", str(second), "--database", url).exit_code == 0
    once_more = told("replay", str(second), "--database", url)
    assert once_more.exit_code != 0 and "There is already a pool of this name." in once_more.stderr
    with sqlite3.connect(f"{tmp_path}/bank.sqlite") as connection:
        people = connection.execute("SELECT name, email FROM users WHERE email IS NOT NULL ORDER BY id").fetchall()
        assert [email for _name, email in people] == ["sofie@herning.example", "adam@herning.example"]
        assert connection.execute("SELECT count(*) FROM pools").fetchone() == (2,)
    assert told("check").exit_code == 0


def test_replay_says_when_levels_are_taken_from_one_scale_to_another(tmp_path: Path) -> None:
    assert (
        "The file's levels are of a scale of 5. Here each is taken by its place on a scale of 3"
        in told("replay", str(HERNING), "--policy", "favrskov").stderr
    )


def test_replay_of_a_file_that_is_not_there() -> None:
    played = told("replay", "nowhere.toml")
    assert (played.exit_code, played.stderr) == (2, "nowhere.toml: No such file or directory\n")


def test_replay_with_other_rules_is_played_under_them() -> None:
    assert told("replay", str(HERNING), "--policy", "rudersdal").exit_code == 1
    assert told("replay", str(HERNING), "--policy", "nowhere").exit_code == 2


def test_a_kept_replay_is_checked_and_tampering_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    database = tmp_path / "kept.sqlite"
    monkeypatch.setenv("FUNDBANK_DATABASE_URL", f"sqlite:///{database}")
    assert told("replay", str(HERNING), "--database", f"sqlite:///{database}").exit_code == 0
    checked = told("check")
    assert checked.exit_code == 0, checked.stderr
    assert "Udviklingspuljen: 5 transfers, well" in checked.stdout
    with sqlite3.connect(database) as connection:
        for (trigger,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            connection.execute(f'DROP TRIGGER "{trigger}"')
        connection.execute("UPDATE transfers SET amount_ore = amount_ore + 1 WHERE number = 3")
    checked = told("check")
    assert checked.exit_code == 1
    assert "3" in checked.stdout
    assert "trigger" in checked.stdout


def test_init_makes_the_first_administrator_with_a_link(tmp_path: Path) -> None:
    made = init(tmp_path)
    assert made.returncode == 0, made.stderr
    assert "/link/" in made.stdout
    assert (tmp_path / "instance" / "fundbank.sqlite").exists()
    arguments = ["--municipality", "Lindby Kommune", "--name", "Bo Administrator", "--email", "bo@lindby.example"]
    again = fundbank("init", *arguments, folder=tmp_path)
    assert again.returncode == 1
    assert again.stderr == (
        "fundbank: Lindby Kommune is set up already. For a new link, give the e-mail of one of its administrators as --email.\n"
    )


def asked(*answers: str) -> Result:
    """``fundbank init`` with its questions answered in turn."""
    return CliRunner(catch_exceptions=False).invoke(main, ["init"], input="".join(f"{answer}\n" for answer in answers))


def link_in(said: Result) -> str:
    return said.output.rsplit("/link/", 1)[1].strip()


def test_init_again_lets_an_administrator_in_who_lost_the_link(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    first = told(*NEW)
    again = told("init", "--email", "Anna@lindby.example", "--address", "https://bank.lindby.example/")
    assert (first.exit_code, again.exit_code) == (0, 0), again.output
    assert "Anna Administrator is administrator of Lindby Kommune already" in again.output
    assert "https://bank.lindby.example/link/" in again.output
    with bare_app(engine_of(config.database_url())).app_context(), unit_of_work():
        with pytest.raises(people.LinkUsed):
            people.set_password_by_link(at=now(), token=link_in(first), password=PASSWORD)
        people.set_password_by_link(at=now(), token=link_in(again), password=PASSWORD)
    forgotten = told("init", "--email", "anna@lindby.example")
    assert forgotten.exit_code == 0
    with bare_app(engine_of(config.database_url())).app_context(), unit_of_work():
        assert people.whose_password(people_by_email("anna@lindby.example"), password=PASSWORD), "it works until another is chosen"
        people.set_password_by_link(at=now(), token=link_in(forgotten), password="et helt nyt kodeord")


def test_an_address_of_several_municipalities_is_asked_which(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    both = [["--municipality", name, "--email", "anna@konsulent.example"] for name in ("Egeby", "Lindby")]
    for arguments in both:
        assert told("init", "--name", "Anna", *arguments).exit_code == 0
    for command in ("init", "link"):
        unsaid = told(command, "--email", "anna@konsulent.example")
        assert unsaid.exit_code == 1 and "Say which with --municipality: Egeby, Lindby." in unsaid.output
        for name in ("Egeby", "lindby"):
            assert "/link/" in told(command, "--email", "anna@konsulent.example", "--municipality", name).output
    assert "nobody signs in with anna@konsulent.example in Vesterby" in told("link", *both[0][2:], "--municipality", "Vesterby").output


def test_init_asks_again_for_what_was_wrong_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    said = asked("anna", "Lindby Kommune", "Anna Administrator", "anna@lindby.example")
    assert said.exit_code == 0, said.output
    assert "Write an e-mail address" in said.output
    assert said.output.count("Name of the municipality") == said.output.count("Name of the first administrator") == 1
    long = asked("bo@vesterby.example", "V" * 121, "Bo Administrator", "Vesterby Kommune")
    assert long.exit_code == 0, long.output
    assert "The name is too long: at most 120 characters.\n" in long.output
    assert long.output.count("E-mail of the first administrator") == 1
    said = told(*NEW, "--email", "carl")
    assert (said.exit_code, "incomplete" in said.output) == (1, False)


def test_a_taken_port_is_said_in_a_sentence(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        for command in ("demo", "run"):
            said = fundbank(command, "--port", str(port), folder=tmp_path)
            assert said.returncode == 1
            assert f"port {port} is taken" in said.stderr
            assert "Traceback" not in said.stderr


def test_a_folder_that_cannot_be_written_is_said_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "instance").write_text("a file where the folder should be")
    for said in (init(tmp_path), fundbank("check", folder=tmp_path)):
        assert said.returncode == 1
        assert "folder" in said.stderr
        assert "Traceback" not in said.stderr


def test_a_database_of_another_version_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert told(*NEW).exit_code == 0
    database = tmp_path / "instance" / "fundbank.sqlite"
    for version, word in (("9999", "newer"), ("0001", "upgrade")):
        with sqlite3.connect(database) as connection:
            connection.execute("UPDATE alembic_version SET version_num = ?", (version,))
        for command in ("run", "check", "demo", *(["upgrade"] if version == "9999" else [])):
            said = told(command)
            assert (said.exit_code, word in said.stderr) == (1, True)


def test_no_host_is_no_place_to_listen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert told(*NEW).exit_code == 0
    for command in ("run", "demo"):
        said = told(command, "--host", "", "--port", "8104")
        assert (said.exit_code, "--host is empty" in said.stderr) == (1, True)


@pytest.mark.parametrize("command", ["run", "demo"])
@pytest.mark.parametrize("host, proxies", [("127.0.0.2", ""), ("127.0.0.1", "1")])
def test_others_than_this_machine_are_served_only_under_an_address(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: str, host: str, proxies: str
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("FUNDBANK_PROXIES", proxies)
    with socket.socket() as free:
        free.bind((host, 0))
        port = free.getsockname()[1]
    said = told(command, "--host", host, "--port", str(port))
    assert (said.exit_code, said.stdout) == (1, "")
    assert said.stderr.startswith("fundbank: without FUNDBANK_ADDRESS only this machine is served.")
    assert not list(tmp_path.iterdir()), "nothing has been begun"
    monkeypatch.setenv("FUNDBANK_ADDRESS", "https://bank.lindby.dk")
    require_settings(host)


def test_ipv6_is_listened_on_and_is_no_address(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(Trouble, match="answers under names and IPv4 addresses alone"):
        require_settings("::1")
    monkeypatch.setenv("FUNDBANK_ADDRESS", "https://bank.lindby.dk")
    require_settings("::1")  # for a proxy on this machine
    for address in ("http://[::1]:8000", "https://[2001:db8::7]"):
        monkeypatch.setenv("FUNDBANK_ADDRESS", address)
        with pytest.raises(config.BadSetting, match="is an IPv6 address"):
            require_settings("127.0.0.1")


def test_a_database_that_can_only_be_read_is_not_served(database_url: str) -> None:
    engine = create_engine(database_url)
    require_writable(engine)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", lambda connection, record: connection.execute("PRAGMA query_only = ON"))
    else:
        event.listen(engine, "begin", lambda connection: setattr(connection.connection.driver_connection, "read_only", True))
    engine.dispose()
    with pytest.raises(Trouble, match="cannot be written to"):
        require_writable(engine)
    engine.dispose()


def test_a_server_that_is_not_there_is_said_in_a_sentence(tmp_path: Path) -> None:
    said = fundbank("check", folder=tmp_path, FUNDBANK_DATABASE_URL="postgresql://nobody@127.0.0.1:1/nothing")
    assert said.returncode == 1
    assert "the database cannot be used" in said.stderr
    assert "Traceback" not in said.stderr


NEW = ["init", "--municipality", "Lindby Kommune", "--name", "Anna Administrator", "--email", "anna@lindby.example"]


@pytest.fixture
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A database of another program, named by a path from the current folder."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("FUNDBANK_DATABASE_URL", "sqlite:///other.sqlite")
    with sqlite3.connect("other.sqlite") as connection:
        connection.execute("CREATE TABLE users (name TEXT)")
        connection.execute("INSERT INTO users VALUES ('Anna')")
    return tmp_path / "other.sqlite"


@pytest.mark.parametrize("command", [["demo", "--port", "8104"], ["demo", "--reset", "--port", "8104"], NEW, ["upgrade"], ["check"]])
def test_a_database_of_another_program_is_left_alone(elsewhere: Path, command: list[str]) -> None:
    said = told(*command)
    assert said.exit_code == 1
    assert "not a database of fundbank: it holds other tables (users)" in said.output
    with sqlite3.connect(elsewhere) as connection:
        assert connection.execute("SELECT name FROM users").fetchall() == [("Anna",)]
        assert connection.execute("SELECT count(*) FROM sqlite_master").fetchone() == (1,)


def test_a_relative_path_means_a_file_in_this_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("FUNDBANK_DATABASE_URL", "sqlite:///data/real.sqlite")
    said = told("check")
    assert (said.exit_code, f"nothing in the database sqlite:///{tmp_path}/data/real.sqlite yet" in said.output) == (1, True)
    assert told(*NEW).exit_code == 0
    assert (tmp_path / "data" / "real.sqlite").exists()
    well = (
        "The database's own files, indexes and keys: well\nThere are no pools yet, so there is no ledger to check.\n"
        "Rows, their seals and the database's rules: well\nWhat records say of each other: well\nFiles: 0 contents, well\n"
    )
    assert told("check").output == well
    refused = told("demo", "--reset", "--port", "8104")
    assert (refused.exit_code, "Lindby Kommune, which is not of the demo, so it is not thrown away" in refused.output) == (1, True)


@pytest.fixture
def served(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The ports on which the program would have been served."""
    ports: list[int] = []
    monkeypatch.setattr("fundbank.cli.serving.serve", lambda host, port, **settings: ports.append(port))
    return ports


def test_the_demo_and_a_municipality_never_share_a_database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, served: list[int]) -> None:
    monkeypatch.chdir(tmp_path)
    file = tmp_path / "instance" / "fundbank.sqlite"
    assert told("demo", "--port", "8104").exit_code == 0
    refused = told(*NEW)
    assert refused.exit_code == 1
    assert "this database is the demo's" in refused.output and "FUNDBANK_DATABASE_URL" in refused.output
    warned = told("run", "--port", "8106")
    assert (warned.exit_code, "anybody knows the password" in warned.output) == (0, True)
    with sqlite3.connect(file) as connection:
        connection.execute("INSERT INTO municipalities (name) VALUES ('Vesterby Kommune')")
    for command in (["demo", "--port", "8104"], ["demo", "--reset", "--port", "8104"]):
        refused = told(*command)
        assert refused.exit_code == 1, refused.output
    assert file.exists()
    assert served == [8104, 8106]
    monkeypatch.setenv("FUNDBANK_DATABASE_URL", "sqlite:///instance/bank.sqlite")
    for command in (NEW, ["run", "--port", "8105"]):
        said = told(*command)
        assert (said.exit_code, "anybody knows" in said.output) == (0, False)
    assert served == [8104, 8106, 8105]


def test_a_session_of_one_database_is_worth_nothing_in_another(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    demo, bank = (config.secret_key(f"sqlite:///{name}.sqlite") for name in ("demo", "bank"))
    assert demo != bank
    assert demo == config.secret_key("sqlite:///demo.sqlite"), "it stays"


def test_looking_at_a_database_that_is_not_there_does_not_make_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for command in (["check"], ["run", "--port", "8104"]):
        said = told(*command)
        assert (said.exit_code, f"{tmp_path}/instance/fundbank.sqlite" in said.output) == (1, True)
    assert not list(tmp_path.iterdir())


def test_an_upgrade_with_nothing_to_do_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    newest = migrations.head_revision()
    assert told("upgrade").output == f"The database is new, at version {newest}.\n"
    assert told("upgrade").output == f"The database is at version {newest} already: there is nothing to do.\n"


def test_a_setting_that_cannot_be_read_is_said_before_anything_begins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("FUNDBANK_PROXIES", "many")
    for command in ("demo", "run"):
        said = told(command, "--port", "8104")
        assert (said.exit_code, "FUNDBANK_PROXIES" in said.output) == (1, True)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    "url", ["nonsense", "mysql://server/fundbank", "sqlite", "sqlite://", "sqlite:///:memory:", "postgresql+asyncpg://server/fundbank"]
)
def test_a_url_that_makes_no_sense_is_refused(url: str) -> None:
    with pytest.raises(Trouble):
        engine_of(url)


def test_an_upgrade_makes_the_letters_that_the_one_before_was_cut_off_from(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    told("upgrade")
    app = bare_app(engine_of(config.database_url()))
    follow(app)  # the tables are there, and nobody has written a letter
    with app.app_context():
        a_bank().award(loan=250_000)
        commit()
        db.engine.dispose()
    said = told("check")
    assert (said.exit_code, "Decision 1 has no letter." in said.output) == (1, True)
    said = told("upgrade")
    assert "1 letters of earlier decisions and claims were made afterwards" in said.output and "nothing to do" not in said.output
    assert told("check").exit_code == 0


def test_an_upgrade_says_who_has_the_address_of_somebody_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    told("upgrade")
    with bare_app(engine_of(config.database_url())).app_context():
        ase = a_user(name="Åse Holm", email="åse@by.dk")
        other = a_user(ase.department, name="Åse Lind")
        other.email = "a\u030ase@by.dk"
        numbers = other.id, ase.id
        commit()
        db.engine.dispose()
    said = told("upgrade").output
    assert "Åse Lind (user {}) cannot sign in: Åse Holm (user {}) has the same e-mail address, åse@by.dk,".format(*numbers) in said
