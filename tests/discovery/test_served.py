"""Which definitions of a module are served, and by which unit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from source_tree import functions_of, write_tree

if TYPE_CHECKING:
    from pathlib import Path


def found(folder: Path, **files: str) -> dict[str, str]:
    """Return ids and signature types of the functions in one folder of files."""
    tree = {name.replace("__", "/") + ".py": text for name, text in files.items()}
    write_tree(folder, tree)
    return {
        name: function.signature_type.value + (" async" if function.is_async else "")
        for name, function in functions_of(folder).items()
    }


def test_methods_nested_functions_and_scripts_are_not_functions(tmp_path: Path) -> None:
    assert (
        found(
            tmp_path,
            main="""\
            import functions_framework

            class Views:
                @functions_framework.http
                def method(self, request):
                    return ""

            def make():
                @functions_framework.http
                def nested(request):
                    return ""
                return nested

            if __name__ == "__main__":
                @functions_framework.http
                def script(request):
                    return ""
            """,
        )
        == {}
    )


def test_a_redefined_name_is_not_served(tmp_path: Path) -> None:
    text = """\
    import functions_framework

    @functions_framework.http
    def hello(request):
        return ""

    hello = 1
    """

    assert found(tmp_path, main=text) == {}


def test_one_definition_served_by_two_units_is_two_functions(tmp_path: Path) -> None:
    shared = """\
    import functions_framework

    @functions_framework.http
    def ping(request):
        return ""
    """
    write_tree(
        tmp_path,
        {
            "shared.py": shared,
            "a/main.py": "from shared import ping\n",
            "b/main.py": "from shared import ping\n",
        },
    )

    assert set(functions_of(tmp_path)) == {"a.main.ping", "b.main.ping"}


def test_import_cycles_terminate(tmp_path: Path) -> None:
    assert (
        found(
            tmp_path,
            main="from a import hello\n",
            a="from b import hello\n",
            b="from a import hello\nfrom b import *\n",
        )
        == {}
    )


def test_a_test_file_has_no_functions_unless_it_is_a_source(tmp_path: Path) -> None:
    text = "from functions_framework import http\n\n@http\ndef f(r):\n    return ''\n"
    write_tree(
        tmp_path, {"test_it.py": text, "conftest.py": text, "tests/x/main.py": text}
    )

    assert set(functions_of(tmp_path)) == {"tests.x.main.f"}
