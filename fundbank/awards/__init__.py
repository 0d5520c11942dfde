"""Awards: the promise that an approval makes, its loan terms, the department's acceptance, and disbursement."""
