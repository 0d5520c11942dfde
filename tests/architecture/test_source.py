"""The rules of the house that can be read off the source: who imports whom, one place that commits, no float near money."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest
from sqlalchemy import BigInteger, Float, Numeric

from fundbank.extensions import Base
from fundbank.paths import PACKAGE, TEMPLATES

ROOT = PACKAGE.parent
SOURCES = sorted(PACKAGE.rglob("*.py"))
EXECUTABLES = Path(sys.executable).parent


def run(*command: str) -> None:
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, f"{' '.join(command)}\n{done.stdout}{done.stderr}"


def test_packages_follow_the_krone() -> None:
    run(str(EXECUTABLES / "lint-imports"), "--no-cache")


def test_ruff_finds_nothing() -> None:
    run(str(EXECUTABLES / "ruff"), "check", "--no-cache")


def test_everything_is_formatted() -> None:
    run(str(EXECUTABLES / "ruff"), "format", "--check", "--no-cache")


def calls() -> Iterator[tuple[Path, ast.Call]]:
    for source in SOURCES:
        for node in ast.walk(ast.parse(source.read_text("utf-8"))):
            if isinstance(node, ast.Call):
                yield source, node


def test_one_place_commits() -> None:
    places = {
        str(source.relative_to(PACKAGE)) for source, call in calls() if isinstance(call.func, ast.Attribute) and call.func.attr == "commit"
    }
    assert places == {"kit/transaction.py"}


def test_operations_ask_neither_clock_nor_request() -> None:
    asked = [
        f"{source.relative_to(PACKAGE)}:{call.lineno} {ast.unparse(call.func)}"
        for source, call in calls()
        if re.search(r"/(operations|queries|permissions|rules|models)(/|\.py)", str(source))
        and re.search(r"(^|\.)(now|today|utcnow)$", ast.unparse(call.func))
    ]
    assert not asked


MAY_NAME_ROLES = ("pools/rights.py", "pools/roles.py", "pools/words.py", "scenarios/")


def test_one_table_says_what_a_role_may() -> None:
    """Whoever asks for a role by its name has a second table of rights in hand: permissions, pages and work lists ask for a right."""
    named = [
        f"{source.relative_to(PACKAGE)}:{node.lineno} {ast.unparse(node)}"
        for source in SOURCES
        if not str(source.relative_to(PACKAGE)).startswith(MAY_NAME_ROLES)
        for node in ast.walk(ast.parse(source.read_text("utf-8")))
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "Role"
    ]
    assert not named
    assert not [template for template in TEMPLATES.rglob("*.html") if re.search(r"\bRole\b", template.read_text("utf-8"))]


def test_names_stand_in_danish_order_everywhere() -> None:
    """Neither a database nor Python knows where Å stands: what is listed by name is listed by its key (kit.text)."""
    listed = [
        f"{source.relative_to(PACKAGE)}:{call.lineno} {ast.unparse(call)}"
        for source, call in calls()
        if ast.unparse(call.func).rpartition(".")[2] in ("order_by", "sorted", "sort")
        and any(re.search(r"\.(name|title|holder)\b", ast.unparse(part)) for part in (*call.args, *call.keywords))
    ]
    assert not [one for one in listed if "sort_key" not in one and "iterdir" not in one]
    assert not [page for page in TEMPLATES.rglob("*.html") if re.search(r"\|\s*(dict)?sort\b", page.read_text("utf-8"))]


def import_models() -> None:
    for source in (*PACKAGE.glob("*/models.py"), PACKAGE / "kit" / "once.py"):
        import_module(".".join(source.relative_to(ROOT).with_suffix("").parts))


def test_money_is_whole_ore_and_nothing_is_a_float() -> None:
    import_models()
    columns = [column for table in Base.metadata.tables.values() for column in table.columns]
    assert any(column.name.endswith("_ore") for column in columns)
    for column in columns:
        name = f"{column.table.name}.{column.name}"
        assert not isinstance(column.type, Float | Numeric), f"{name} would be a float on SQLite"
        if column.name.endswith("_ore"):
            assert isinstance(column.type, BigInteger), f"{name} holds øre: BigInteger"


def test_no_float_in_the_package() -> None:
    found = []
    for source in SOURCES:
        if "paper" in source.parts or source.name == "letters.py" or "letters" in source.parts:
            continue  # measures on paper are not money
        for node in ast.walk(ast.parse(source.read_text("utf-8"))):
            literal = isinstance(node, ast.Constant) and isinstance(node.value, float)
            called = isinstance(node, ast.Call) and ast.unparse(node.func) == "float"
            if literal or called:
                found.append(f"{source.relative_to(PACKAGE)}:{node.lineno} {ast.unparse(node)}")
    assert not found


@pytest.mark.parametrize("template", sorted(TEMPLATES.rglob("*.html")), ids=lambda path: str(path.relative_to(TEMPLATES)))
def test_templates_keep_to_the_content_security_policy(template: Path) -> None:
    text = template.read_text("utf-8")
    assert not re.search(r"""<[^>]*\s(style|on[a-z]+)\s*=""", re.sub(r"{%.*?%}|{{.*?}}", "", text, flags=re.DOTALL))
    assert not re.search(r"<script(?![^>]*\ssrc=)|<style\b", text)
    assert not re.search(r"\|\s*safe\b", text), "what people wrote must be escaped"
    assert not re.search(r"""(src|href)\s*=\s*["']?https?:""", text)
