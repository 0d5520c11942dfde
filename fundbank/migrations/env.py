"""How Alembic runs the migrations: on the connection that it was handed, inside the open transaction."""

from alembic import context

context.configure(connection=context.config.attributes["connection"], transactional_ddl=True)
with context.begin_transaction():
    context.run_migrations()
