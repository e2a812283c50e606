"""Functions that would become one service."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from catalog.snippets import HTTP
from source_tree import problems_of, write_tree

if TYPE_CHECKING:
    from pathlib import Path


CONFLICTING = "\n".join(
    f"{HTTP}def {name}(request):\n    return ''\n"
    for name in ("get_user", "Get_User", "other")
)


def test_names_that_become_one_service_are_reported(tmp_path: Path) -> None:
    deployed = "".join(
        f"gcloud functions deploy {name} --gen2 --runtime python312 --trigger-http\n"
        for name in ("get_user", "Get_User", "other")
    )
    write_tree(tmp_path, {"main.py": CONFLICTING, "deploy.sh": deployed})

    found = problems_of(tmp_path)
    assert [p.code for p in found] == ["deploy-name-conflict"] * 2
    assert "get-user" in found[0].message


def test_firebase_functions_of_a_source_are_deployed_together(tmp_path: Path) -> None:
    text = "from firebase_functions import https_fn\n\n" + "\n".join(
        f"@https_fn.on_request()\ndef {name}(request):\n    return ''\n"
        for name in ("get_user", "Get_User")
    )
    write_tree(tmp_path, {"main.py": text})

    found = problems_of(tmp_path)
    assert [p.code for p in found] == ["deploy-name-conflict"] * 2


@pytest.mark.parametrize(
    "deployed",
    [
        "",
        "gcloud functions deploy get_user --gen2 --trigger-http\n",
        (
            "gcloud functions deploy get_user --region us-east1 --trigger-http\n"
            "gcloud functions deploy Get_User --region us-west1 --trigger-http\n"
        ),
        (
            "gcloud functions deploy get_user --project one --trigger-http\n"
            "gcloud functions deploy Get_User --project two --trigger-http\n"
        ),
        (
            "gcloud functions deploy get_user --no-gen2 --trigger-http\n"
            "gcloud functions deploy Get_User --no-gen2 --trigger-http\n"
        ),
    ],
)
def test_names_deployed_to_different_places_do_not_conflict(
    tmp_path: Path, deployed: str
) -> None:
    write_tree(tmp_path, {"main.py": CONFLICTING, "deploy.sh": deployed})

    assert problems_of(tmp_path, code="deploy-name-conflict") == []
