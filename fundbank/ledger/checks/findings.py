"""What the check of a ledger finds, in words for people."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that isn't as it was written: an English message id, its values, and where to look."""

    sentence: str
    values: Mapping[str, Any]
    number: int | None = None
    account: str | None = None

    def __str__(self) -> str:
        return self.sentence % self.values


@dataclass(slots=True)
class Report:
    """What the check of one pool came to: findings, and how many transfers it read; ``repaid_ore`` is what they repaid, in øre."""

    pool_id: int
    transfers: int = 0
    repaid_ore: int = 0
    findings: list[Finding] = field(default_factory=list)

    @property
    def is_clean(self) -> bool:
        """Was nothing found?"""
        return not self.findings

    def add(self, sentence: str, *, at: int | None = None, account: str | None = None, **values: Any) -> None:
        """Note a finding; the number and the account are among its values."""
        self.findings.append(Finding(sentence, {"number": at, "account": account, **values}, at, account))
