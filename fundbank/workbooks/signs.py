"""The signs by which a workbook is read again, whatever its sheets are called and wherever their columns stand: they are hidden.

Beside each row stands its name (applications.rules.row_names), or one of these. A sheet of its own says what the workbook is.
"""

FORMAT = 1
"""Another number is a workbook that is read in another way."""
TOLD = "fundbank"
"""The hidden sheet: pairs of a word and its value, then the marks of the fields as they were written, and lists of choices."""
CODES, LABELS, HELP, EXAMPLE = "#codes:", "#labels", "#help", "#example"
QUESTIONS, VALUE = "questions", "value"
MARKS_COLUMN, LISTS_COLUMN = 3, 6
