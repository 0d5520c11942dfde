"""The words that a pool's coordinator adds to its letters. A letter that was sent keeps those it was sent with."""
