"""Checks the files of other projects that the screens use: their sums, and that npm has the same.

``python -m hall.web.vendored`` compares every file with its sum in ``manifest.json``;
with ``--npm`` it also fetches each package from npm and compares the files byte for byte.
"""

import hashlib
import json
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

VENDOR = Path(__file__).parent / "static" / "vendor"


@dataclass(frozen=True, kw_only=True, slots=True)
class Package:
    """One package as the manifest describes it: where it lies and what it must contain."""

    name: str
    version: str
    licence: str
    folder: Path
    files: dict[str, dict[str, str]]


def packages(vendor: Path = VENDOR) -> tuple[Package, ...]:
    """Return the packages of the manifest; each file carries its place in npm's and its sum."""
    manifest = json.loads((vendor / "manifest.json").read_text(encoding="utf-8"))
    return tuple(
        Package(
            name=entry["name"],
            version=entry["version"],
            licence=entry["licence"],
            folder=vendor / entry["folder"],
            files=entry["files"],
        )
        for entry in manifest["packages"]
    )


def wrong_sums(vendor: Path = VENDOR) -> Iterator[str]:
    """Return a sentence for every file that is missing, unlisted or not what was vendored."""
    listed = {vendor / "manifest.json"}
    for package in packages(vendor):
        for file, facts in package.files.items():
            path = package.folder / file
            listed.add(path)
            if not path.is_file():
                yield f"{path}: missing"
            elif hashlib.sha256(path.read_bytes()).hexdigest() != facts["sha256"]:
                yield f"{path}: not the file whose sum the manifest has"
    for path in sorted(vendor.rglob("*")):
        if path.is_file() and path not in listed:
            yield f"{path}: not in the manifest"


def differences_from_npm(package: Package) -> Iterator[str]:
    """Return a sentence for every file that differs from the same version on npm."""
    with tempfile.TemporaryDirectory() as folder:
        wanted = f"{package.name}@{package.version}"
        packed = subprocess.run(  # noqa: S603 - the name comes from our own manifest
            ["npm", "pack", "--silent", wanted],  # noqa: S607 - whichever npm the person has
            cwd=folder,
            check=True,
            capture_output=True,
            text=True,
        )
        with tarfile.open(Path(folder) / packed.stdout.strip()) as archive:
            for file, facts in package.files.items():
                member = archive.extractfile(f"package/{facts['source']}")
                if member is None or member.read() != (package.folder / file).read_bytes():
                    yield f"{package.folder / file}: differs from {wanted} on npm"


def main(arguments: list[str]) -> int:
    """Print what is wrong, one line each, and return the exit code."""
    wrong = list(wrong_sums())
    if "--npm" in arguments:
        for package in packages():
            wrong.extend(differences_from_npm(package))
    sys.stdout.writelines(f"{line}\n" for line in wrong)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
