"""All settings in one table; `settings_parser` reads their values.

A setting's key in `[tool.funclens]` of pyproject.toml (`allow-host`) becomes camelCase
in an editor (`funclens.allowHost`). Command line options override the editor, which
overrides pyproject.toml.
"""

from __future__ import annotations

import re
from dataclasses import fields
from typing import TYPE_CHECKING, Any

from funclens.dataclass import dataclass, field

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["APPLIES", "TABLE", "Setting", "Settings"]

APPLIES = {
    "at once": "nothing restarts.",
    "workers restart": "at once, by replacing the workers that it concerns. In-flight "
    "requests finish on the old ones.",
    "runner restarts": "when the runner starts again, because others already use its "
    "address. VS Code restarts a runner that it has started; `funclens run` warns you.",
}
"""When a changed setting takes effect while functions run, and what that means."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Resolved values. Field names are the keys with `-` replaced by `_`."""

    host: str = "127.0.0.1"
    port: int = 8080
    allow_host: tuple[str, ...] = ()
    allow_origin: tuple[str, ...] = ()
    python: str = ""
    env_file: tuple[str, ...] = ()
    isolation: str = "unit"
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    endpoints: Mapping[str, str] = field(default_factory=dict)
    functions: Mapping[str, str] = field(default_factory=dict)
    triggers: Mapping[str, str] = field(default_factory=dict)
    severity: Mapping[str, str] = field(default_factory=dict)
    emulators: bool = False
    limits: bool = False
    traces: bool = False
    reload: bool = True
    body_limit: int = 32
    history: int = 500
    history_file: str = ""
    redact: tuple[str, ...] = ()
    code_lens: bool = True


@dataclass(frozen=True, slots=True)
class Setting:
    """One row of the table."""

    key: str
    """Key in pyproject.toml, in kebab-case."""
    kind: type
    """`str`, `int`, `bool`, `tuple` (of strings) or `dict` (string to string)."""
    scope: str
    """`folder` if it may differ between workspace folders, else `window`."""
    applies: str
    """When a change takes effect while functions run: a key of APPLIES."""
    description: str
    """One paragraph for the settings pages of docs and editor."""
    example: Mapping[str, str] | None = None
    """Example value, shown as TOML in the docs and as JSON in the editor."""
    minimum: int | None = None
    maximum: int | None = None
    choices: tuple[str, ...] = ()
    """Allowed values of the string, or of the table's values; empty for any."""

    @property
    def field_name(self) -> str:
        """Attribute of Settings."""
        return self.key.replace("-", "_")

    @property
    def editor_key(self) -> str:
        """Key in an editor, without the prefix `funclens.`."""
        return re.sub(r"-(\w)", lambda match: match[1].upper(), self.key)

    @property
    def default(self) -> Any:
        """Value if the setting isn't set."""
        return getattr(Settings(), self.field_name)


TABLE = (
    Setting(
        "host",
        str,
        "window",
        "runner restarts",
        "Address the runner listens on. Any address other than a loopback address lets "
        "other machines call your functions.",
    ),
    Setting(
        "port",
        int,
        "window",
        "runner restarts",
        "Port of the runner. If it is in use, the next free port is used.",
        minimum=0,
        maximum=65535,
    ),
    Setting(
        "allow-host",
        tuple,
        "window",
        "at once",
        "Additional host names to accept in the Host header, for example the name of a "
        "tunnel or of another container.",
    ),
    Setting(
        "allow-origin",
        tuple,
        "window",
        "at once",
        "Web pages that may call your functions from a browser, by their origin: "
        "`https://app.example.com`, or `*` for every page. Pages on this machine may "
        "always.",
    ),
    Setting(
        "python",
        str,
        "folder",
        "workers restart",
        "Python interpreter that runs the functions: an absolute path, or a path "
        "relative to the workspace folder. If empty, Funclens uses the unit's `.venv`, "
        "then the workspace's.",
    ),
    Setting(
        "env-file",
        tuple,
        "folder",
        "workers restart",
        "Files with environment variables for the functions: dotenv files, or flat "
        "YAML or JSON files. Paths are relative to the unit's folder, then to the "
        "workspace folder. They override the runner's environment, which overrides "
        "`.env` and other files that are read without this setting.",
    ),
    Setting(
        "isolation",
        str,
        "folder",
        "workers restart",
        "What gets its own process: each `unit`, or each `function`, for code that "
        "reads FUNCTION_TARGET or K_SERVICE.",
        choices=("unit", "function"),
    ),
    Setting(
        "limits",
        bool,
        "folder",
        "workers restart",
        "Enforce the memory limit, timeout and concurrency that your code or deploy "
        "files declare, as production does. Each function gets its own process. Off "
        "while a unit is debugged.",
    ),
    Setting(
        "include",
        tuple,
        "folder",
        "at once",
        "Files to search even if they are ignored, as patterns in .gitignore syntax.",
    ),
    Setting(
        "exclude",
        tuple,
        "folder",
        "at once",
        "Files and folders to leave out, as patterns in .gitignore syntax.",
    ),
    Setting(
        "endpoints",
        dict,
        "folder",
        "at once",
        "Endpoint names by qualified name, for functions that are deployed under "
        "another name.",
        example={"billing.main.charge": "billing-charge"},
    ),
    Setting(
        "functions",
        dict,
        "folder",
        "at once",
        "Signature types by qualified name, where discovery is wrong: `http`, "
        "`cloudevent`, `event`, `typed`, or `none` if it is not a Cloud Function.",
        example={"billing.main.render": "none"},
        choices=("http", "cloudevent", "event", "typed", "none"),
    ),
    Setting(
        "triggers",
        dict,
        "folder",
        "at once",
        "Triggers and limits by qualified name, where neither code nor deploy files "
        "say them: flags of `gcloud functions deploy`, such as `--trigger-topic`, "
        "`--trigger-bucket`, `--trigger-event-filters`, `--retry` or `--memory`; or "
        "`--schedule` and `--time-zone`.",
        example={"billing.main.paid": "--trigger-topic=orders --retry"},
    ),
    Setting(
        "severity",
        dict,
        "folder",
        "at once",
        "Severities by problem code: `error`, `warning`, `information`, `hint` or "
        "`off`.",
        example={"returns-none": "off"},
        choices=("error", "warning", "information", "hint", "off"),
    ),
    Setting(
        "emulators",
        bool,
        "window",
        "runner restarts",
        "Deliver the events of emulators of Pub/Sub, Firestore and Cloud Storage to "
        "the functions that they trigger, and serve Cloud Tasks. Emulators that aren't "
        "running are started.",
    ),
    Setting(
        "traces",
        bool,
        "window",
        "runner restarts",
        "Add the trace headers that Cloud Run adds to requests (`traceparent` and "
        "`X-Cloud-Trace-Context`), and receive the spans that functions record with "
        "OpenTelemetry.",
    ),
    Setting(
        "reload",
        bool,
        "window",
        "at once",
        "Hot reload: restart the workers that import a file when it is saved.",
    ),
    Setting(
        "body-limit",
        int,
        "window",
        "workers restart",
        "Maximum size of a request body in MiB. Larger requests get a 413 response, as "
        "in production above 32 MiB. 0: no limit.",
        minimum=0,
        maximum=65536,
    ),
    Setting(
        "history",
        int,
        "window",
        "workers restart",
        "Number of requests to remember, with their responses, output and exceptions: "
        "the last ones, up to 64 MiB. 0 turns the history off. A change restarts "
        "workers only if it turns the history on or off.",
        minimum=0,
        maximum=100_000,
    ),
    Setting(
        "history-file",
        str,
        "window",
        "runner restarts",
        "SQLite file that keeps the requests across restarts, with secrets masked: an "
        "absolute path, or a path relative to the workspace folder. If empty, requests "
        "are kept in memory.",
    ),
    Setting(
        "redact",
        tuple,
        "window",
        "at once",
        "Names whose values are masked wherever a request is shown, stored or "
        "exported: headers, query parameters, and keys of JSON and form bodies. Where "
        "a value of at least 6 characters appears again, it is masked, too. "
        "Authorization, Cookie, Set-Cookie and common headers with API keys are always "
        "masked.",
    ),
    Setting(
        "code-lens",
        bool,
        "window",
        "at once",
        "Show `Run locally | Debug` above each function.",
    ),
)


assert all(row.applies in APPLIES for row in TABLE)  # noqa: S101
assert {row.field_name for row in TABLE} == {f.name for f in fields(Settings)}  # noqa: S101
