"""Danish time, also where the machine knows no zones."""

import os
import subprocess
import sys

ASK = """
from datetime import UTC, datetime
from fundbank.kit.clock import local_date
print(local_date(datetime(2026, 6, 30, 22, 30, tzinfo=UTC)))
"""


def test_danish_time_comes_with_the_program() -> None:
    nowhere = {**os.environ, "PYTHONTZPATH": ""}
    said = subprocess.run([sys.executable, "-c", ASK], env=nowhere, capture_output=True, text=True, check=True)
    assert said.stdout == "2026-07-01\n"
