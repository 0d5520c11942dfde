"""The law of a loan's claims, as plain arithmetic over values (domain.md §8). Amounts in whole øre.

A claim has a line for each department. What a line is **due** and what is **paid** on it are all that counts (``lines``); what may still be
claimed is the **room** (``room``). What a year's line is due is worked out from the gains (``dues``). When the principal falls, what is due
falls with it (``credits``). What a department has paid too much on one line pays another
(``set_off``). A corrected gain makes its year's claim again (``again``).
"""

from fundbank.repayments.rules.again import Again, is_put_off, made_again, with_dues
from fundbank.repayments.rules.credits import Credit, credits
from fundbank.repayments.rules.dues import Due, claim_lines, day_of_payment, is_overdue
from fundbank.repayments.rules.lines import Line, overpaid_ore, unpaid_ore
from fundbank.repayments.rules.room import principal_ore, room_ore
from fundbank.repayments.rules.set_off import SetOff, set_offs, taken_back

__all__ = [
    "Again",
    "Credit",
    "Due",
    "Line",
    "SetOff",
    "claim_lines",
    "credits",
    "day_of_payment",
    "is_overdue",
    "is_put_off",
    "made_again",
    "overpaid_ore",
    "principal_ore",
    "room_ore",
    "set_offs",
    "taken_back",
    "unpaid_ore",
    "with_dues",
]
