"""What an application is not asked under a pool's rules: one answer for the steps, the short form and the workbooks. Pure."""

from typing import TYPE_CHECKING

from fundbank.pools.criteria import CODES

if TYPE_CHECKING:
    from fundbank.pools.policy import Policy


def not_asked(policy: "Policy") -> list[str]:
    """The fields of the forms that the policy leaves out."""
    asked = {
        "frame": bool(policy.frames), "purchases": policy.asks_purchases, "supports": policy.supports_asked,
        "loan": policy.offers_loans, "grant": policy.offers_grants, "it_consulted": policy.asks_it_consulted,
        **dict.fromkeys((f"own_{code}" for code in CODES), policy.own_scores_first),
    }  # fmt: skip
    return [name for name, is_asked in asked.items() if not is_asked]
