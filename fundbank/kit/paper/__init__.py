"""Paper: letters and statements as accessible PDF.

A caller says what the page contains; this package owns how it looks and how it is tagged.
Nothing here knows any domain, any request or any clock: the same calls give the same bytes.
"""

from fundbank.kit.paper.document import Paper
from fundbank.kit.paper.fonts import FontsMissing

__all__ = ["FontsMissing", "Paper"]
