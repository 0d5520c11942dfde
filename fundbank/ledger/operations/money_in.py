"""Money into a pool, and back to where it came from: by finance, each with its source (domain.md §10)."""

from datetime import datetime

from fundbank.errors import N_, Incomplete, require
from fundbank.history.operations import record
from fundbank.ledger.chart import Event
from fundbank.ledger.models import Transfer
from fundbank.ledger.operations.posting import post
from fundbank.ledger.permissions import can_fund
from fundbank.people.models import User
from fundbank.pools.models import Pool

SOURCE_LENGTH = 120


def fund_pool(*, actor: User, at: datetime, pool: Pool, source: str, amount_ore: int, text: str = "", key: str | None = None) -> Transfer:
    """Put money into the pool. Raises NotAllowed, InvalidAmount, Incomplete without a source."""
    require(can_fund(actor, pool))
    source = _named(source)
    transfer = post(
        pool_id=pool.id,
        event=Event.FUNDING,
        source=source,
        amount_ore=amount_ore,
        actor_id=actor.id,
        at=at,
        text=text,
        key=key,
    )
    record(pool, "funded", actor_id=actor.id, at=at, source=source, amount_ore=amount_ore, transfer=transfer.number)
    return transfer


def fund_pool_per_mille(
    *, actor: User, at: datetime, pool: Pool, source: str, service_expenditure_ore: int, text: str = "", key: str | None = None
) -> Transfer:
    """Put the pool's part of a per mille of the service expenditure into it; the treasury's part is noted (domain.md §10).

    Raises NotAllowed, InvalidAmount, Incomplete without a source.
    """
    require(can_fund(actor, pool))
    pool_ore, treasury_ore = pool.policy.split_of_service_expenditure(max(service_expenditure_ore, 0))
    transfer = fund_pool(actor=actor, at=at, pool=pool, source=source, amount_ore=pool_ore, text=text, key=key)
    record(
        pool,
        "per_mille_split",
        actor_id=actor.id,
        at=at,
        expenditure_ore=service_expenditure_ore,
        pool_ore=pool_ore,
        treasury_ore=treasury_ore,
    )
    return transfer


def return_funding(*, actor: User, at: datetime, pool: Pool, source: str, amount_ore: int, key: str | None = None) -> Transfer:
    """Hand available money back to its source, at most what that source gave.

    Raises NotAllowed, InvalidAmount, OverAvailable, OverOutstanding, Incomplete without a source.
    """
    require(can_fund(actor, pool))
    source = _named(source)
    transfer = post(
        pool_id=pool.id,
        event=Event.FUNDING_RETURN,
        source=source,
        amount_ore=amount_ore,
        actor_id=actor.id,
        at=at,
        key=key,
    )
    record(
        pool,
        "funding_returned",
        actor_id=actor.id,
        at=at,
        source=source,
        amount_ore=amount_ore,
        transfer=transfer.number,
    )
    return transfer


def _named(source: str) -> str:
    source = " ".join(source.split())
    if not source or len(source) > SOURCE_LENGTH:
        raise Incomplete(N_("Write where the money comes from, in at most 120 characters."), field="source")
    return source
