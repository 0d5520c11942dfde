"""Questions that look across packages: the cards of pools, what happens next, and the department's own applications."""
