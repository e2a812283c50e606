"""Makefiles: variables, recipes, functions, staging."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from discovery.deploy.reading import names, places, read

if TYPE_CHECKING:
    from pathlib import Path

MAIN = "def main(argument):\n    return ''\n"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            (
                "NAME := api\nENTRY ?= serve\nARGS = $(NAME) --entry-point $(ENTRY)\n"
                "deploy:\n\tgcloud functions deploy $(ARGS) --trigger-http\n"
            ),
            [("serve", "api")],
        ),
        (
            (
                "GCLOUD = gcloud\nCMD = ${GCLOUD} functions deploy\n"
                "deploy:\n\t@$(CMD) api --entry-point serve\n"
            ),
            [("serve", "api")],
        ),
        (
            (
                "deploy-one: NAME = one\ndeploy-one deploy-two:\n"
                "\tgcloud functions deploy $@ --entry-point serve\n"
            ),
            [("serve", "deploy-one"), ("serve", "deploy-two")],
        ),
        (
            (
                "FUNCTIONS = one two\ndeploy:\n\tfor name in $(FUNCTIONS); do \\\n"
                "\t  gcloud functions deploy $$name --entry-point $${name}_main; \\\n\tdone\n"
            ),
            [("one_main", "one"), ("two_main", "two")],
        ),
        (
            (
                "define deploy\ngcloud functions deploy $(1) --entry-point $(2)\nendef\n"
                "all:\n\t$(call deploy,one,first)\n\t$(call deploy,two,second)\n"
            ),
            [("first", "one"), ("second", "two")],
        ),
        (
            (
                "deploy:\n\tgcloud functions deploy $(NAME) --entry-point $(ENTRY)\n"
                "all:\n\t$(MAKE) deploy NAME=one ENTRY=first\n"
                "\t@make deploy NAME=two ENTRY=second\n"
            ),
            [("first", "one"), ("second", "two")],
        ),
        (
            (
                "NAME = $(shell basename $(CURDIR))\n"
                "deploy:\n\tgcloud functions deploy $(NAME) --entry-point serve\n"
            ),
            [("serve", "svc")],
        ),
        (
            (
                "NAME = $(notdir $(shell pwd))\n"
                "deploy: ; gcloud functions deploy $(NAME) --entry-point serve\n"
            ),
            [("serve", "svc")],
        ),
        (
            (
                "ifeq ($(STAGE),prod)\nNAME = api\nendif\nNAME ?= api\n"
                "deploy:\n\tgcloud functions deploy $(NAME) --entry-point serve\n"
            ),
            [("serve", "api")],
        ),
        (
            "include config.mk\ndeploy:\n\tgcloud functions deploy $(NAME) --entry-point serve\n",
            [("serve", "included")],
        ),
        ("deploy-%:\n\tgcloud functions deploy $* --trigger-http\n", []),
        ("deploy:\n\tgcloud functions deploy $(NAME) --entry-point $(ENTRY)\n", []),
        ("deploy:\n\tgcloud functions deploy --entry-point\n", []),
    ],
)
def test_variables_are_followed(
    tmp_path: Path, text: str, expected: list[tuple[str, str]]
) -> None:
    files = {"svc/Makefile": text, "svc/config.mk": "NAME = included\n"}

    found = names(tmp_path, "svc/Makefile", files)
    assert [item for item in found if item != ("-", "-")] == expected


@pytest.mark.parametrize(
    ("recipe", "expected"),
    [
        ("\tcd svc && {}\n", "svc"),
        ("\tcd svc\n\t{}\n", "."),
        ("\t{} --source=$(CURDIR)/svc\n", "svc"),
        ("\tcp svc/main.py $(UPLOAD)\n\t{} --source $(UPLOAD)\n", "svc"),
    ],
)
def test_each_line_of_a_recipe_starts_in_the_makefiles_folder(
    tmp_path: Path, recipe: str, expected: str
) -> None:
    command = "gcloud functions deploy api --entry-point main --runtime python312"
    text = "UPLOAD := $(shell mktemp -d)\ndeploy:\n" + recipe.format(command)

    files = {"Makefile": text, "main.py": MAIN, "svc/main.py": MAIN}
    assert places(tmp_path, "Makefile", files) == [("main", expected)]


def test_files_staged_by_another_target_are_traced(tmp_path: Path) -> None:
    text = (
        "deploy: stage\n\tgcloud functions deploy api --entry-point main --source build\n"
        "stage:\n\tmkdir -p build\n\tcp -r src/* build\n"
    )
    files = {"Makefile": text, "src/main.py": MAIN}

    assert places(tmp_path, "Makefile", files) == [("main", "src")]


def test_the_span_is_in_the_recipe(tmp_path: Path) -> None:
    text = "deploy:\n\tgcloud functions deploy api \\\n\t\t--entry-point=serve\n"

    (found,) = read(tmp_path, "Makefile", {"Makefile": text})
    assert (found.span.line, found.span.column) == (3, 17)


def test_cyclic_variables_terminate(tmp_path: Path) -> None:
    text = "A = $(B)$(B)\nB = $(A)$(A)\nd:\n\tgcloud functions deploy $(A) --trigger-http\n"

    assert [f.entry_point for f in read(tmp_path, "Makefile", {"Makefile": text})] == []
