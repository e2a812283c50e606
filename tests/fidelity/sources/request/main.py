"""What a function sees of a request, as JSON."""

import os
import re
import sys
import threading

import flask
import functions_framework

GENERATED = re.compile(r"[0-9A-Za-z]{12}")


@functions_framework.http
def echo(request):
    """Everything of the request that a function can read."""
    headers = sorted(
        (name, "generated" if GENERATED.fullmatch(value) else value)
        if name.lower() == "function-execution-id"
        else (name, value)
        for name, value in request.headers
    )
    return {
        "method": request.method,
        "path": request.path,
        "full_path": request.full_path,
        "url": request.url,
        "base_url": request.base_url,
        "url_root": request.url_root,
        "root_url": request.root_url,
        "script_root": request.script_root,
        "root_path": request.root_path,
        "query_string": request.query_string.decode("latin-1"),
        "args": sorted(request.args.items(multi=True)),
        "host": request.host,
        "scheme": request.scheme,
        "is_secure": request.is_secure,
        "headers": headers,
        "view_args": request.view_args,
        "url_rule": str(request.url_rule),
        "remote_addr": request.remote_addr,
        "access_route": list(request.access_route),
        "cookies": dict(request.cookies),
        "content_type": request.content_type,
        "content_length": request.content_length,
        "form": sorted(request.form.items(multi=True)),
        "files": {
            name: [file.filename, file.read().decode("latin-1")]
            for name, file in request.files.items()
        },
        "data": request.get_data().decode("latin-1"),
    }


@functions_framework.http
def data(request):
    """The body alone, before anything else reads it."""
    return request.get_data(cache=False)


@functions_framework.http
def stream(request):
    """The body as it comes, in pieces of at most four bytes."""
    parts = []
    while part := request.stream.read(4):
        parts.append(part.decode("latin-1"))
    return parts


@functions_framework.http
def unread(request):
    """Answers without a look at the body."""
    return "not read"


@functions_framework.http
def as_json(request):
    """Parses the body, whatever Flask says of it."""
    return {"json": request.get_json()}


@functions_framework.http
def environ(request):
    """What the WSGI server tells, but for ports and objects."""
    kept = {}
    for name, value in sorted(request.environ.items()):
        if name in ("SERVER_PORT", "REMOTE_PORT"):
            continue
        if name == "HTTP_FUNCTION_EXECUTION_ID" and GENERATED.fullmatch(value):
            value = "generated"
        if isinstance(value, (str, int, bool, tuple)):
            kept[name] = value
    return kept


@functions_framework.http
def environ_names(request):
    """Every name in the environ."""
    return sorted(request.environ)


@functions_framework.http
def kind(request):
    """The objects that a function is given."""
    app = flask.current_app
    return {
        "type": type(request).__qualname__,
        "is the proxy": request is flask.request,
        "is behind the proxy": request is flask.request._get_current_object(),
        "routing exception": repr(request.routing_exception),
        "max content length": request.max_content_length,
        "g": str(flask.g),
        "app": app.name,
        "is a Flask": isinstance(app._get_current_object(), flask.Flask),
        "debug": app.debug,
        "testing": app.testing,
        "root path": os.path.relpath(app.root_path),
        "template folder": os.path.relpath(app.template_folder),
        "instance path": os.path.relpath(app.instance_path),
        "static folder": os.path.relpath(app.static_folder),
        "secret key": app.secret_key,
        "config": {name: str(value) for name, value in sorted(app.config.items())},
        "extensions": sorted(app.extensions),
        "python": sys.version,
    }


@functions_framework.http
def app_class(request):
    return type(flask.current_app._get_current_object()).__qualname__


@functions_framework.http
def endpoint(request):
    """The names under which Flask knows the function."""
    return {
        "endpoint": request.endpoint,
        "blueprint": request.blueprint,
        "blueprints": request.blueprints,
        "import name": flask.current_app.import_name,
        "cli": flask.current_app.cli.name,
        "logger": flask.current_app.logger.name,
    }


@functions_framework.http
def url_map(request):
    """The rules of the app, as a debugging page would list them."""
    return [f"{rule} {rule.endpoint}" for rule in flask.current_app.url_map.iter_rules()]


@functions_framework.http
def thread(request):
    """What a function can find out about the thread that it runs in."""
    current = threading.current_thread()
    return {
        "is main": current is threading.main_thread(),
        "name": current.name.rpartition("_")[0],
        "daemon": current.daemon,
        "main is alive": threading.main_thread().is_alive(),
    }
