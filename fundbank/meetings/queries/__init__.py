"""Every question about meetings, agendas and decisions."""
