"""The pool's coming months."""
