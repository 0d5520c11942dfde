"""The words of a pool's letters: which there are, and writing them with the letter beside."""

from collections.abc import Mapping

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from fundbank.errors import N_, StaleVersion
from fundbank.kit.clock import local_date
from fundbank.kit.formats import day, kroner
from fundbank.kit.language import DEFAULT, LANGUAGES, speaking
from fundbank.kit.language import gettext as _
from fundbank.kit.web import done, ensure, found, me, moment, refusals_on, requires
from fundbank.kit.web.codes import says
from fundbank.pools import queries as pools
from fundbank.pools.models import Pool
from fundbank.wording import operations, queries
from fundbank.wording.forms import WordingForm
from fundbank.wording.permissions import can_see_wordings, can_word_letters
from fundbank.wording.rules import PLACEHOLDERS, Kind, check_placeholders, filled
from fundbank.wording.words import KINDS, LANGUAGE_NAMES

blueprint = Blueprint("wording", __name__)
says(blueprint, letter_kind=KINDS, language_name=LANGUAGE_NAMES)

READERS = "the forum, advisers, finance and auditors"
KEEP = "keep"  # the button that keeps the words; the other one only shows them
EARLIER = 10  # wordings that the page tells of
EXAMPLE = N_("Digital post in every letter")
EXAMPLE_DEPARTMENT = N_("Citizen service")
ASKED_ORE, GIVEN_ORE = 600_000_00, 450_000_00


@blueprint.route("/pools/<int:pool_id>/letters")
@requires(READERS)
def index(pool_id: int) -> ResponseReturnValue:
    pool = _pool(pool_id)
    ensure(can_see_wordings(me(), pool))
    return render_template(
        "wording/index.html", pool=pool, kinds=list(Kind), languages=LANGUAGES, said=queries.wordings(pool.id),
        can_word=can_word_letters(me(), pool),
    )  # fmt: skip


@blueprint.route("/pools/<int:pool_id>/letters/edit", methods=["GET", "POST"])
@requires("the pool's coordinator")
def edit(pool_id: int) -> ResponseReturnValue:
    wanted, spoken = request.args.get("letter", Kind.APPROVE), request.args.get("language", DEFAULT)
    pool = found(_pool(pool_id) if wanted in KINDS and spoken in LANGUAGES else None)
    ensure(can_word_letters(me(), pool))
    of = Kind(wanted)
    form, seen = WordingForm(queries.wording_of(pool.id, of, spoken)), None
    if form.validate_on_submit():
        said = {"opening": form.opening.data or "", "closing": form.closing.data or ""}
        with refusals_on(form):
            for field, text in said.items():
                check_placeholders(text, of, spoken, field=field)
            if request.form.get("act") == KEEP:
                operations.word_letter(
                    actor=me(), at=moment(), pool=pool, kind=of, language=spoken, based_on=form.based_on.data or 0, **said
                )  # fmt: skip
                return done(_("The letters say this from now on."), "wording.index", pool_id=pool.id)
            seen = _as_it_reads(pool, of, spoken, said)
    now = queries.wording_of(pool.id, of, spoken)
    if form.refusal_code == StaleVersion.code:
        form.based_on.data = now.id if now else 0  # the next save is made knowingly
    return render_template(
        "wording/edit.html", pool=pool, kind=of, spoken=spoken, form=form, seen=seen, now=now, placeholders=PLACEHOLDERS[of],
        earlier=queries.earlier_wordings(pool.id, of, spoken, most=EARLIER),
    )  # fmt: skip


def _as_it_reads(pool: Pool, kind: Kind, language: str, said: Mapping[str, str]) -> dict[str, str]:
    """The words with the facts of an example in them, in the letter's language."""
    with speaking(language):
        today = local_date(moment())
        facts = {
            "title": _(EXAMPLE),
            "number": "17",
            "department": _(EXAMPLE_DEPARTMENT),
            "forum": pool.policy.forum_name,
            "meeting": day(today),
            "asked": kroner(ASKED_ORE),
            "given": kroner(GIVEN_ORE),
            "deadline": day(today),
            "year": str(today.year),
            "amount": kroner(GIVEN_ORE),
        }
        return {part: filled(text, kind, language, facts) for part, text in said.items()}


def _pool(pool_id: int) -> Pool:
    return found(pools.pool(pool_id, municipality_id=me().municipality_id))
