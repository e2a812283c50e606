"""Writes the licenses of what the extension carries, beside its own."""

from __future__ import annotations

import json
import re
from email.parser import Parser
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator
    from email.message import Message
    from pathlib import Path

__all__ = ["bill_of_materials", "notices"]

HEAD = """\
# Third-party notices

The extension carries these packages. What each is for is said in the documentation,
under "Dependencies".
"""
INSTALLED = re.compile(r"^node_modules/((?:@[^/]+/)?[^/]+)/")
NPM = "https://www.npmjs.com/package/"
CLASSIFIER = "License :: OSI Approved :: "


class Package(NamedTuple):
    """A package that is carried: `text` is the whole of its license files."""

    name: str
    version: str
    license: str
    address: str
    text: str

    @property
    def purl(self) -> str:
        """The package URL, as in github.com/package-url/purl-spec."""
        if self.address.startswith(NPM):
            return f"pkg:npm/{self.name.replace('@', '%40')}@{self.version}"
        return f"pkg:pypi/{self.name.lower().replace('_', '-')}@{self.version}"


def notices(libs: Path, extension: Path) -> str:
    """Return the page: a table of packages, then the text of each license.

    `libs` holds the installed Python packages. The JavaScript ones are those that
    `out/inputs.json` of the built extension names.
    """
    packages = _carried(libs, extension)
    rows = [
        f"| [{package.name}]({package.address}) | {package.version} "
        f"| {package.license} |\n"
        for package in packages
    ]
    texts = [
        f"\n## {package.name} {package.version}\n\n```text\n{package.text}\n```\n"
        for package in packages
    ]
    table = "| package | version | license |\n| --- | --- | --- |\n"
    return "".join([HEAD, "\n", table, *rows, *texts])


def bill_of_materials(libs: Path, extension: Path) -> str:
    """Return the same packages as JSON, in the form of CycloneDX 1.6."""
    manifest = json.loads((extension / "package.json").read_text("utf-8"))
    components = [
        {
            "type": "library",
            "bom-ref": package.purl,
            "name": package.name,
            "version": package.version,
            "licenses": [{"license": {"name": package.license}}],
            "purl": package.purl,
        }
        for package in _carried(libs, extension)
    ]
    subject = {
        "type": "application",
        "name": manifest["name"],
        "version": manifest["version"],
    }
    bill = {
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {"component": subject},
        "components": components,
    }
    return json.dumps(bill, indent=2) + "\n"


def _carried(libs: Path, extension: Path) -> list[Package]:
    return sorted(
        [*_of_python(libs), *_of_javascript(extension)],
        key=lambda package: (package.name.lower(), package.version),
    )


def _of_python(libs: Path) -> Iterator[Package]:
    for folder in sorted(libs.glob("*.dist-info")):
        metadata = Parser().parsestr((folder / "METADATA").read_text("utf-8"))
        files = sorted((folder / "licenses").rglob("*"))
        name = metadata["Name"]
        yield Package(
            name,
            metadata["Version"],
            _license_of(metadata),
            f"https://pypi.org/project/{name}/",
            _text(path for path in files if path.is_file()),
        )


def _license_of(metadata: Message) -> str:
    if expression := metadata["License-Expression"]:
        return str(expression)
    for classifier in metadata.get_all("Classifier", []):
        if classifier.startswith(CLASSIFIER):
            return str(classifier.removeprefix(CLASSIFIER))
    return str(metadata["License"])


def _of_javascript(extension: Path) -> Iterator[Package]:
    inputs = json.loads((extension / "out" / "inputs.json").read_text("utf-8"))
    matches = map(INSTALLED.match, inputs)
    for name in sorted({match[1] for match in matches if match}):
        folder = extension / "node_modules" / name
        manifest = json.loads((folder / "package.json").read_text("utf-8"))
        files = [
            path
            for path in sorted(folder.iterdir())
            if re.match(r"(?i)(un)?licen[cs]e|copying|notice", path.name)
        ]
        yield Package(
            name,
            manifest["version"],
            manifest.get("license", "see below"),
            f"{NPM}{name}",
            _text(files),
        )


def _text(files: Iterator[Path] | list[Path]) -> str:
    texts = [path.read_text("utf-8", errors="replace").strip() for path in files]
    return "\n\n".join(texts) or "The package holds no text of its license."
