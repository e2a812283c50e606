"""Python that runs gcloud, comments and docstrings; prose."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from discovery.deploy.reading import names, places, read
from source_tree import functions_of, open_tree, write_tree

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            (
                "import subprocess\nsubprocess.run(['gcloud', 'functions', 'deploy', 'api',"
                " '--entry-point', 'serve'], check=True)\n"
            ),
            [("serve", "api")],
        ),
        (
            (
                "import os\nNAME = 'api'\n"
                "os.system(f'gcloud functions deploy {NAME} --entry-point serve')\n"
            ),
            [("serve", "api")],
        ),
        (
            (
                "FUNCTIONS = {'one': 'first', 'two': 'second'}\n"
                "for name, entry in FUNCTIONS.items():\n"
                "    run(['gcloud', 'functions', 'deploy', name, f'--entry-point={entry}'])\n"
            ),
            [("first", "one"), ("second", "two")],
        ),
        (
            (
                "FUNCTIONS = [{'name': 'one', 'entry': 'first'}, ('x',)]\n"
                "def deploy(name, entry='serve'):\n"
                "    command = ['gcloud', 'functions', 'deploy', name]\n"
                "    command += ['--entry-point', entry]\n    command.append('--quiet')\n"
                "    subprocess.check_call(command)\n"
                "deploy(FUNCTIONS[0]['name'], FUNCTIONS[0]['entry'])\ndeploy('two')\n"
            ),
            [("first", "one"), ("serve", "two")],
        ),
        (
            "subprocess.run('gcloud functions deploy api --entry-point serve'.split())\n",
            [("serve", "api")],
        ),
        (
            (
                "@nox.session\ndef serve(session):\n"
                "    session.run('functions-framework', '--target', 'serve')\n"
            ),
            [("serve", "-")],
        ),
        (
            (
                "# Deploy with:\n#   gcloud functions deploy api \\\n#     --entry-point serve\n"
                "def serve(request):\n    return ''\n"
            ),
            [("serve", "api")],
        ),
        (
            (
                'def serve(request):\n    """Answer.\n\n'
                '    gcloud functions deploy api --entry-point serve\n    """\n'
            ),
            [("serve", "api")],
        ),
        (
            '"""\n$ gcloud functions deploy api --entry-point serve --trigger-http\n"""\n',
            [("serve", "api")],
        ),
        (
            (
                "GCLOUD = shutil.which('gcloud')\nsubprocess.run([GCLOUD, 'functions', "
                "'deploy', 'api', '--entry-point', 'serve'])\n"
            ),
            [("serve", "api")],
        ),
        ("subprocess.run(['gcloud', 'functions', 'deploy', sys.argv[1]])\n", []),
        ("subprocess.run(['gcloud', 'functions', 'list'])  # functions deploy\n", []),
        ("def broken(:\n    'gcloud functions deploy api --entry-point serve'\n", []),
    ],
)
def test_values_are_followed(
    tmp_path: Path, text: str, expected: list[tuple[str, str]]
) -> None:
    found = names(tmp_path, "tasks.py", {"tasks.py": text})
    assert [item for item in found if item != ("-", "-")] == expected


def test_the_working_directory_of_a_command_is_followed(tmp_path: Path) -> None:
    text = (
        "subprocess.run(['gcloud', 'functions', 'deploy', 'api', '--entry-point=main'],"
        " cwd='svc')\n"
    )

    assert places(tmp_path, "tasks.py", {"tasks.py": text, "svc/main.py": ""}) == [
        ("main", "svc")
    ]


def test_a_comment_above_a_function_names_it(tmp_path: Path) -> None:
    write_tree(
        tmp_path,
        {
            "svc/main.py": "# gcloud functions deploy nightly-job --entry-point nightly "
            "--trigger-topic t --runtime python312\ndef nightly(a, b):\n    pass\n"
        },
    )

    (found,) = functions_of(tmp_path).values()
    assert (found.deployed_name, found.evidence) == ("nightly-job", ("deploy-file",))


def test_a_comment_is_read_while_it_is_typed(tmp_path: Path) -> None:
    function = "def nightly(a, b):\n    pass\n"
    write_tree(tmp_path, {"main.py": function})
    workspace = open_tree(tmp_path)
    path = str(tmp_path / "main.py")
    seen = []
    for name in ("one", "two", ""):
        command = f"# gcloud functions deploy {name} --entry-point nightly\n"
        workspace.open(path, (command if name else "") + function)
        sources = workspace.facts().folders[0].sources
        seen.append([f.deployed_names for s in sources for f in s.functions])

    assert seen == [[("one",)], [("two",)], []]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "```sh\n$ gcloud functions deploy api --entry-point serve\n```\n",
            [("serve", "api")],
        ),
        (
            "    gcloud functions deploy api \\\n      --entry-point serve\n",
            [("serve", "api")],
        ),
        ("Run `functions-framework --target serve` and wait.\n", [("serve", "-")]),
        ("1. gcloud functions deploy api --entry-point serve\n", [("serve", "api")]),
        ("> gcloud functions deploy api --entry-point serve\n", [("serve", "api")]),
        (
            "```powershell\ngcloud functions deploy api `\n  --entry-point serve\n```\n",
            [("serve", "api")],
        ),
        (
            (
                "```sh\nexport NAME=api\n```\nthen\n```sh\n"
                "gcloud functions deploy $NAME --entry-point serve\n```\n"
            ),
            [("serve", "api")],
        ),
        ("gcloud functions deploy YOUR_FUNCTION --entry-point <entry>\n", []),
        ("gcloud functions deploy FUNCTIONNAME --entry-point your_entry_point\n", []),
        (
            "```python\nrun('gcloud functions deploy api --entry-point serve')\n```\n",
            [],
        ),
        ("We don't run gcloud functions deploy by hand, it isn't worth it.\n", []),
    ],
)
def test_commands_in_prose_are_read(
    tmp_path: Path, text: str, expected: list[tuple[str, str]]
) -> None:
    found = names(tmp_path, "README.md", {"README.md": text})
    assert [item for item in found if item != ("-", "-")] == expected


def test_prose_changes_the_folder(tmp_path: Path) -> None:
    text = "```\ncd svc\ngcloud functions deploy api --entry-point main\n```\n"

    assert places(tmp_path, "README.md", {"README.md": text, "svc/main.py": ""}) == [
        ("main", "svc")
    ]


@pytest.mark.parametrize(
    "steps",
    [
        "git clone https://host/someone/tool.git\ncd tool/svc\n",
        "git clone git@host:someone/tool\ncd tool\ncd svc\n",
        "cd tool/svc\n",
    ],
)
def test_the_folder_of_a_clone_is_the_repository(tmp_path: Path, steps: str) -> None:
    text = f"```\n{steps}gcloud functions deploy api --entry-point main\n```\n"
    files = {"docs/README.md": text, "svc/main.py": "", "docs/main.py": ""}

    assert places(tmp_path, "docs/README.md", files) == [("main", "svc")]


def test_the_span_is_in_the_module(tmp_path: Path) -> None:
    text = "import os\n\nos.system('gcloud functions deploy api --entry-point serve')\n"

    (found,) = read(tmp_path, "tasks.py", {"tasks.py": text})
    assert (found.span.line, found.span.column) == (3, 54)
