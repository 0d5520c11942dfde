"""Tools without a word of the domain: money, time, database, web edge, paper."""
