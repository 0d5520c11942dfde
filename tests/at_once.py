"""What several people ask for at the same instant: each in a request of their own, on a connection of their own."""

from collections.abc import Callable
from threading import Barrier, Thread
from typing import Any

from flask import Flask
from sqlalchemy.orm.exc import StaleDataError

from fundbank.errors import Refusal, StaleVersion
from fundbank.extensions import db
from fundbank.kit.transaction import commit, unit_of_work

Act = Callable[[], Callable[[], object]]


def at_once(app: Flask, *acts: Act) -> list[str]:
    """Do these in requests of their own, at the same instant; "done" or the refusal's code of each, sorted.

    An act reads what it needs, and returns what it then does. Where the database lets both read first, both have read before either acts.
    """
    commit()
    both_read = db.engine.dialect.name == "postgresql"
    together, answers = Barrier(len(acts), timeout=60), []

    def request(act: Act) -> None:
        with app.app_context():
            if not both_read:
                together.wait()
            try:
                with unit_of_work():
                    do = act()
                    if both_read:
                        together.wait()
                    do()
                answers.append("done")
            except StaleDataError:
                answers.append(StaleVersion.code)
            except Refusal as refusal:
                answers.append(refusal.code)
            except Exception as error:  # a thread's own would only be printed
                answers.append(repr(error))

    threads = [Thread(target=request, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    db.session.expire_all()
    return sorted(answers)


def overtaken(app: Flask, slow: Act, quick: Act) -> str:
    """``slow`` reads, then ``quick`` does all of its own, then ``slow`` acts on what it has read; "done" or the refusal of the slow one.

    On PostgreSQL alone: SQLite lets only one begin.
    """
    commit()
    answer = "done"
    with app.app_context():
        try:
            with unit_of_work():
                do = slow()
                with app.app_context(), unit_of_work():
                    quick()()
                do()
        except StaleDataError:
            answer = StaleVersion.code
        except Refusal as refusal:
            answer = refusal.code
    db.session.expire_all()
    return answer


def an(model: type, id_: int) -> Any:
    """This row, as a request of its own reads it."""
    return db.session.get_one(model, id_)


def doing(operation: Callable[..., object], *, at: Any, **given: Any) -> Act:
    """An act that reads each row it is given (a model's row is read anew in the request), then calls the operation with them."""
    named = {name: (type(value), value.id) if hasattr(value, "__tablename__") else value for name, value in given.items()}

    def read() -> Callable[[], object]:
        rows = {name: an(*value) if _is_row(value) else value for name, value in named.items()}
        return lambda: operation(at=at, **rows)

    return read


def _is_row(value: object) -> bool:
    return isinstance(value, tuple) and len(value) == 2 and hasattr(value[0], "__tablename__")
