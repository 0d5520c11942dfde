"""Every write about claims and repayments."""
