"""Every table has a place in an archive, and a way to its municipality or a reason why not."""

import pytest
from sqlalchemy import Float

from fundbank.backup.rows import KINDS, Rows, UnknownKind, kind_of
from fundbank.kit.belonging import BY_NUMBER, MUNICIPALITIES, SHARED, ways
from fundbank.schema import METADATA


def test_every_column_has_a_kind() -> None:
    for table in METADATA.sorted_tables:
        shape = Rows.of(table)
        assert {kind for _, kind in shape.columns} <= set(KINDS)
        assert shape.order, f"{table.name} has no key by which its rows stand in order"
    with pytest.raises(UnknownKind):
        kind_of(Float())


def test_every_table_reaches_one_municipality_or_is_shared_on_purpose() -> None:
    along = ways(METADATA)
    assert set(along) | SHARED | {MUNICIPALITIES} == set(METADATA.tables)
    assert not set(along) & SHARED
    for name in along:
        step, steps = name, 0
        while step != MUNICIPALITIES:
            step, steps = along[step].to, steps + 1
            assert steps < len(along), f"{name} goes in a circle"


def test_only_lines_that_name_nobody_and_the_installations_jobs_belong_to_no_municipality() -> None:
    along = ways(METADATA)
    empty = {name for name, way in along.items() if METADATA.tables[name].c[way.column].nullable}
    assert empty == {"access_lines", "jobs"}, "a row without a municipality would stay behind when its municipality moves"
    assert set(BY_NUMBER) == {"answered_requests"}
