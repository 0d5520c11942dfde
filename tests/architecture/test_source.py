"""The rules of the house that can be read off the source: who imports whom, one place that commits, no float near money."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from types import ModuleType

import pytest
from jinja2 import Environment, nodes
from sqlalchemy import BigInteger, Float, Numeric

from fundbank.extensions import Base
from fundbank.paths import PACKAGE, TEMPLATES

ROOT = PACKAGE.parent
SOURCES = sorted(PACKAGE.rglob("*.py"))
PAGES = sorted(TEMPLATES.rglob("*.html"))
WIDEST = 160
EXECUTABLES = Path(sys.executable).parent


def run(*command: str) -> None:
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, f"{' '.join(command)}\n{done.stdout}{done.stderr}"


def test_packages_follow_the_krone() -> None:
    run(str(EXECUTABLES / "lint-imports"), "--no-cache")


def test_what_happens_at_once_is_tried_on_both_databases() -> None:
    """Each of them locks in its own way: such a test is not dealt out (docs/decisions/0036), but says where it runs."""
    at_once = {file.name: file.read_text("utf-8") for file in (ROOT / "tests").rglob("test_*.py") if file != Path(__file__)}
    at_once = {name: source for name, source in at_once.items() if "from tests.at_once import" in source}
    assert len(at_once) > 5
    assert not [name for name, source in at_once.items() if "mark.each_database" not in source and '"database_url", [' not in source]


def test_ruff_finds_nothing() -> None:
    run(str(EXECUTABLES / "ruff"), "check", "--no-cache")


def test_everything_is_formatted() -> None:
    run(str(EXECUTABLES / "ruff"), "format", "--check", "--no-cache")


def test_types_fit() -> None:
    run(str(EXECUTABLES / "mypy"), "-p", "fundbank")


def test_templates_are_sound() -> None:
    run(str(EXECUTABLES / "djlint"), "--lint", "templates")


def test_no_line_of_a_template_is_too_long_to_read() -> None:
    lines = [(template, number, line) for template in PAGES for number, line in enumerate(template.read_text("utf-8").splitlines(), 1)]
    assert lines
    assert not [f"{page.relative_to(TEMPLATES)}:{number} has {len(line)} signs" for page, number, line in lines if len(line) > WIDEST]


def test_no_template_is_handed_a_module() -> None:
    handed = [
        f"{source.relative_to(PACKAGE)}:{call.lineno} {keyword.arg}"
        for source, call in calls()
        if ast.unparse(call.func) == "render_template"
        for keyword in call.keywords
        if isinstance(keyword.value, ast.Name) and isinstance(getattr(module_of(source), keyword.value.id, None), ModuleType)
    ]
    assert not handed, "say codes by filters (kit/web/codes.py)"


def module_of(source: Path) -> ModuleType:
    return import_module(".".join(source.relative_to(ROOT).with_suffix("").parts))


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
    assert not [page for page in PAGES if re.search(r"\bRole\b", page.read_text("utf-8"))]


def test_names_stand_in_danish_order_everywhere() -> None:
    """Neither a database nor Python knows where Å stands: what is listed by name is listed by its key (kit.text)."""
    listed = [
        f"{source.relative_to(PACKAGE)}:{call.lineno} {ast.unparse(call)}"
        for source, call in calls()
        if ast.unparse(call.func).rpartition(".")[2] in ("order_by", "sorted", "sort")
        and any(re.search(r"\.(name|title|holder)\b", ast.unparse(part)) for part in (*call.args, *call.keywords))
    ]
    assert not [one for one in listed if "sort_key" not in one and "iterdir" not in one]
    assert not [page for page in PAGES if re.search(r"\|\s*(dict)?sort\b", page.read_text("utf-8"))]


def import_models() -> None:
    for source in (*PACKAGE.glob("*/models.py"), PACKAGE / "kit" / "once.py"):
        module_of(source)


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
        if source.parts[-3:] == ("proposals", "rules", "solver.py"):
            continue  # the solver reckons so; what it answers is held against whole numbers
        for node in ast.walk(ast.parse(source.read_text("utf-8"))):
            literal = isinstance(node, ast.Constant) and isinstance(node.value, float)
            called = isinstance(node, ast.Call) and ast.unparse(node.func) == "float"
            if literal or called:
                found.append(f"{source.relative_to(PACKAGE)}:{node.lineno} {ast.unparse(node)}")
    assert not found


@pytest.mark.parametrize("template", PAGES, ids=lambda path: str(path.relative_to(TEMPLATES)))
def test_templates_keep_to_the_content_security_policy(template: Path) -> None:
    text = template.read_text("utf-8")
    assert not re.search(r"""<[^>]*\s(style|on[a-z]+)\s*=""", re.sub(r"{%.*?%}|{{.*?}}", "", text, flags=re.DOTALL))
    assert not re.search(r"<script(?![^>]*\ssrc=)|<style\b", text)
    assert not re.search(r"\|\s*safe\b", text), "what people wrote must be escaped"
    assert not re.search(r"""(src|href)\s*=\s*["']?https?:""", text)


# The words of the program's own tables that have values too.
MESSAGES = {"step.what", "finding.sentence"}


@pytest.mark.parametrize("template", [*PAGES, *TEMPLATES.rglob("*.txt")], ids=lambda path: str(path.relative_to(TEMPLATES)))
def test_what_people_write_is_never_taken_for_a_message(template: Path) -> None:
    """A message is shown as it stands, and its values escaped. What is no literal is said by a filter, which escapes it (|translated)."""
    spoken = [
        words
        for call in Environment(autoescape=True).parse(template.read_text("utf-8")).find_all(nodes.Call)
        if isinstance(call.node, nodes.Name) and call.node.name in ("_", "ngettext")
        for words in call.args[: 2 if call.node.name == "ngettext" else 1]
    ]
    variable = [words for words in spoken if not isinstance(words, nodes.Const)]
    assert {f"{words.node.name}.{words.attr}" if isinstance(words, nodes.Getattr) else repr(words) for words in variable} <= MESSAGES  # type: ignore[attr-defined]


# ReportLab has no public way to tag. WTForms' fields say by _value what they show, and named tuples hide only behind their fields' names.
TAGS = PACKAGE / "kit" / "paper" / "tags.py"
PUBLIC_ALL_THE_SAME = {"_value", "_asdict", "_fields", "_make", "_replace"}
BY_TEXT = {"setattr", "getattr", "delattr", "hasattr", "patch", "object", "attrgetter"}


def is_private(name: str) -> bool:
    return name.startswith("_") and not name.startswith("__") and name != "_"


def is_self(node: ast.AST) -> bool:
    return isinstance(node, ast.Name) and node.id in ("self", "cls")


def own_names(tree: ast.Module) -> set[str]:
    """Every private name that the code of a file gives itself."""
    nodes = list(ast.walk(tree))
    named = {node.name for node in nodes if isinstance(node, ast.FunctionDef | ast.ClassDef)}
    named |= {node.id for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
    named |= {node.attr for node in nodes if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store) and is_self(node.value)}
    return {name for name in named if is_private(name)}


def private_names(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Private names that are read, called, replaced or imported, also by the name as a text (``setattr(thing, "_name", …)``)."""
    for node in ast.walk(tree):
        names: list[str] = []
        if isinstance(node, ast.Attribute):
            names = [node.attr]
        elif isinstance(node, ast.Import | ast.ImportFrom):
            names = [part for alias in node.names for part in alias.name.split(".")]
            names += (getattr(node, "module", None) or "").split(".")
        elif isinstance(node, ast.Call) and ast.unparse(node.func).rpartition(".")[2] in BY_TEXT:
            texts = [part.value for part in node.args if isinstance(part, ast.Constant) and isinstance(part.value, str)]
            names = [name for text in texts for name in text.split(".")]
        yield from ((node.lineno, name) for name in names if is_private(name))


def foreign_names(tree: ast.Module) -> list[tuple[int, str]]:
    """The private names in a file that it has not given itself: another's, which may be gone with the next release."""
    own = own_names(tree) | PUBLIC_ALL_THE_SAME
    return [(line, name) for line, name in private_names(tree) if name not in own]


def test_no_private_name_of_anybody_else_is_used() -> None:
    """Neither here nor in tests. A file's own are its own alone: what another one needs has a public name."""
    found = [
        f"{source.relative_to(ROOT)}:{line} {name}"
        for source in (*SOURCES, *sorted((ROOT / "tests").rglob("*.py")))
        if source != TAGS
        for line, name in foreign_names(ast.parse(source.read_text("utf-8")))
    ]
    assert not found, "\n".join(found)


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("db._make_engine(None, {}, app)", "_make_engine"),
        ("Rule._compile_builder = builder", "_compile_builder"),
        ("current_user._get_current_object()", "_get_current_object"),
        ("g._login_user = person", "_login_user"),
        ("def f(self): return self._make_engine()", "_make_engine"),
        ("monkeypatch.setattr(Rule, '_compile_builder', None)", "_compile_builder"),
        ("monkeypatch.setattr('flask.app._cv_app', None)", "_cv_app"),
        ("mock.patch.object(db, '_engines')", "_engines"),
        ("from werkzeug._internal import wsgi_decoding_dance", "_internal"),
        ("from sqlalchemy.orm import _orm_full_deannotate", "_orm_full_deannotate"),
        ("import werkzeug._internal", "_internal"),
    ],
)
def test_a_private_name_is_found(code: str, name: str) -> None:
    assert [found for _line, found in foreign_names(ast.parse(code))] == [name]


@pytest.mark.parametrize(
    "code", ["def _own(): pass\n_own()", "class A:\n  def f(self):\n    self._own = 1\n    return self._own", "row._asdict()"]
)
def test_a_name_of_the_files_own_is_left_alone(code: str) -> None:
    assert not foreign_names(ast.parse(code))
