"""The database's versions are one line: whoever adds one in parallel with another takes the next number."""

from collections import Counter
from itertools import pairwise
from pathlib import Path

from fundbank import migrations


def test_the_versions_of_the_database_are_numbered_one_after_the_other() -> None:
    files = sorted((Path(migrations.__file__).parent / "versions").glob("[0-9]*.py"))
    numbers = Counter(path.name[:4] for path in files)
    assert [number for number, times in numbers.items() if times > 1] == []
    for before, path in pairwise(files):
        said = path.read_text("utf-8")
        assert f'\nrevision = "{path.name[:4]}"\ndown_revision = "{before.name[:4]}"\n' in said, path.name
