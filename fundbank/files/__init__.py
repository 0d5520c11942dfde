"""What people attach: what it holds, of which type and size, to which thing, by whom; it knows ids, not people.

Whether somebody may attach, read or take away is asked by whoever calls. Nothing here is ever changed: what is taken away is said to be so.
"""
