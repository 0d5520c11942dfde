"""The forum: its meetings, agendas, decisions, minutes and decision letters. Decisions make awards and settle shortfalls."""
