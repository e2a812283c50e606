"""The only module that knows what a Flask app is made of: it makes twins of one.

Which attributes belong to one app alone, and `provide_automatic_options` of a rule,
are no public interface. Tested with Flask 2.2 and 3.1 (tests/runner/
test_server_versions.py).
"""

from __future__ import annotations

import copy

import flask
from flask.helpers import get_root_path
from werkzeug.routing import Map

_OF_A_MAP = (
    *("default_subdomain", "strict_slashes", "merge_slashes", "redirect_defaults"),
    *("converters", "sort_parameters", "sort_key"),
)

_OF_A_NAME = ("name", "logger")
"""What an app computes once from its name."""


def twin(app: flask.Flask, name: str) -> flask.Flask:
    """Return an app of another name with everything that was registered on `app`.

    Rules, views and hooks that are added to one of them afterwards are not seen by
    the other; config, extensions and the template environment are shared.
    """
    other = copy.copy(app)
    for attribute in _OF_A_NAME:
        vars(other).pop(attribute, None)
    other.import_name = name
    other.root_path = get_root_path(name)
    other.instance_path = other.auto_find_instance_path()
    other.cli = copy.copy(app.cli)
    other.cli.name = name
    other.url_map = _copied(app.url_map)
    other.view_functions = dict(app.view_functions)
    other.after_request_funcs = app.after_request_funcs.copy()
    for scope, hooks in app.after_request_funcs.items():
        other.after_request_funcs[scope] = [*hooks]
    if "logger" in vars(app):
        for attribute in ("level", "handlers", "filters", "propagate", "disabled"):
            setattr(other.logger, attribute, getattr(app.logger, attribute))
    return other


def _copied(rules: Map) -> Map:
    copied = type(rules)(host_matching=rules.host_matching)
    for attribute in _OF_A_MAP:
        setattr(copied, attribute, getattr(rules, attribute))
    for rule in rules.iter_rules():
        fresh = rule.empty()
        if hasattr(rule, "provide_automatic_options"):
            automatic = rule.provide_automatic_options
            fresh.provide_automatic_options = automatic  # type: ignore[attr-defined]
        copied.add(fresh)
    return copied
