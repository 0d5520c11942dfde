"""Everything that the program keeps, out of one database and into another: in one row format, through one archive."""


class Unusable(Exception):
    """The archive, or what is to be written into one, cannot be used. The message is a sentence for whoever holds it."""
