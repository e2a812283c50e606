"""Which functions are found, by what way they reach the source."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

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


@pytest.mark.parametrize(
    ("imports", "decorator", "kind"),
    [
        ("import functions_framework", "functions_framework.http", "http"),
        ("import functions_framework as ff", "ff.http", "http"),
        ("from functions_framework import http", "http", "http"),
        ("from functions_framework import http as endpoint", "endpoint", "http"),
        ("from functions_framework import *", "http", "http"),
        ("import functions_framework as ff\nweb = ff.http", "web", "http"),
        ("import functions_framework", "functions_framework.cloud_event", "cloudevent"),
        ("from functions_framework import cloud_event as on", "on", "cloudevent"),
        ("import functions_framework", "functions_framework.typed(T)", "typed"),
        ("import functions_framework", "functions_framework.typed", "typed"),
        (
            "import functions_framework.aio",
            "functions_framework.aio.http",
            "http async",
        ),
        ("from functions_framework import aio", "aio.http", "http async"),
        ("import functions_framework.aio as aio", "aio.http", "http async"),
        (
            "from functions_framework.aio import cloud_event",
            "cloud_event",
            "cloudevent async",
        ),
        ("from firebase_functions import https_fn", "https_fn.on_request()", "http"),
        ("from firebase_functions import https_fn as h", "h.on_call()", "http"),
        (
            "from firebase_functions.storage_fn import on_object_finalized",
            "on_object_finalized()",
            "cloudevent",
        ),
        (
            "from firebase_functions import pubsub_fn",
            'pubsub_fn.on_message_published(topic="t")',
            "cloudevent",
        ),
        (
            "from firebase_functions import scheduler_fn",
            'scheduler_fn.on_schedule(schedule="* * * * *")',
            "http",
        ),
        (
            "from firebase_functions.alerts import crashlytics_fn",
            "crashlytics_fn.on_new_fatal_issue_published()",
            "cloudevent",
        ),
    ],
)
def test_a_decorator_is_recognized_under_any_name(
    tmp_path: Path, imports: str, decorator: str, kind: str
) -> None:
    text = f"{imports}\n\n@{decorator}\ndef hello(anything):\n    return ''\n"

    assert found(tmp_path, main=text) == {"main.hello": kind}


def test_the_trigger_of_a_firebase_function_is_reported(tmp_path: Path) -> None:
    write_tree(
        tmp_path,
        {
            "main.py": """\
            from firebase_functions import firestore_fn

            @firestore_fn.on_document_created(document="a/{b}")
            def created(event):
                pass
            """
        },
    )

    function = functions_of(tmp_path)["main.created"]
    assert (function.provider, function.trigger) == (
        "firebase",
        "firestore.on_document_created",
    )


def test_a_function_is_served_by_the_main_that_re_exports_it(tmp_path: Path) -> None:
    write_tree(
        tmp_path,
        {
            "shop/main.py": "from handlers.user import get_user\n"
            "from handlers import *\n",
            "shop/handlers/__init__.py": "from .cart import put\n__all__ = ['put']\n",
            "shop/handlers/user.py": """\
            import functions_framework

            @functions_framework.http
            def get_user(request):
                return ""
            """,
            "shop/handlers/cart.py": """\
            from functions_framework import http

            @http
            def put(request):
                return ""

            @http
            def not_re_exported(request):
                return ""
            """,
        },
    )

    places = {
        name: (function.source, function.file, function.span.line)
        for name, function in functions_of(tmp_path).items()
    }
    assert places == {
        "shop.main.get_user": ("shop/main.py", "shop/handlers/user.py", 4),
        "shop.main.put": ("shop/main.py", "shop/handlers/cart.py", 4),
        "shop.handlers.cart.not_re_exported": (
            "shop/handlers/cart.py",
            "shop/handlers/cart.py",
            8,
        ),
    }


@pytest.mark.parametrize(
    "bound",
    [
        "hello = functions_framework.http(answer)",
        "hello = functions_framework.http(lambda request: '')",
        (
            "try:\n    import x\nexcept ImportError:\n    x = None\n"
            "hello = functions_framework.http(answer)"
        ),
    ],
)
def test_an_assigned_function_is_found(tmp_path: Path, bound: str) -> None:
    text = f"import functions_framework\n\ndef answer(r):\n    return ''\n\n{bound}\n"

    assert found(tmp_path, main=text).get("main.hello", "http") == "http"


def test_both_branches_of_a_condition_are_read_and_the_last_one_counts(
    tmp_path: Path,
) -> None:
    text = """\
    import os
    import functions_framework

    if os.environ.get("X"):
        @functions_framework.http
        def hello(request):
            return "a"
    else:
        @functions_framework.http
        def hello(request):
            return "b"
    """

    assert found(tmp_path, main=text) == {"main.hello": "http"}
    assert functions_of(tmp_path)["main.hello"].span.line == 10


def test_a_decorator_of_the_workspace_that_registers_is_followed(
    tmp_path: Path,
) -> None:
    assert found(
        tmp_path,
        main="""\
        from guard import signed_in

        @signed_in
        def account(anything):
            return ""
        """,
        guard="""\
        import functools
        import functions_framework

        def signed_in(function):
            @functools.wraps(function)
            def inner(request):
                return function(request)
            return functions_framework.http(inner)
        """,
    ) == {"main.account": "http"}


def test_comments_and_settings_override_discovery(tmp_path: Path) -> None:
    write_tree(
        tmp_path,
        {
            "main.py": """\
            def hello(request):  # funclens: ignore
                return ""

            # funclens: cloudevent
            def taken(x):
                pass

            def render(request):
                return ""

            def batch(a, b):
                pass
            """,
            "pyproject.toml": """\
            [tool.funclens.functions]
            "main.render" = "none"
            "main.batch" = "event"
            """,
        },
    )

    kinds = {name: f.signature_type.value for name, f in functions_of(tmp_path).items()}
    assert kinds == {"main.taken": "cloudevent", "main.batch": "event"}
