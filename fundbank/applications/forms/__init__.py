"""What people fill in about an application: the draft with its rows, and the screening."""
