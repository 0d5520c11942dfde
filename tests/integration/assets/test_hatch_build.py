"""What the build says when it cannot fetch the front-end packages."""

import subprocess
import sys
from pathlib import Path

import fundbank

HOOK = Path(fundbank.__file__).parent / "assets" / "hatch_build.py"
# hatchling is there in a build alone.
BUILD = """
import sys, runpy
from pathlib import Path
from types import ModuleType

for name in ("hatchling", "hatchling.builders", "hatchling.builders.hooks", "hatchling.builders.hooks.plugin"):
    sys.modules[name] = ModuleType(name)
interface = sys.modules["hatchling.builders.hooks.plugin.interface"] = ModuleType("interface")
interface.BuildHookInterface = object
runpy.run_path(sys.argv[1])["npm_ci"](Path.cwd())
"""


def test_what_to_do_is_said_last_and_apart_from_what_npm_says(tmp_path: Path) -> None:
    npm = tmp_path / "npm"
    npm.write_text("#!/bin/sh\necho a word of npm\necho npm error code ECONNREFUSED >&2\nexit 1\n")
    npm.chmod(0o755)
    built = subprocess.run(
        [sys.executable, "-c", BUILD, str(HOOK)], cwd=tmp_path, env={"PATH": f"{tmp_path}:/usr/bin:/bin"}, capture_output=True, text=True,
        check=False,
    )  # fmt: skip
    assert (built.returncode, built.stdout) == (1, "")
    said, told = built.stderr.split("\n\n")
    assert said == "a word of npm\nnpm error code ECONNREFUSED"
    assert told.startswith("fundbank: npm could not fetch the front-end packages (npm's own words stand above).\n")
    assert "Command" not in told
