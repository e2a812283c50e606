"""What undecorated functions look like, and what only looks like them."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

import pytest

from funclens.discovery.scoring.rules import RULES
from source_tree import functions_of, write_tree

if TYPE_CHECKING:
    from pathlib import Path

FUNCTIONS = {
    "a request by name": ("http", "def hello(request):\n    return request.path\n"),
    "an unused request": ("http", "def hello(_request):\n    return ''\n"),
    "a short name": ("http", "def hello(req):\n    return req.args\n"),
    "an annotated request": (
        "http",
        "import flask\n\ndef hello(r: flask.Request) -> str:\n    return ''\n",
    ),
    "a type in quotes": (
        "http",
        "from flask import Request\n\ndef hello(x: 'Request'):\n    return ''\n",
    ),
    "a default beside": ("http", "def hello(request, debug=False):\n    return ''\n"),
    "a decorator of the workspace": (
        "http",
        "def log(f):\n    return f\n\n@log\ndef hello(request):\n    return ''\n",
    ),
    "a docstring": (
        "http",
        'def hello(r):\n    """HTTP Cloud Function.\n    """\n    return ""\n',
    ),
    "a request of any name": ("http", "def hello(x):\n    return x.get_json()\n"),
    "a request without name": ("http", "def hello(_):\n    return ''\n"),
    "an event": ("event", "def on_file(data, context):\n    print(data['bucket'])\n"),
    "an event of any name": (
        "event",
        "import firebase_admin\n\ndef on_file(up, context):\n    pass\n",
    ),
    "an unused context": ("event", "def on_file(event, _):\n    pass\n"),
    "a context with default": ("event", "def on_file(data, context=None):\n    pass\n"),
    "an annotated context": (
        "event",
        (
            "from google.cloud.functions.context import Context\n\n"
            "def on_file(a: dict, b: Context):\n    pass\n"
        ),
    ),
    "a CloudEvent": (
        "cloudevent",
        (
            "from cloudevents.http import CloudEvent\n\n"
            "def on_event(e: CloudEvent) -> None:\n    pass\n"
        ),
    ),
    "a CloudEvent by name": ("cloudevent", "def on_event(cloud_event):\n    pass\n"),
    "an event and a context of any name": (
        "event",
        "def on_event(a, b):\n    print(a, b.event_id)\n",
    ),
    "a CloudEvent of any name": (
        "cloudevent",
        "def on_event(e):\n    print(e['type'], e.data)\n",
    ),
    "one that a script calls": (
        "http",
        (
            "def hello(request):\n    return ''\n\n"
            "if __name__ == '__main__':\n    print(hello(None))\n"
        ),
    ),
}

LOOK_ALIKES = {
    "a helper that is called": (
        "def parse(request):\n    return request.json\n\n"
        "import functions_framework\n\n"
        "@functions_framework.http\ndef hello(request):\n    return parse(request)\n"
    ),
    "a private helper": "def _parse(request):\n    return request.json\n",
    "a Flask view": (
        "from flask import Flask, request\napp = Flask(__name__)\n\n"
        "@app.route('/')\ndef hello(request):\n    return ''\n"
    ),
    "a view that is added": (
        "from flask import Flask\napp = Flask(__name__)\n\n"
        "def hello(request):\n    return ''\n\napp.add_url_rule('/', view_func=hello)\n"
    ),
    "a Django view": (
        "from django.http import HttpResponse\n\n"
        "def home(request):\n    return HttpResponse('')\n"
    ),
    "a FastAPI dependency": (
        "from fastapi import FastAPI, Request\napp = FastAPI()\n\n"
        "def user(request: Request):\n    return ''\n"
    ),
    "an aiohttp handler": (
        "from aiohttp import web\n\n"
        "async def hello(request):\n    return web.Response()\n"
    ),
    "a Starlette route": (
        "from starlette.applications import Starlette\n"
        "from starlette.routing import Route\n\n"
        "async def home(request):\n    return None\n\n"
        "app = Starlette(routes=[Route('/', home)])\n"
    ),
    "a pytest fixture": (
        "import pytest\n\n@pytest.fixture\ndef client(request):\n    return 1\n"
    ),
    "a Lambda handler": (
        "import boto3\n\ndef handler(event, context):\n    return event['Records']\n"
    ),
    "a Lambda handler by name": (
        "def lambda_handler(event, context):\n    return {'statusCode': 200}\n"
    ),
    "a Lambda handler by answer": (
        "def handler(event, context):\n    return {'statusCode': 200, 'body': ''}\n"
    ),
    "an Azure function": (
        "import azure.functions as func\n\n"
        "def main(req: func.HttpRequest) -> func.HttpResponse:\n    return None\n"
    ),
    "a Celery task": (
        "from celery import shared_task\n\n@shared_task\ndef work(request):\n    pass\n"
    ),
    "a chat bot": (
        "from telegram.ext import CommandHandler\n\n"
        "def start(update, context):\n    pass\n\nCommandHandler('start', start)\n"
    ),
    "a test": "def test_it(request):\n    assert request\n",
    "a Lambda handler by its usual name": (
        "def handler(event, context):\n    print(event)\n"
    ),
    "a template's context": "def fill(template, context):\n    return template\n",
    "other parameters": "def add(a, b):\n    return a\n\ndef show(x):\n    return x\n",
}


@pytest.mark.parametrize("situation", FUNCTIONS)
def test_a_function_is_recognized_by_its_shape(tmp_path: Path, situation: str) -> None:
    kind, text = FUNCTIONS[situation]
    write_tree(tmp_path, {"main.py": text})

    assert [
        (function.signature_type.value, function.certainty.value)
        for function in functions_of(tmp_path).values()
    ] == [(kind, "likely")]


@pytest.mark.parametrize("situation", LOOK_ALIKES)
def test_a_look_alike_is_not_a_function(tmp_path: Path, situation: str) -> None:
    write_tree(tmp_path, {"main.py": LOOK_ALIKES[situation]})

    likely = [
        function.name
        for function in functions_of(tmp_path).values()
        if function.certainty.value == "likely"
    ]
    assert likely == []


def test_a_module_of_another_name_needs_more_than_a_name(tmp_path: Path) -> None:
    text = "def hello(request):\n    return request.path\n\ndef other(x):\n    pass\n"
    write_tree(tmp_path, {"handlers.py": text})
    assert functions_of(tmp_path) == {}

    documented = '''\
    def hello(request):
        """HTTP Cloud Function.

        Args:
            request (flask.Request): the request.
        """
        return ""

    def other(x):
        pass
    '''
    write_tree(
        tmp_path,
        {
            "handlers.py": documented,
            "requirements.txt": "functions-framework==3.*\n",
        },
    )
    assert set(functions_of(tmp_path)) == {"handlers.hello"}


def test_the_project_context_counts(tmp_path: Path) -> None:
    text = "def work(event, context):\n    print(event)\n"
    write_tree(tmp_path, {"a/main.py": text, "b/main.py": text})
    assert set(functions_of(tmp_path)) == {"a.main.work", "b.main.work"}

    template = """\
    Transform: AWS::Serverless-2016-10-31
    Resources: {}
    """
    write_tree(tmp_path, {"a/template.yaml": template})
    assert set(functions_of(tmp_path)) == {"b.main.work"}


def test_matching_rules_are_listed_strongest_first(tmp_path: Path) -> None:
    text = textwrap.dedent(
        '''\
        import base64
        from google.cloud import bigquery

        def load(event, context):
            """Triggered from a message on a Cloud Pub/Sub topic."""
            print(base64.b64decode(event["data"]), context.event_id)
        '''
    )
    write_tree(tmp_path, {"main.py": text})

    evidence = functions_of(tmp_path)["main.load"].evidence
    weights = {rule.name: rule.weight for rule in RULES}
    assert set(evidence) >= {"event-and-context", "documented", "uses-google-event"}
    assert list(evidence) == sorted(evidence, key=lambda name: -weights[name])


def test_every_rule_has_a_unique_name() -> None:
    names = [rule.name for rule in RULES]

    assert len(names) == len(set(names))
