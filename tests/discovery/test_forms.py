"""Forms in which people write functions, and helpers that look like some."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from source_tree import functions_of, write_tree

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    "head",
    [
        "@(functions_framework.http if LOCAL else identity)",
        "@(identity if LOCAL else functions_framework.http)",
        "@(identity if LOCAL else wraps if OTHER else functions_framework.http)",
        "deco = functions_framework.http if LOCAL else identity\n\n\n@deco",
        "deco = identity if LOCAL else functions_framework.http\n\n\n@deco",
        "deco = functions_framework.http if LOCAL else (lambda f: f)\n\n\n@deco",
        "if LOCAL:\n    deco = functions_framework.http\n\n\n@deco",
    ],
)
def test_a_conditional_decorator_counts_with_both_branches(
    tmp_path: Path, head: str
) -> None:
    write_tree(
        tmp_path,
        {
            "app.py": "import functions_framework\nfrom tools import identity, wraps\n"
            f"\nLOCAL = OTHER = False\n\n{head}\ndef hello(request):\n    return ''\n",
            "tools.py": "def identity(f):\n    return f\n\n\nwraps = identity\n",
        },
    )

    found = functions_of(tmp_path)

    assert [f.evidence[0] for f in found.values()] == ["decorator"]


def test_both_branches_may_take_arguments(tmp_path: Path) -> None:
    write_tree(
        tmp_path,
        {
            "main.py": """\
            from firebase_functions import https_fn

            PUBLIC = True


            def plain(f):
                return f


            @(https_fn.on_request(max_instances=2) if PUBLIC else plain)
            def hello(req):
                return ""
            """
        },
    )

    assert functions_of(tmp_path)["main.hello"].trigger == "https.on_request"


@pytest.mark.parametrize(
    "trial",
    [
        "hello(None)",
        "print(hello(None))",
        "result = hello({})\nprint(result)",
        "hello({'name': 'x', 'sizes': [1, 2.5, True]})",
        "hello({\n    'name': 'x',\n})",
        "hello('')",
    ],
)
def test_a_trial_call_at_module_level_does_not_count_against_a_handler(
    tmp_path: Path, trial: str
) -> None:
    write_tree(
        tmp_path,
        {"main.py": f"def hello(request):\n    return request.args\n\n\n{trial}\n"},
    )

    assert set(functions_of(tmp_path)) == {"main.hello"}


def test_a_helper_that_other_code_calls_stays_a_helper(tmp_path: Path) -> None:
    write_tree(
        tmp_path,
        {
            "main.py": """\
            from things import current

            def name_of(request):
                return request.args


            def work():
                return name_of(None)


            print(name_of(current))
            """
        },
    )

    assert not functions_of(tmp_path)


def test_helpers_next_to_decorated_functions_are_not_functions(tmp_path: Path) -> None:
    write_tree(
        tmp_path,
        {
            "requirements.txt": "functions-framework\n",
            "main.py": """\
            import functions_framework
            from google.cloud import tasks_v2


            @functions_framework.http
            def schedule(request):
                return HANDLERS[request.method](request)


            def reschedule(request):
                return tasks_v2.create(request.headers, request.json)


            def receive(event, context):
                print(event["data"])


            def documented(request):
                \"\"\"HTTP Cloud Function.

                Args:
                    request (flask.Request): the request.
                \"\"\"
                return request.args
            """,
        },
    )

    assert set(functions_of(tmp_path)) == {"main.schedule", "main.documented"}


def test_a_deployed_helper_next_to_decorated_functions_is_a_function(
    tmp_path: Path,
) -> None:
    write_tree(
        tmp_path,
        {
            "deploy.sh": "gcloud functions deploy again --entry-point reschedule\n",
            "main.py": """\
            import functions_framework


            @functions_framework.http
            def schedule(request):
                return ""


            def reschedule(request):
                return request.json
            """,
        },
    )

    assert set(functions_of(tmp_path)) == {"main.schedule", "main.reschedule"}


def test_a_definition_imported_by_a_test_may_be_a_function(tmp_path: Path) -> None:
    write_tree(
        tmp_path,
        {
            "publisher.py": """\
            def publisher(request):
                \"\"\"Publish a message.

                Args:
                    request (flask.Request): HTTP request object.
                \"\"\"
                return request.get_json()
            """,
            "publisher_test.py": "import publisher\nfrom publisher import publisher\n",
        },
    )

    assert set(functions_of(tmp_path)) == {"publisher.publisher"}


def test_a_definition_imported_by_a_sibling_module_is_a_helper(tmp_path: Path) -> None:
    write_tree(
        tmp_path,
        {
            "parsing.py": """\
            from flask import Request


            def parse(request: Request):
                return request.get_json()
            """,
            "server.py": "from parsing import parse\n",
        },
    )

    assert not functions_of(tmp_path)


def test_a_script_that_mentions_functions_is_not_a_function(tmp_path: Path) -> None:
    write_tree(
        tmp_path,
        {
            "deploying.py": """\
            from google.cloud import storage
            import functions_framework


            def upload(bucket: str, archive: str):
                \"\"\"Upload the archive of a Cloud Function.\"\"\"
                storage.Client().bucket(bucket).blob(archive)
            """
        },
    )

    assert not functions_of(tmp_path)


@pytest.mark.parametrize(
    "text",
    [
        """\
        from absl import app
        from google.cloud import storage


        def main(_):
            storage.Client()


        if __name__ == "__main__":
            app.run(main)
        """,
        """\
        import tensorflow as tf


        def main(unused_argv):
            tf.print("")


        if __name__ == "__main__":
            tf.app.run(main=main)
        """,
        """\
        from server import serve


        async def answer(request):
            return request.headers
        """,
        """\
        def main_handler(event, context):
            return "of another cloud"
        """,
    ],
)
def test_a_definition_passed_to_a_script_runner_is_not_a_function(
    tmp_path: Path, text: str
) -> None:
    write_tree(tmp_path, {"main.py": text})

    assert not functions_of(tmp_path)
