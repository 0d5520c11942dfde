"""What the person at the keyboard can mend: a sentence, no traceback."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any

import click
from sqlalchemy.exc import DBAPIError

from fundbank import config, migrations
from fundbank.backup import Unusable
from fundbank.errors import Refusal
from fundbank.kit.database import reason_of
from fundbank.kit.transaction import CommitInDoubt


class Trouble(click.ClickException):
    """Something that the person at the keyboard can mend: a sentence, no traceback."""

    def show(self, file: Any = None) -> None:
        click.echo(f"fundbank: {self.message}", err=True)


def plainly(command: Callable[..., Any]) -> Callable[..., Any]:
    """Let a command end in a sentence, as ``in_plain_words`` says."""

    @wraps(command)
    def run(*args: Any, **kwargs: Any) -> Any:
        with in_plain_words():
            return command(*args, **kwargs)

    return run


@contextmanager
def in_plain_words() -> Iterator[None]:
    """Turn what can go wrong outside the program into Trouble: a sentence that says what to do."""
    try:
        yield
    except (config.BadSetting, migrations.WrongDatabase, Unusable) as error:
        raise Trouble(str(error)) from error
    except CommitInDoubt as error:
        raise Trouble(
            "the database failed as the last step was being stored. Look whether it was, before you run the command again."
        ) from error
    except (DBAPIError, sqlite3.Error) as error:
        raise Trouble(
            f"the database cannot be used: {reason_of(error)}. Is the folder writable, the server running, and FUNDBANK_DATABASE_URL right?"
        ) from error
    except BrokenPipeError:
        raise  # whoever reads the output has seen enough; click ends quietly
    except OSError as error:
        place = f" ({error.filename})" if error.filename else ""
        raise Trouble(
            f"{error.strerror or error}{place}. Run the command in a folder that you may write in, or set FUNDBANK_DATABASE_URL."
        ) from error


@contextmanager
def refusals() -> Iterator[None]:
    """Say a refusal as a sentence."""
    try:
        yield
    except Refusal as refusal:
        raise Trouble(sentence_of(refusal)) from refusal


def sentence_of(refusal: Refusal) -> str:
    """What a refusal says to people. Its code is for programs."""
    return refusal.sentence % refusal.values
