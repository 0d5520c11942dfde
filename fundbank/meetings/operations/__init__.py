"""Every write of the forum: its calendar and agendas, its decisions, and what it settles."""
