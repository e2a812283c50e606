"""Functions that programs of Pulumi and CDK for Terraform deploy."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from source_tree import functions_of, open_tree, write_tree
from terraform_tree import deployments, said

if TYPE_CHECKING:
    from pathlib import Path

PULUMI = {"Pulumi.yaml": "name: p\nruntime:\n  name: python\n"}
NODE = {"Pulumi.yaml": "name: p\nruntime: nodejs\n"}
CDKTF = {"cdktf.json": '{"language": "python", "app": "x", "codeMakerOutput": "i"}'}
OBJECT = """\
bucket = storage.Bucket("b", location="EU")
code = storage.BucketObject(
    "zip",
    bucket=bucket.name,
    source=pulumi.asset.AssetArchive({".": pulumi.asset.FileArchive("./src")}),
)
"""


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        pytest.param(
            PULUMI
            | {
                "__main__.py": "import pulumi\n"
                "from pulumi_gcp import cloudfunctions, storage\n"
                + OBJECT
                + """\
config = pulumi.Config()
entry = config.get("entry") or "hello"
cloudfunctions.Function(
    "api",
    name="api-v1",
    runtime="python312",
    source_archive_bucket=bucket.name,
    source_archive_object=code.name,
    entry_point=entry,
    trigger_http=True,
)
cloudfunctions.Function("auto", runtime="python312", entry_point="orders",
                        source_archive_object=code.name)
cloudfunctions.Function("js", runtime="nodejs20", entry_point="other")
"""
            },
            [("hello", "api-v1", "infra/src"), ("orders", None, "infra/src")],
            id="Pulumi in Python, names of Pulumi's making stay unknown",
        ),
        pytest.param(
            PULUMI
            | {
                "__main__.py": "import os\nimport pulumi\nimport pulumi_gcp as gcp\n"
                + OBJECT.replace("storage.", "gcp.storage.").replace(
                    '"./src"', 'os.path.join(os.path.dirname(__file__), "..", "fn")'
                )
                + """\
FUNCTIONS = {"orders-api": {"entry": "orders"}, "hello-api": {"entry": "hello"}}


def deploy(name, entry, runtime="python312"):
    return gcp.cloudfunctionsv2.Function(
        name,
        name=f"{name}-prod",
        build_config=gcp.cloudfunctionsv2.FunctionBuildConfigArgs(
            runtime=runtime,
            entry_point=entry,
            source={"storage_source": {"bucket": bucket.name, "object": code.name}},
        ),
    )


for name, settings in FUNCTIONS.items():
    deploy(name, settings["entry"])
"""
            },
            [
                ("orders", "orders-api-prod", "fn"),
                ("hello", "hello-api-prod", "fn"),
            ],
            id="a loop and a function of the program",
        ),
        pytest.param(
            PULUMI
            | {
                "__main__.py": """\
                import os
                import pulumi
                from pathlib import Path
                from pulumi_gcp import cloudfunctions, storage

                SOURCE = "./functions"
                assets = {}
                for file in os.listdir(SOURCE):
                    assets[file] = pulumi.FileAsset(path=os.path.join(SOURCE, file))
                one = storage.BucketObject("one", source=pulumi.AssetArchive(assets))
                cloudfunctions.Function("one", entry_point="hello",
                                        source_archive_object=one.name)

                def archive(folder):
                    found = {}
                    for file in Path(folder).iterdir():
                        found[file.name] = pulumi.FileAsset(path=file)
                    return pulumi.AssetArchive(assets=found)

                two = storage.BucketObject("two", source=archive("jobs"))
                cloudfunctions.Function(
                    "two", entry_point="orders", name="two{}",
                    source_archive_object=two.name.apply(lambda name: name),
                )
                """
            },
            [("hello", None, "infra/functions"), ("orders", None, "infra/jobs")],
            id="assets that are collected file by file",
        ),
        pytest.param(
            CDKTF
            | {
                "stacks/api.py": """\
                import os
                from cdktf import TerraformStack, TerraformAsset, AssetType
                from imports.google import cloudfunctions_function as functions
                from imports.google.storage_bucket_object import StorageBucketObject

                class Api(TerraformStack):
                    def __init__(self, scope, id):
                        super().__init__(scope, id)
                        asset = TerraformAsset(
                            self, "asset", type=AssetType.ARCHIVE,
                            path=os.path.join(os.getcwd(), "fn"),
                        )
                        asset = TerraformAsset(
                            self, "asset",
                            path=os.path.abspath("fn"),
                        )
                        self.code = StorageBucketObject(
                            self, "code", name=asset.file_name, source=asset.path
                        )
                        functions.CloudfunctionsFunction(
                            self, "function", name="api", runtime="python312",
                            entry_point="hello",
                            source_archive_object=self.code.name,
                        )
                """
            },
            [("hello", "api", "infra/fn")],
            id="CDK in Python",
        ),
        pytest.param(
            NODE
            | {
                "index.ts": """\
                import * as gcp from "@pulumi/gcp";
                import * as pulumi from "@pulumi/pulumi";

                const config = new pulumi.Config();
                const runtime: string = config.get("runtime") ?? "python312";
                // a comment with a "quote
                const bucket = new gcp.storage.Bucket("b", { location: "EU" });
                const code = new gcp.storage.BucketObject("zip", {
                    bucket: bucket.name,
                    source: new pulumi.asset.AssetArchive({
                        ".": new pulumi.asset.FileArchive("../src"),
                    }),
                });
                export const api = new gcp.cloudfunctionsv2.Function("api", {
                    name: `api-${"v1"}`,
                    buildConfig: {
                        runtime,
                        entryPoint: "hello",
                        source: { storageSource: { object: code.name } },
                    },
                });
                const names = ["a"].map((n) => {
                    return new gcp.cloudfunctions.Function(n, {
                        entryPoint: "orders",
                        runtime: "python310",
                        sourceArchiveObject: code.name,
                        eventTrigger: { eventType: "x", resource: topic.id },
                    });
                });
                """
            },
            [("hello", "api-v1", "src"), ("orders", None, "src")],
            id="Pulumi in TypeScript",
        ),
        pytest.param(
            {"cdktf.json": '{"language": "typescript", "terraformProviders": []}'}
            | {
                "lib/stack.ts": """\
                import { Cloudfunctions2Function } from "@cdktf/provider-google/lib/x";
                import path = require("path");
                export class Api extends Construct {
                  constructor(scope: Construct, id: string, props: Props) {
                    super(scope, id);
                    const archive = new DataArchiveFile(this, "archive", {
                      type: "zip",
                      sourceDir: path.resolve(__dirname, "../functions", "api"),
                      outputPath: "x.zip",
                    });
                    const object = new StorageBucketObject(this, "o", {
                      name: `x-${archive.outputMd5}.zip`,
                      source: archive.outputPath,
                    });
                    new Cloudfunctions2Function(this, "f", {
                      name: "api",
                      buildConfig: {
                        entryPoint: "hello",
                        runtime: "python312",
                        source: { storageSource: { object: object.name } },
                      },
                    });
                  }
                }
                """
            },
            [("hello", "api", "infra/functions/api")],
            id="CDK in TypeScript",
        ),
        pytest.param(
            {
                "Pulumi.yaml": """\
                name: p
                runtime: yaml
                variables:
                  code:
                    fn::fileArchive: src/
                resources:
                  api:
                    type: gcp:cloudfunctions:Function
                    properties:
                      name: api
                      runtime: python312
                      entryPoint: hello
                      sourceArchiveObject: ${object.name}
                  object:
                    type: gcp:storage:BucketObject
                    properties:
                      source: ${code}
                """
            },
            [("hello", "api", "infra/src")],
            id="Pulumi in YAML",
        ),
    ],
)
def test_each_language_is_parsed(
    tmp_path: Path,
    files: dict[str, str],
    expected: list[tuple[str | None, ...]],
) -> None:
    assert said(tmp_path, {f"infra/{name}": files[name] for name in files}) == expected


def test_an_entry_point_has_the_span_of_its_literal(tmp_path: Path) -> None:
    text = 'new gcp.cloudfunctions.Function("f", {\n  entryPoint: "hello",\n});\n'

    (item,) = deployments(tmp_path, NODE | {"index.ts": text})

    assert item.file == str(tmp_path / "index.ts")
    assert (item.span.line, item.span.column, item.span.end_column) == (2, 16, 21)


def test_a_program_that_changes_is_read_again(tmp_path: Path) -> None:
    program = 'new gcp.cloudfunctions.Function("f", {name: "%s", entryPoint: "go"});\n'
    main = "def go(x):\n    return x\n"
    files = NODE | {"lib/fn.ts": program % "one", "main.py": main}
    workspace = open_tree(write_tree(tmp_path, files))
    workspace.facts()

    write_tree(tmp_path, {"lib/fn.ts": program % "two"})
    workspace.changed([str(tmp_path / "lib/fn.ts")])

    (source,) = workspace.facts().folders[0].sources
    assert [f.deployed_names for f in source.functions] == [("two",)]
    assert functions_of(tmp_path)["main.go"].deployed_name == "two"


@pytest.mark.parametrize(
    "broken", ["new A(" * 5000, '"' * 5001, "{" * 5000, "const a: " * 99, "a ? " * 500]
)
def test_code_after_a_syntax_error_is_found(tmp_path: Path, broken: str) -> None:
    text = broken + '\nnew gcp.cloudfunctions.Function("f", {entryPoint: "hello"});\n'

    assert said(tmp_path, NODE | {"index.ts": text}) == [("hello", None, None)]


def test_nested_templates_terminate(tmp_path: Path) -> None:
    text = "// loudfunctions\n" + "const a = `${" * 5000

    assert said(tmp_path, NODE | {"index.ts": text}) == []
