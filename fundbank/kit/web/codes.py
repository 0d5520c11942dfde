"""Filters by which a template shows the codes of a package: a package with pages names them once, beside its blueprint.

says(blueprint, award_state=STATES)         # {{ award.state|award_state }}: the words, in the reader's language
colours(blueprint, award_tone=TONES)        # {{ badge(award.state|award_state, award.state|award_tone) }}
"""

from collections.abc import Callable, Mapping
from typing import Any

from flask import Blueprint

from fundbank.kit.language import gettext
from fundbank.kit.web.language import for_each_reader


def says(blueprint: Blueprint, **filters: Mapping[Any, str]) -> None:
    """This function gives every template a filter for each of these tables of message ids.

    A code that has no word, as rules of earlier times may hold one, is shown as it is.
    """
    for name, words in filters.items():
        blueprint.add_app_template_filter(for_each_reader(_sayer(words)), name)


def colours(blueprint: Blueprint, **filters: Mapping[Any, str]) -> None:
    """This function gives every template a filter for each of these tables of colours."""
    for name, tones in filters.items():
        blueprint.add_app_template_filter(tones.__getitem__, name)


def _sayer(words: Mapping[Any, str]) -> Callable[[Any], str]:
    return lambda code: gettext(words[code]) if code in words else "" if code is None else code
