"""Which of a meeting's candidates to fund: the best set under the money and the rules, and why. It decides nothing and stores nothing."""
