"""Where the program's own files lie, and where it keeps what it is given.

Templates and static files stand beside the package in a checkout, and inside it once it is installed from a wheel.
"""

import os
from pathlib import Path

PACKAGE = Path(__file__).resolve().parent
_HOME = PACKAGE if (PACKAGE / "templates").is_dir() else PACKAGE.parent
TEMPLATES = _HOME / "templates"
STATIC = _HOME / "static"


def instance_folder() -> Path:
    """Name the folder of the embedded database: `instance`, where the program was started.

    It follows the current folder and not the package, so that an installed program never writes among its own files.
    The folder need not exist yet.
    """
    return Path.cwd() / "instance"


def sync_folder(folder: Path) -> None:
    """Let what was given a name in ``folder`` have it after a loss of power too."""
    if os.name != "posix":  # elsewhere a folder cannot be opened
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
