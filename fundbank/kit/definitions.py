"""The database's own rules as it holds them: the text of each trigger, function, check, key and index."""

from hashlib import sha256

from sqlalchemy import text
from sqlalchemy.engine import Connection

SQLITE = "SELECT type || ' ' || name, sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'"
POSTGRESQL = """
    SELECT 'trigger ' || tgname || ' on ' || relname, pg_get_triggerdef(pg_trigger.oid, true) || ' ' || tgenabled::text
    FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid
    WHERE relnamespace = current_schema()::regnamespace AND NOT tgisinternal
    UNION ALL
    SELECT 'function ' || proname, prosrc || ' ' || provolatile::text || prosecdef::text FROM pg_proc
    WHERE pronamespace = current_schema()::regnamespace AND prolang <> (SELECT oid FROM pg_language WHERE lanname = 'c')
    UNION ALL
    SELECT 'constraint ' || conname || ' on ' || relname, pg_get_constraintdef(pg_constraint.oid, true) || ' ' || convalidated::text
    FROM pg_constraint JOIN pg_class ON pg_class.oid = conrelid WHERE connamespace = current_schema()::regnamespace
    UNION ALL
    SELECT 'index ' || pg_class.relname, pg_get_indexdef(indexrelid, 0, true) || ' ' || indisvalid::text
    FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid WHERE pg_class.relnamespace = current_schema()::regnamespace
"""


def definitions(connection: Connection) -> dict[str, str]:
    """A digest of each rule's text, by what it is called."""
    rows = connection.execute(text(SQLITE if connection.dialect.name == "sqlite" else POSTGRESQL)).all()
    schema = "" if connection.dialect.name == "sqlite" else connection.scalar(text("SELECT current_schema()"))
    return {name: sha256(_plain(said, schema).encode()).hexdigest()[:32] for name, said in rows}


def _plain(said: str, schema: str) -> str:
    """Without what does not matter: white space, the schema in which it lies, and the order of a table's columns and constraints."""
    words = " ".join(said.split())
    if words.upper().startswith("CREATE TABLE"):
        return "\n".join(sorted(_parts(words)))
    return words.replace(f"{schema}.", "") if schema else words


def _parts(words: str) -> list[str]:
    """What stands between the outer brackets, parted at the commas that are in no other bracket."""
    parts, depth = [""], 0
    for sign in words[words.index("(") + 1 : words.rindex(")")]:
        depth += (sign == "(") - (sign == ")")
        if sign == "," and depth == 0:
            parts.append("")
        else:
            parts[-1] += sign
    return [part.strip() for part in parts]
