"""The key that signs sessions is whole or not there, and what the program keeps is its owner's alone."""

import os
import resource
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from fundbank import config
from fundbank.cli import main

KEY = [sys.executable, "-c", "from fundbank import config; print(config.secret_key('sqlite:///bank.sqlite'))"]
NEW = ["init", "--municipality", "Lindby Kommune", "--name", "Anna Administrator", "--email", "anna@lindby.example"]


@pytest.fixture(autouse=True)
def own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in [name for name in os.environ if name.startswith("FUNDBANK_")]:
        monkeypatch.delenv(name)


@pytest.fixture
def usual_mask() -> Iterator[None]:
    """What most machines begin with: others may read what is made."""
    before = os.umask(0o022)
    yield
    os.umask(before)


@pytest.fixture
def served(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The ports on which the program would have been served."""
    ports: list[int] = []
    monkeypatch.setattr("fundbank.cli.serving.serve", lambda host, port, **settings: ports.append(port))
    return ports


def told(*arguments: str) -> Result:
    return CliRunner(catch_exceptions=False).invoke(main, arguments)


def mode(place: Path) -> str:
    return f"{place.stat().st_mode & 0o777:o}"


def nothing_more_fits() -> None:
    """No file may grow: writing fails as it does on a full disk."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))


def test_a_full_disk_leaves_no_key_behind(tmp_path: Path) -> None:
    full = subprocess.run(KEY, preexec_fn=nothing_more_fits, capture_output=True, text=True, timeout=100, check=False)
    assert full.returncode == 1
    assert "BadSetting: the key that signs sessions cannot be kept in" in full.stderr
    assert list((tmp_path / "instance").iterdir()) == [], "neither half a key nor what was to become one"
    config.secret_key("sqlite:///bank.sqlite")
    assert len((tmp_path / "instance" / "secret_key").read_text("ascii")) >= config.KEY_LEAST


def test_all_who_start_at_once_sign_with_one_key(tmp_path: Path) -> None:
    starting = [subprocess.Popen(KEY, stdout=subprocess.PIPE, text=True) for _ in range(6)]
    assert len({process.communicate(timeout=100)[0] for process in starting}) == 1
    assert [file.name for file in (tmp_path / "instance").iterdir()] == ["secret_key"]
    assert {process.returncode for process in starting} == {0}


@pytest.mark.parametrize("left", ["", "\n", "x" * (config.KEY_LEAST - 1), " " * 100])
def test_half_a_key_is_refused_and_left_alone(tmp_path: Path, served: list[int], left: str) -> None:
    assert told(*NEW).exit_code == 0
    file = tmp_path / "instance" / "secret_key"
    file.write_text(left, "ascii")
    with pytest.raises(config.BadSetting, match="holds no whole key"):
        config.secret_key("sqlite:///bank.sqlite")
    for command in ("run", "demo"):
        said = told(command, "--port", "8104")
        assert (said.exit_code, "holds no whole key" in said.output) == (1, True)
    assert (file.read_text("ascii"), served) == (left, [])


@pytest.mark.parametrize("key, taken", [("", False), ("hemmelig", False), ("x" * 31, False), (" " * 40, False), ("x" * 32, True)])
def test_a_short_key_in_the_environment_is_refused(monkeypatch: pytest.MonkeyPatch, served: list[int], key: str, taken: bool) -> None:
    assert told(*NEW).exit_code == 0
    monkeypatch.setenv("FUNDBANK_SECRET_KEY", key)
    said = told("run", "--port", "8104")
    assert (said.exit_code, "FUNDBANK_SECRET_KEY" in said.output, served) == ((0, False, [8104]) if taken else (1, True, []))


def test_what_a_command_makes_is_its_owners_alone(tmp_path: Path, usual_mask: None, served: list[int]) -> None:
    assert told(*NEW).exit_code == 0
    config.secret_key("sqlite:///bank.sqlite")
    made = {place.name: mode(place) for place in (tmp_path / "instance").iterdir()}
    assert mode(tmp_path / "instance") == "700"
    assert made.pop("secret_key") == "600"
    assert set(made.values()) == {"600"}
    assert os.umask(0o022) == 0o022, "a command gives back what it found"


def test_what_others_could_read_is_closed_and_said(tmp_path: Path, usual_mask: None, served: list[int]) -> None:
    assert told(*NEW).exit_code == 0
    config.secret_key("sqlite:///bank.sqlite")
    folder = tmp_path / "instance"
    places = {folder: "700", folder / "fundbank.sqlite": "600", folder / "secret_key": "600"}
    for place in places:
        place.chmod(0o755)
    said = told("run", "--port", "8104")
    assert (said.exit_code, served) == (0, [8104])
    assert {place: mode(place) for place in places} == places
    assert all(f"could read {place}. Now only its owner can." in said.output for place in places)
    assert "Others on this machine" not in told("run", "--port", "8104").output


@pytest.mark.parametrize("name", ["Lindby", "pg_lindby", "1by", "lind-by", 'lind"by', "l" * 64, "å"])
def test_a_name_that_no_schema_has_is_refused(name: str) -> None:
    with pytest.raises(config.BadSetting, match="FUNDBANK_SCHEMA"):
        config.schema({"FUNDBANK_SCHEMA": name})


def test_a_schema_is_as_it_is_named_or_the_databases_own() -> None:
    assert config.schema({"FUNDBANK_SCHEMA": " lindby_2 "}) == "lindby_2"
    assert config.schema({"FUNDBANK_SCHEMA": ""}) is config.schema({}) is None
