"""Every write about claims, repayments, shortfalls and reversals."""
