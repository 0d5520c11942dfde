"""Fundbank: a municipality's digitalisation bank, from application to the last krone repaid.

The packages follow the krone from left to right; what lies downstream knows what lies upstream, never the reverse
(docs/decisions/0001-packages-follow-the-krone.md).
"""

__version__ = "0.1.0"
