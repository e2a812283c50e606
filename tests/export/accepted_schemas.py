"""What Knative and Skaffold accept, as far as exports use it.

An own copy of facts in the published schemas: Knative Serving's and Eventing's custom
resource definitions, and Skaffold's v4beta11. Unknown fields are errors there, too.
"""

from __future__ import annotations

from typing import Any

__all__ = ["KNATIVE", "SKAFFOLD"]

Schema = dict[str, Any]
TEXT: Schema = {"type": "string"}
NUMBER: Schema = {"type": "integer", "minimum": 0}
TEXTS: Schema = {"type": "array", "items": TEXT}
MAPPING: Schema = {"type": "object", "additionalProperties": TEXT}
NAME: Schema = {"type": "string", "pattern": r"^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$"}


def fields(required: str = "", **known: Schema) -> Schema:
    """Return the schema of an object that has these fields and no others."""
    return {
        "type": "object",
        "properties": known,
        "required": required.split(),
        "additionalProperties": False,
    }


def items(schema: Schema, least: int = 0) -> Schema:
    return {"type": "array", "items": schema, "minItems": least}


def resource(api: str, kind: str, spec: Schema) -> Schema:
    metadata = fields("name", name=NAME, annotations=MAPPING, labels=MAPPING)
    return fields(
        "apiVersion kind metadata spec",
        apiVersion={"const": api},
        kind={"const": kind},
        metadata=metadata,
        spec=spec,
    )


_KEY = fields("key", name=TEXT, key=TEXT, optional={"type": "boolean"})
_VALUE = fields(configMapKeyRef=_KEY, secretKeyRef=_KEY)
_CONTAINER = fields(
    "image",
    image=TEXT,
    env=items(fields("name", name=TEXT, value=TEXT, valueFrom=_VALUE)),
    resources=fields(limits=MAPPING, requests=MAPPING),
)
_REVISION = fields(
    "containers",
    containers=items(_CONTAINER, 1),
    timeoutSeconds=NUMBER,
    containerConcurrency=NUMBER,
)
_DESTINATION = fields(
    ref=fields("kind name", apiVersion=TEXT, kind=TEXT, name=NAME, namespace=TEXT),
    uri=TEXT,
)
_FILTER = {
    **fields(exact=MAPPING, prefix=MAPPING, suffix=MAPPING),
    "minProperties": 1,
    "maxProperties": 1,
}

KNATIVE: dict[str, Schema] = {
    "Service": resource(
        "serving.knative.dev/v1",
        "Service",
        fields(template=fields("spec", metadata={"type": "object"}, spec=_REVISION)),
    ),
    "Trigger": resource(
        "eventing.knative.dev/v1",
        "Trigger",
        fields(
            "broker subscriber",
            broker=TEXT,
            filters=items(_FILTER),
            subscriber=_DESTINATION,
            delivery=fields(retry=NUMBER),
        ),
    ),
    "PingSource": resource(
        "sources.knative.dev/v1",
        "PingSource",
        fields("sink", schedule=TEXT, timezone=TEXT, data=TEXT, sink=_DESTINATION),
    ),
}
"""By kind."""

SKAFFOLD = fields(
    "apiVersion kind",
    apiVersion={"const": "skaffold/v4beta11"},
    kind={"const": "Config"},
    metadata=fields(name=TEXT, labels=MAPPING, annotations=MAPPING),
    build=fields(
        artifacts=items(
            fields(
                "image buildpacks",
                image=TEXT,
                context=TEXT,
                buildpacks=fields("builder", builder=TEXT, env=TEXTS),
            )
        )
    ),
    manifests=fields(rawYaml=TEXTS),
    deploy=fields(kubectl=fields(defaultNamespace=TEXT)),
)
