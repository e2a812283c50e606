"""Writes a .vsix: a zip archive that VS Code installs, the same bytes every time."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape, quoteattr

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

__all__ = ["write_vsix"]

SHIPPED = (
    "package.json",
    "README.md",
    "CHANGELOG.md",
    "LICENSE.txt",
    "media/**/*",
    "walkthrough/**/*",
    "out/*.js",
    "bundled/**/*",
)
EPOCH = (1980, 1, 1, 0, 0, 0)
CONTENT_TYPES = {
    "cfg": "text/plain",
    "css": "text/css",
    "html": "text/html",
    "js": "application/javascript",
    "json": "application/json",
    "md": "text/markdown",
    "png": "image/png",
    "svg": "image/svg+xml",
    "txt": "text/plain",
    "vsixmanifest": "text/xml",
}


def write_vsix(target: Path, *, extension: Path, extra: Mapping[str, Path]) -> None:
    """Pack the built extension into `target`.

    `extra` maps names inside the extension to files that live elsewhere in the
    checkout. Order, times and permissions are fixed: equal input, equal bytes.
    """
    manifest = json.loads((extension / "package.json").read_text("utf-8"))
    files = dict(_shipped(extension)) | dict(extra)
    types = _content_types(files)
    target.parent.mkdir(parents=True, exist_ok=True)
    unfinished = target.with_suffix(".part")
    with zipfile.ZipFile(
        unfinished, "w", zipfile.ZIP_DEFLATED, compresslevel=9
    ) as archive:
        _add(archive, "extension.vsixmanifest", _vsix_manifest(manifest).encode())
        _add(archive, "[Content_Types].xml", types.encode())
        for name in sorted(files):
            _add(archive, f"extension/{name}", files[name].read_bytes())
    # Who reads the file meanwhile has the one before.
    unfinished.replace(target)


def _shipped(extension: Path) -> Iterator[tuple[str, Path]]:
    for pattern in SHIPPED:
        for path in extension.glob(pattern):
            if path.is_file():
                yield path.relative_to(extension).as_posix(), path


def _add(archive: zipfile.ZipFile, name: str, data: bytes) -> None:
    entry = zipfile.ZipInfo(name, EPOCH)
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.external_attr = 0o644 << 16
    archive.writestr(entry, data)


def _content_types(files: Mapping[str, Path]) -> str:
    suffixes = {Path(name).suffix[1:].lower() for name in files} | {"vsixmanifest"}
    defaults = "".join(
        f'<Default Extension=".{suffix}" '
        f'ContentType="{CONTENT_TYPES.get(suffix, "application/octet-stream")}"/>'
        for suffix in sorted(suffixes - {""})
    )
    return (
        '<?xml version="1.0" encoding="utf-8"?>'
        '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        f"{defaults}</Types>"
    )


def _links(manifest: Mapping[str, Any]) -> dict[str, str]:
    """Return what a marketplace links to, as far as package.json says it."""
    repository = manifest.get("repository", {}).get("url", "")
    links = {
        "Source": repository,
        "GitHub": repository,
        "Getstarted": repository,
        "Learn": manifest.get("homepage", ""),
        "Support": manifest.get("bugs", {}).get("url", ""),
    }
    prefix = "Microsoft.VisualStudio.Services.Links."
    return {prefix + name: address for name, address in links.items() if address}


def _vsix_manifest(manifest: Mapping[str, Any]) -> str:
    properties = {
        **_links(manifest),
        "Microsoft.VisualStudio.Code.Engine": manifest["engines"]["vscode"],
        "Microsoft.VisualStudio.Code.ExtensionDependencies": "",
        "Microsoft.VisualStudio.Code.ExtensionPack": "",
        "Microsoft.VisualStudio.Code.ExtensionKind": "workspace",
        "Microsoft.VisualStudio.Code.ExecutesCode": "true",
        "Microsoft.VisualStudio.Services.GitHubFlavoredMarkdown": "true",
    }
    listed = "".join(
        f"<Property Id={quoteattr(name)} Value={quoteattr(value)}/>"
        for name, value in properties.items()
    )
    badges = "".join(
        f"<Badge Link={quoteattr(badge['href'])} ImgUri={quoteattr(badge['url'])} "
        f"Description={quoteattr(badge['description'])}/>"
        for badge in manifest.get("badges", ())
    )
    assets = {
        "Microsoft.VisualStudio.Code.Manifest": "package.json",
        "Microsoft.VisualStudio.Services.Content.Details": "README.md",
        "Microsoft.VisualStudio.Services.Content.Changelog": "CHANGELOG.md",
        "Microsoft.VisualStudio.Services.Content.License": "LICENSE.txt",
        "Microsoft.VisualStudio.Services.Icons.Default": manifest["icon"],
    }
    addressed = "".join(
        f'<Asset Type="{kind}" Path="extension/{path}" Addressable="true"/>'
        for kind, path in assets.items()
    )
    identity = (
        f'<Identity Language="en-US" Id={quoteattr(manifest["name"])} '
        f"Version={quoteattr(manifest['version'])} "
        f"Publisher={quoteattr(manifest['publisher'])}/>"
    )
    return (
        '<?xml version="1.0" encoding="utf-8"?>'
        '<PackageManifest Version="2.0.0" '
        'xmlns="http://schemas.microsoft.com/developer/vsx-schema/2011">'
        f"<Metadata>{identity}"
        f"<DisplayName>{escape(manifest['displayName'])}</DisplayName>"
        f'<Description xml:space="preserve">{escape(manifest["description"])}'
        "</Description>"
        f"<Tags>{escape(','.join(manifest['keywords']))}</Tags>"
        f"<Categories>{escape(','.join(manifest['categories']))}</Categories>"
        "<GalleryFlags>Public</GalleryFlags>"
        f"<Badges>{badges}</Badges><Properties>{listed}</Properties>"
        "<License>extension/LICENSE.txt</License>"
        f"<Icon>extension/{escape(manifest['icon'])}</Icon></Metadata>"
        '<Installation><InstallationTarget Id="Microsoft.VisualStudio.Code"/>'
        "</Installation><Dependencies/>"
        f"<Assets>{addressed}</Assets></PackageManifest>"
    )
