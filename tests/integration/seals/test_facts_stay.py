"""What is a fact stays as it was written: the database itself refuses, to whoever writes SQL."""

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from fundbank.extensions import db
from fundbank.kit.transaction import commit
from fundbank.repayments.operations.claims import make_claim, post_repayment
from tests.integration.awards.bank import a_bank, at


@pytest.mark.parametrize("table", ["history_entries", "policy_versions", "claim_entries", "seals", "lent_again"])
def test_no_row_of_a_fact_is_changed_deleted_or_emptied_away(app: Flask, table: str) -> None:
    bank = a_bank()
    award = bank.award(loan=600_000, basis="planned")
    bank.pay_out(award, 600_000)
    line = make_claim(actor=bank.finance, at=at(2026), award=award, year=2025).lines[0]
    post_repayment(actor=bank.finance, at=at(2026), line=line, amount_ore=100)
    commit()
    column = next(iter(db.metadata.tables[table].primary_key.columns)).name
    changes = [f"UPDATE {table} SET {column} = {column}", f"DELETE FROM {table}"]  # noqa: S608
    if db.engine.dialect.name == "postgresql":
        changes.append(f"TRUNCATE {table} CASCADE")
    for change in changes:
        with pytest.raises(DBAPIError, match=r"no |never"):
            db.session.execute(text(change))
        db.session.rollback()
