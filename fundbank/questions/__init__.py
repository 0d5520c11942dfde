"""What screening and the forum ask about an application, and what the department that applies answers (domain.md §4)."""
