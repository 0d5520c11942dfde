"""Playing a scenario file."""

import json
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click
from sqlalchemy.engine import Engine

from fundbank import migrations
from fundbank.cli.databases import engine_in, engine_of, migrate, working_on
from fundbank.cli.trouble import plainly, refusals
from fundbank.kit.transaction import unit_of_work


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print the whole statement as JSON.")
@click.option("--policy", metavar="KEY", help='Play with another preset: "what if we had had these rules".')
@click.option("--database", metavar="URL", help="Keep the result in this database (default: a throw-away one).")
@click.pass_context
@plainly
def replay(context: click.Context, file: Path, as_json: bool, policy: str | None, database: str | None) -> None:
    """Play the events of a scenario FILE through the program's own rules.

    Exit code 0: every event did what the file says. 1: not (the first differences on standard error). 2: the file cannot be read
    (each fault with its place; nothing is loaded).
    """
    from fundbank.pools.preset import names
    from fundbank.scenarios.player import play
    from fundbank.scenarios.reader import Unreadable, override_faults, read_file
    from fundbank.scenarios.statement import statement

    try:
        scenario = read_file(file)
        if policy is not None:
            if policy not in names():
                raise Unreadable([f"--policy: {policy!r} is not one of {', '.join(names())}"])
            if faults := override_faults(policy, scenario.pool.override):
                raise Unreadable(faults)
    except Unreadable as error:
        for fault in error.faults:
            click.echo(f"{file}: {fault}", err=True)
        context.exit(2)
    with _replay_database(database) as engine, working_on(engine), unit_of_work(), refusals():
        played = play(scenario, policy=policy)
        found = statement(played)
        moved = (played.world.scale_of_file, len(played.world.pool.policy.scale)) if played.world.has_other_scale else None
    if moved:
        click.echo(
            f"The file's levels are of a scale of {moved[0]}. Here each is taken by its place on a scale of {moved[1]}, halves up.",
            err=True,
        )
    for difference in played.differences[:5]:
        click.echo(str(difference), err=True)
    click.echo(json.dumps(found, indent=2, ensure_ascii=False) if as_json else _summary(scenario.title, found, len(played.differences)))
    context.exit(1 if played.differences else 0)


@contextmanager
def _replay_database(url: str | None) -> Iterator[Engine]:
    """The database that a replay works on, brought up; without a URL one that is thrown away, and lies in no schema."""
    folder = None if url else tempfile.mkdtemp(prefix="fundbank-")
    try:
        engine = engine_of(url) if url else engine_in(f"sqlite:///{folder}/replay.sqlite", None)
        if migrations.is_empty(engine):
            migrate(engine)
        migrations.require_current(engine)
        yield engine
    finally:
        if folder:
            shutil.rmtree(folder, ignore_errors=True)


def _summary(title: str, found: dict[str, Any], differences: int) -> str:
    pool = found["pool"]
    lines = [title, f"  funding {pool['funding']} = available {pool['available']} + reserved {pool['reserved']} + loans {pool['loans']}"]
    lines[-1] += f" + grants {pool['grants']} + written off {pool['written_off']}"
    for key, application in found["applications"].items():
        points = f", {application['total']} points, rank {application['rank']}" if application["total"] else ""
        lines.append(f"  {key}: {application['state']}{points}")
    lines.append(f"  {len(found['refusals'])} refusals, {found['ledger']['transfers']} transfers")
    lines.append("Every event did what the file says." if not differences else f"{differences} events did not do what the file says.")
    return "\n".join(lines)
