"""After any edits of what a Terraform module reads, facts are fresh."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from funclens.catalog import build_catalog, listing
from source_tree import open_tree, write_tree

if TYPE_CHECKING:
    from collections.abc import Sequence

    from funclens.discovery import Workspace

CALLER = """\
variable "stage" { default = "dev" }
locals { all = yamldecode(file("${path.module}/names.yaml")).names }
module "fn" {
  for_each = { for f in local.all : f.name => f }
  source   = "../fn"
  name     = "${each.key}-${var.stage}"
  entry    = each.value.entry
  folder   = "../src/${each.value.folder}"
}
"""
CALLED = """\
variable "name" { default = "alone" }
variable "entry" { default = "hello" }
variable "folder" { default = "../src/a" }
data "archive_file" "a" { source_dir = var.folder }
resource "google_cloudfunctions_function" "f" {
  name                  = var.name
  entry_point           = var.entry
  source_archive_object = data.archive_file.a.output_path
}
"""
LISTED = """\
locals { found = fileset("${path.root}/../src", "*/main.py") }
module "fn" {
  for_each = local.found
  source   = "../fn"
  name     = dirname(each.key)
  folder   = "${path.root}/../src/${dirname(each.key)}"
}
"""
NAMED = """\
resource "google_cloudfunctions_function" "f" {
  name                  = "by-archive"
  entry_point           = "hello"
  source_archive_object = google_storage_bucket_object.o.name
}
resource "google_storage_bucket_object" "o" {
  name   = "o"
  source = "../dist/b.zip"
}
"""
TEXTS = {
    "root/main.tf": [CALLER, LISTED, NAMED, CALLED, ""],
    "root/more.tf": [NAMED.replace('"f"', '"g"'), 'locals { x = "', ""],
    "root/names.yaml": [
        "names:\n- {name: one, entry: hello, folder: a}\n",
        "names:\n- {name: two, entry: orders, folder: b}\n- {name: three}\n",
        "names: [",
    ],
    "root/live.auto.tfvars": ['stage = "live"\n', 'stage = "'],
    "root/env/prod.tfvars": ['stage = "prod"\n'],
    "fn/main.tf": [CALLED, CALLED.replace("alone", "lonely"), ""],
    "src/a/main.py": ["def hello(x):\n    return x\n", "def orders(x):\n    pass\n"],
    "src/b/main.py": ["def hello(x):\n    return x\n", ""],
}
WRITES = st.sampled_from(
    [(name, text) for name, texts in TEXTS.items() for text in texts]
)
EDITS = st.one_of(
    st.tuples(st.just("write"), WRITES),
    st.tuples(st.just("write"), WRITES),
    st.tuples(st.just("delete"), WRITES),
    st.tuples(st.just("remove"), st.sampled_from([(n, "") for n in ("root", "fn")])),
    st.tuples(st.just("rename"), st.sampled_from([("src/a", "src/c"), ("fn", "fm")])),
)


def carry_out(
    workspace: Workspace, folder: Path, verb: str, what: Sequence[str]
) -> None:
    name, other = what
    path = folder / name
    if verb == "write":
        write_tree(folder, {name: other})
        workspace.changed([str(path)])
    elif verb == "delete":
        path.unlink(missing_ok=True)
        workspace.changed([str(path)])
    elif verb == "remove":
        shutil.rmtree(path, ignore_errors=True)
        workspace.changed([str(path)])
    elif path.exists() and not (folder / other).exists():
        path.rename(folder / other)
        workspace.changed([str(path), str(folder / other)])


@settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(EDITS, min_size=1, max_size=14))
def test_edits_lead_to_the_same_facts_as_a_fresh_start(
    edits: Sequence[tuple[str, tuple[str, str]]],
) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name).resolve()
        first = {file: texts[0] for file, texts in TEXTS.items()}
        workspace = open_tree(write_tree(folder, first))
        names = {f.deployed_name for f in build_catalog(workspace.facts()).functions}
        assert names & {"one-live", "one-prod"}
        for verb, what in edits:
            carry_out(workspace, folder, verb, what)
            workspace.facts()

        assert listing(build_catalog(workspace.facts())) == listing(
            build_catalog(open_tree(folder).facts())
        )
