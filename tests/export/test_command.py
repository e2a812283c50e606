"""`funclens export` as a person calls it."""

from __future__ import annotations

import shlex
import subprocess
from typing import TYPE_CHECKING

import pytest

from cli.command import funclens
from source_tree import write_tree

if TYPE_CHECKING:
    from pathlib import Path

ORDERS = """\
    import functions_framework

    @functions_framework.http
    def orders(request):
        return "ok"
    """
HOSTILE = """\
    resource "google_cloudfunctions2_function" "orders" {
      name     = "orders"
      location = "$(touch stolen)"
      build_config {
        entry_point = "orders"
        runtime     = "python312; touch stolen"
      }
      service_config {
        environment_variables = { "A$(touch stolen)" = "secret value", MODE = "fast" }
      }
    }
    """


def test_a_script_is_printed_and_says_nothing_else(tmp_path: Path) -> None:
    write_tree(tmp_path, {"billing/main.py": ORDERS})

    done = funclens("export", "--to", "gcloud", str(tmp_path))

    assert done.returncode == 0
    assert done.stderr == ""
    assert "gcloud functions deploy orders" in done.stdout
    assert "--source=billing" in done.stdout


def test_files_are_not_overwritten_without_being_told_to(tmp_path: Path) -> None:
    write_tree(tmp_path, {"main.py": ORDERS})
    words = ("export", "--to", "skaffold", "--out", str(tmp_path / "k8s"))

    first = funclens(*words, str(tmp_path))
    (tmp_path / "k8s" / "skaffold.yaml").write_text("mine")
    second = funclens(*words, str(tmp_path))
    third = funclens(*words, "--force", str(tmp_path))

    assert (first.returncode, second.returncode, third.returncode) == (0, 2, 0)
    assert "already exists" in second.stderr
    assert "hint: pass --force" in second.stderr
    assert "Config" in (tmp_path / "k8s" / "skaffold.yaml").read_text()


def test_functions_with_one_name_are_an_error_with_the_next_step(
    tmp_path: Path,
) -> None:
    write_tree(tmp_path, {"a/main.py": ORDERS, "b/main.py": ORDERS})

    done = funclens("export", "--to", "terraform", str(tmp_path))

    assert done.returncode == 2
    assert done.stdout == ""
    assert "2 functions would be deployed as 'orders'" in done.stderr
    assert '"b.main.orders" = "another-name"' in done.stderr


def test_names_that_only_differ_before_cloud_run_spells_them_are_an_error(
    tmp_path: Path,
) -> None:
    source = (
        ORDERS + ORDERS.replace("orders", "get_it") + ORDERS.replace("orders", "Get_it")
    )
    write_tree(tmp_path, {"main.py": source})

    gcloud = funclens("export", "--to", "gcloud", str(tmp_path))
    cloudrun = funclens("export", "--to", "cloudrun", str(tmp_path))

    assert gcloud.returncode == 0
    assert cloudrun.returncode == 2
    assert "would be deployed as 'get-it'" in cloudrun.stderr


def test_a_name_that_cannot_be_deployed_is_an_error(tmp_path: Path) -> None:
    write_tree(tmp_path, {"main.py": ORDERS.replace("orders", "größe")})

    done = funclens("export", "--to", "gcloud", str(tmp_path))

    assert done.returncode == 2
    assert "'größe' (main.py:4) is not a valid name" in done.stderr
    assert "tool.funclens.endpoints" in done.stderr


def test_what_a_target_has_no_word_for_is_said(tmp_path: Path) -> None:
    triggers = '[tool.funclens.triggers]\n"main.orders" = "--schedule=\'0 3 * * *\'"\n'
    write_tree(tmp_path, {"main.py": ORDERS, "pyproject.toml": triggers})

    done = funclens("export", "--to", "compose", str(tmp_path))

    assert done.returncode == 0
    assert "warning: orders: compose has no schedule triggers" in done.stderr
    assert "# - orders: compose has no schedule triggers" in done.stdout


@pytest.mark.parametrize("target", ["gcloud", "cloudrun"])
def test_texts_of_a_workspace_never_run_in_a_script(
    target: str, tmp_path: Path
) -> None:
    """gcloud is a script that notes its words; nothing else may happen."""
    write_tree(tmp_path, {"main.py": ORDERS, "main.tf": HOSTILE})
    out = tmp_path / "out"
    done = funclens("export", "--to", target, "--out", str(out), str(tmp_path))
    write_tree(tmp_path, {"bin/gcloud": '#!/bin/sh\nprintf "%s\\n" "$@" >> "$WORDS"\n'})
    (tmp_path / "bin" / "gcloud").chmod(0o755)

    [script] = out.iterdir()
    environment = {
        "PATH": f"{tmp_path / 'bin'}:/usr/bin:/bin",
        "WORDS": str(tmp_path / "words"),
        "REGION": "us-central1",
        "MODE": "fast # and, loose",
    }
    ran = subprocess.run([str(script)], env=environment, check=False)

    words = (tmp_path / "words").read_text().splitlines()
    assert (done.returncode, ran.returncode) == (0, 0)
    assert not [*tmp_path.rglob("stolen")]
    assert "secret value" not in script.read_text()
    assert "--region=us-central1" in words
    assert "--set-env-vars=MODE=fast # and, loose" in words
    assert shlex.quote("python312; touch stolen") in script.read_text()
