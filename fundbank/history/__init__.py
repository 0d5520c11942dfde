"""Who did what, when, from which state to which, and why. Lines are added, never changed. Knows ids, not people."""
