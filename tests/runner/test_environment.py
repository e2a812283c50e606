"""What functions find in their environment, and what gets a process of its own."""

from __future__ import annotations

import json

import pytest

from runner.conftest import get

UNIT = """
import json
import os

import functions_framework


@functions_framework.http
def {name}(request):
    return json.dumps(dict(os.environ, PID=os.getpid()))


@functions_framework.http
def {name}_too(request):
    return json.dumps(dict(os.environ, PID=os.getpid(), PATH_SEEN=request.path))
"""


def environment(runner, target):
    """Return what a function sees."""
    status, body = get(runner, target)
    assert status == 200, body
    return json.loads(body)


def test_later_files_override_earlier_ones(workspace, serve, tmp_path):
    """The order of docs: weak files, the runner's own, named files, secrets."""
    layers = ["env", "yaml", "local", "shell", "named", "secret"]

    def values(layer):
        return {f"V_{other}": layer for other in layers[layers.index(layer) :]}

    def dotenv(layer):
        return "".join(f"{k}={v}\n" for k, v in values(layer).items())

    folder = workspace(
        {
            "a/main.py": UNIT.format(name="a"),
            "a/.env": dotenv("env") + "QUOTED='two words' # comment\n",
            "a/.env.yaml": "".join(f"{k}: {v}\n" for k, v in values("yaml").items())
            + "NORWAY: no\nNUMBER: 010\n",
            "a/.env.local": dotenv("local"),
            "a/.secret.local": dotenv("secret"),
        }
    )
    named = tmp_path / "named.json"
    named.write_text(json.dumps(values("named") | {"LIMIT": 3}), "utf-8")
    options = ("--port", "0", "--env-file", str(named))
    seen = environment(serve(folder, options=options, env=values("shell")), "/a")
    assert {layer: seen[f"V_{layer}"] for layer in layers} == {
        layer: layer for layer in layers
    }
    assert seen["QUOTED"] == "two words"
    assert (seen["NORWAY"], seen["NUMBER"], seen["LIMIT"]) == ("no", "010", "3")


def test_each_unit_has_the_files_of_its_own_folder(workspace, serve):
    """No variable of one unit is seen by another."""
    runner = serve(
        workspace(
            {
                "a/main.py": UNIT.format(name="a"),
                "a/.env": "ONLY_A=1\n",
                "b/main.py": UNIT.format(name="b"),
            }
        )
    )
    assert environment(runner, "/a")["ONLY_A"] == "1"
    assert "ONLY_A" not in environment(runner, "/b")


def test_a_changed_env_file_reloads_its_unit(workspace, serve):
    """Env files are code, also those that did not exist before."""
    folder = workspace({"a/main.py": UNIT.format(name="a")})
    runner = serve(folder)
    assert "NEW" not in environment(runner, "/a")
    (folder / "a/.env").write_text("NEW=yes\n", "utf-8")
    runner.wait_event("reload", unit="a.main")
    assert environment(runner, "/a")["NEW"] == "yes"


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        (".env.yaml", "a: [1, 2]\n", "one flat table"),
        (".env.yaml", "a: [1\n", "is not YAML"),
    ],
)
def test_an_unreadable_env_file_is_reported_in_the_response(
    workspace, serve, name, text, said
):
    """The unit answers 500 with the file's name; it recovers with the file."""
    folder = workspace({"a/main.py": UNIT.format(name="a"), f"a/{name}": text})
    runner = serve(folder)
    status, body = get(runner, "/a")
    assert status == 500
    assert said in body
    assert str(folder / "a" / name) in body
    (folder / "a" / name).write_text("a: b\n", "utf-8")
    runner.wait_event("unit-state", state="starting")
    assert environment(runner, "/a")["a"] == "b"


def test_functions_of_a_unit_share_a_process_by_default(workspace, serve):
    """FUNCTION_TARGET names the first of them."""
    runner = serve(workspace({"a/main.py": UNIT.format(name="a")}))
    one, two = environment(runner, "/a"), environment(runner, "/a_too")
    assert one["PID"] == two["PID"]
    assert one["FUNCTION_TARGET"] == two["FUNCTION_TARGET"] == "a"


def test_isolation_gives_each_function_its_own_process(workspace, serve):
    """With the variables that Cloud Run gives a service of that name."""
    options = ("--port", "0", "--isolation", "function")
    runner = serve(workspace({"a/main.py": UNIT.format(name="a")}), options=options)
    one, two = environment(runner, "/a"), environment(runner, "/a_too")
    assert one["PID"] != two["PID"]
    assert (one["FUNCTION_TARGET"], two["FUNCTION_TARGET"]) == ("a", "a_too")
    assert (one["K_SERVICE"], two["K_SERVICE"]) == ("a", "a-too")


def test_a_target_replaces_functions_framework(workspace, serve):
    """It gets every path that no other name matches, whole; the others stay."""
    options = ("--port", "0", "--target", "a_too")
    runner = serve(
        workspace(
            {"a/main.py": UNIT.format(name="a"), "b/main.py": UNIT.format(name="b")}
        ),
        options=options,
    )
    assert environment(runner, "/")["PATH_SEEN"] == "/"
    seen = environment(runner, "/orders/7")
    assert (seen["PATH_SEEN"], seen["FUNCTION_TARGET"]) == ("/orders/7", "a_too")
    assert environment(runner, "/a_too/x")["PATH_SEEN"] == "/x"
    assert "FUNCTION_TARGET" in environment(runner, "/b")
