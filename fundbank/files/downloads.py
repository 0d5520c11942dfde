"""Handing a file over as it came, to be kept and not to be opened here: it says what it is, a browser guesses nothing, and nothing runs.

Who may see a file is asked by whoever calls.
"""

from flask import send_file
from flask.typing import ResponseReturnValue

from fundbank.errors import N_, WrongState
from fundbank.files import queries, server
from fundbank.files.models import File
from fundbank.files.rules import KINDS, State, is_open_to, state_of
from fundbank.kit.web import headers, log, me

NOT_YET = N_("This file waits for the virus scan. Until then only the person who attached it can read it. Try again in a few minutes.")
INFECTED = N_("The virus scan found something in this file, so it is shown to nobody.")


def state_now(file: File) -> State:
    """What is known of its being harmless."""
    return state_of(file.content.scan.found if file.content.scan else None, is_scanning=server.is_set())


def is_open(file: File) -> bool:
    """May the reader take it home now?"""
    return is_open_to(state_now(file), is_own=file.added_by_id == me().id)


def hand_over(file: File) -> ResponseReturnValue:
    """The file, with a line in the access log. Raises WrongState while the virus scan is waited for, or once it has found something."""
    if not is_open(file):
        raise WrongState(INFECTED if state_now(file) == State.INFECTED else NOT_YET)
    content = queries.opened(file.content)
    headers.shut_in()
    log.note("downloaded", me())
    return send_file(content, mimetype=KINDS[file.kind].mimetype, as_attachment=True, download_name=file.name, etag=False, max_age=0)
