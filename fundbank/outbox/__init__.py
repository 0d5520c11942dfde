"""What is to be done later: jobs, and the mail among them. Written in the transaction of what calls for it, done after its commit.

Knows ids, not people. Who writes what to whom is said downstream; here it is kept, sent, tried again, and shown.
"""
