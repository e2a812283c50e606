"""Terraform modules written where a test wants them, and what they deploy."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from funclens.discovery.files.store import Store
from funclens.settings import Settings
from source_tree import write_tree

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from funclens.discovery.deploy import Deployment


def deployments(folder: Path, files: Mapping[str, str]) -> list[Deployment]:
    write_tree(folder, files)
    store = Store(str(folder), Settings(), ())
    store.load()
    return list(store.deployments())


def said(folder: Path, files: Mapping[str, str]) -> list[tuple[str | None, ...]]:
    """Return entry point, deployed name and folder of each, relative."""
    return [
        (
            item.entry_point,
            item.name,
            item.folder
            and item.folder.removeprefix(str(folder)).replace(os.sep, "/").lstrip("/"),
        )
        for item in deployments(folder, files)
    ]


ARCHIVE = """\
data "archive_file" "src" {
  type        = "zip"
  source_dir  = "${path.module}/../src"
  output_path = "/tmp/src.zip"
}
resource "google_storage_bucket_object" "src" {
  name   = "src-${data.archive_file.src.output_md5}.zip"
  bucket = google_storage_bucket.b.name
  source = data.archive_file.src.output_path
}
"""
