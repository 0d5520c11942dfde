"""Roles, criteria and refusal codes are listed once: whoever needs them all asks the one list."""

import ast
import re
from collections.abc import Iterator
from importlib import import_module
from pkgutil import walk_packages

import pytest

import fundbank
from fundbank.errors import Code, Refusal
from fundbank.paths import PACKAGE, TEMPLATES
from fundbank.pools.criteria import CODES
from fundbank.pools.roles import Role

LISTS = {
    "roles": ("pools/roles.py", frozenset(Role)),
    "criteria": ("pools/criteria.py", frozenset(CODES)),
    "refusals": ("errors.py", frozenset(Code)),
}
SEVERAL = 4  # so many of one list in one place are the list again


def written(node: ast.AST) -> set[str]:
    """The words that a literal, a call or a class body writes down itself, without what stands in nested ones."""
    if isinstance(node, ast.ClassDef):
        names = [target.id for part in node.body if isinstance(part, ast.Assign) for target in part.targets if isinstance(target, ast.Name)]
        names += [part.target.id for part in node.body if isinstance(part, ast.AnnAssign) and isinstance(part.target, ast.Name)]
        return {word for name in names for word in (name.lower(), name.lower().partition("_")[2])}
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return set(re.findall(r"""['"](\w+)['"]""", node.value))  # as in a CHECK constraint
    if isinstance(node, ast.Dict):
        parts: list[ast.expr] = [key for key in node.keys if key]
    elif isinstance(node, ast.Tuple | ast.List | ast.Set):
        parts = node.elts
    elif isinstance(node, ast.Call):
        parts = node.args
        return {keyword.arg for keyword in node.keywords if keyword.arg} | _words(parts)
    else:
        return set()
    return _words(parts)


def _words(parts: list[ast.expr]) -> set[str]:
    return {part.value for part in parts if isinstance(part, ast.Constant) and isinstance(part.value, str)}


def second_lists(source: str, words: frozenset[str]) -> Iterator[int]:
    for node in ast.walk(ast.parse(source)):
        if len(written(node) & words) >= SEVERAL:
            yield getattr(node, "lineno", 0)


@pytest.mark.parametrize("name", LISTS)
def test_it_is_listed_once_in_the_package(name: str) -> None:
    owner, words = LISTS[name]
    assert list(second_lists((PACKAGE / owner).read_text("utf-8"), words)) or name == "criteria", "the scan finds the list itself"
    found = [
        f"{source.relative_to(PACKAGE)}:{line}"
        for source in sorted(PACKAGE.rglob("*.py"))
        if str(source.relative_to(PACKAGE)) != owner and "migrations" not in source.parts  # what a table once was stays written down
        for line in second_lists(source.read_text("utf-8"), words)
    ]
    assert not found


@pytest.mark.parametrize("name", LISTS)
def test_no_template_lists_it(name: str) -> None:
    quoted = {template: set(re.findall(r"""['"](\w+)['"]""", template.read_text("utf-8"))) for template in TEMPLATES.rglob("*.html")}
    assert not [template for template, words in quoted.items() if len(words & LISTS[name][1]) >= SEVERAL]


@pytest.mark.parametrize(
    "again",
    [
        'ROLES = ("member", "chair", "finance", "auditor")',
        'WORDS = {"member": 1, "chair": 2, "finance": 3, "auditor": 4}',
        'choice("member", "chair", "finance", "auditor")',
        "table(member=1, chair=2, finance=3, auditor=4)",
        "class Form:\n    is_member = is_chair = 1\n    is_finance: int\n    AUDITOR = 2",
        """CHECK = "role IN ('member', 'chair', 'finance', 'auditor')\"""",
    ],
)
def test_a_second_list_would_be_found(again: str) -> None:
    assert list(second_lists(again, LISTS["roles"][1]))


def refusals() -> set[type[Refusal]]:
    """Every refusal of the program."""
    for module in walk_packages(fundbank.__path__, "fundbank."):
        if not module.name.startswith(("fundbank.migrations.", "fundbank.assets.", "fundbank.__main__")):
            import_module(module.name)
    found, left = set(), [Refusal]
    while left:
        below = left.pop().__subclasses__()
        found.update(below)
        left.extend(below)
    return {refusal for refusal in found if refusal.__module__.startswith("fundbank.")}


def test_every_refusal_has_a_code_of_the_list_and_every_code_a_refusal() -> None:
    assert all(isinstance(refusal.code, Code) for refusal in refusals())
    assert {refusal.code for refusal in refusals()} == set(Code)
