"""Who is told of what happens, before it is committed (kit.transaction): the rooms that lie downstream of the history and write of it.

Commands set up, upgrade and play: they follow with letters alone. The program itself (app) also writes to people.
"""

from fundbank.reports.letters import write_letters

FOLLOWERS = (write_letters,)
