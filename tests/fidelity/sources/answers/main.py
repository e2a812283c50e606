"""What a function may return or raise; the path says what."""

import io
import sys

import flask
import functions_framework
from werkzeug.exceptions import HTTPException


class Refused(Exception):
    pass


async def coroutine():
    return "never awaited"


async def numbers():
    yield "1"


def counting():
    yield "one\n"
    yield "two\n"


def breaking():
    yield "one\n"
    raise RuntimeError("in the middle")


def breaking_at_once():
    raise RuntimeError("before the first part")
    yield "never"


def with_headers(**headers):
    response = flask.make_response("body")
    for name, value in headers.items():
        response.headers[name.replace("_", "-")] = value
    return response


def with_cookies():
    response = flask.make_response("body")
    response.set_cookie("a", "1", max_age=60, httponly=True)
    response.set_cookie("b", "2")
    return response


def raising(error):
    raise error


def after():
    @flask.after_this_request
    def add(response):
        response.headers["X-After"] = "yes"
        return response

    return "body"


def kept_in_g():
    flask.g.name = "Ada"
    return flask.g.name


ANSWERS = {
    "str": lambda: "text",
    "str-unicode": lambda: "Grüße ✓",
    "str-empty": lambda: "",
    "bytes": lambda: b"\x00\xff",
    "bytearray": lambda: bytearray(b"ba"),
    "dict": lambda: {"b": 1, "a": [True, None]},
    "list": lambda: [1, {"a": 2}],
    "nested": lambda: {"when": __import__("datetime").date(2024, 2, 29)},
    "unserializable": lambda: {"set": {1}},
    "body-status": lambda: ("made", 201),
    "body-headers": lambda: ("made", {"X-A": "1"}),
    "body-status-headers": lambda: ("made", 201, {"X-A": "1", "Content-Type": "a/b"}),
    "headers-list": lambda: ("made", 200, [("X-A", "1"), ("X-A", "2")]),
    "dict-status": lambda: ({"ok": False}, 422),
    "status-text": lambda: ("body", "299 Peculiar"),
    "status-unknown": lambda: ("body", 799),
    "status-string": lambda: ("body", "404"),
    "tuple-of-one": lambda: ("body",),
    "tuple-of-four": lambda: ("body", 200, {}, 4),
    "response": lambda: flask.Response("r", 202, mimetype="text/plain"),
    "response-status": lambda: (flask.Response("r", 202), 203),
    "jsonify": lambda: flask.jsonify(a=1),
    "wsgi-app": lambda: raising_app,
    "none": lambda: None,
    "none-status": lambda: (None, 204),
    "int": lambda: 7,
    "float": lambda: 7.5,
    "true": lambda: True,
    "set": lambda: {1},
    "object": lambda: object(),
    "coroutine": coroutine,
    "async-generator": numbers,
    "generator": counting,
    "generator-response": lambda: flask.Response(counting(), mimetype="text/plain"),
    "generator-context": lambda: flask.stream_with_context(counting()),
    "generator-length": lambda: flask.Response(
        counting(), headers={"Content-Length": "8"}
    ),
    "generator-empty": lambda: (part for part in ()),
    "generator-breaks": breaking,
    "generator-breaks-at-once": breaking_at_once,
    "iterator": lambda: iter(["a", "b"]),
    "send-file": lambda: flask.send_file(
        io.BytesIO(b"file"), mimetype="text/plain", download_name="f.txt"
    ),
    "send-source": lambda: flask.send_file("templates/page.html", etag=False),
    "no-content": lambda: ("", 204),
    "no-content-with-body": lambda: ("body", 204),
    "reset-content": lambda: ("", 205),
    "not-modified": lambda: ("", 304),
    "redirect": lambda: flask.redirect("/elsewhere"),
    "redirect-relative": lambda: flask.redirect("elsewhere"),
    "redirect-absolute": lambda: flask.redirect("https://example.com/x", 301),
    "header": lambda: with_headers(X_A="1"),
    "header-latin": lambda: with_headers(X_A="Grüße"),
    "header-not-latin": lambda: with_headers(X_A="✓"),
    "header-newline": lambda: with_headers(X_A="1\r\nX-B: 2"),
    "header-date": lambda: with_headers(Date="Thu, 29 Feb 2024 00:00:00 GMT"),
    "header-server": lambda: with_headers(Server="mine"),
    "header-connection": lambda: with_headers(Connection="keep-alive"),
    "header-hop": lambda: with_headers(Keep_Alive="timeout=5", TE="trailers"),
    "header-upgrade": lambda: with_headers(Upgrade="h2c"),
    "header-transfer": lambda: with_headers(Transfer_Encoding="chunked"),
    "header-length-short": lambda: with_headers(Content_Length="2"),
    "header-length-zero": lambda: with_headers(Content_Length="0"),
    "cookies": with_cookies,
    "abort-400": lambda: flask.abort(400),
    "abort-401": lambda: flask.abort(401),
    "abort-404": lambda: flask.abort(404, description="No such thing"),
    "abort-405": lambda: flask.abort(405),
    "abort-413": lambda: flask.abort(413),
    "abort-418": lambda: flask.abort(418),
    "abort-429": lambda: flask.abort(429, description="Slow down"),
    "abort-500": lambda: flask.abort(500),
    "abort-502": lambda: flask.abort(502),
    "abort-503": lambda: flask.abort(503),
    "abort-response": lambda: flask.abort(flask.Response("mine", 403)),
    "abort-unknown": lambda: flask.abort(799),
    "http-exception": lambda: raising(HTTPException("bare")),
    "raise": lambda: raising(ValueError("secret")),
    "raise-key-error": lambda: raising(KeyError("secret")),
    "raise-registered": lambda: raising(Refused("no")),
    "raise-lookup": lambda: raising(FileNotFoundError("gone")),
    "raise-stop-iteration": lambda: raising(StopIteration()),
    "raise-generator-exit": lambda: raising(GeneratorExit()),
    "raise-timeout": lambda: raising(TimeoutError("slow")),
    "raise-connection-reset": lambda: raising(ConnectionResetError("theirs")),
    "raise-broken-pipe": lambda: raising(BrokenPipeError("theirs")),
    "raise-recursion": lambda: endless(),
    "bad-key": lambda: flask.request.form["missing"],
    "session": lambda: str(flask.session.get("a")),
    "session-write": lambda: flask.session.update(a=1) or "written",
    "template": lambda: flask.render_template("page.html", name="<Ada>"),
    "template-missing": lambda: flask.render_template("missing.html"),
    "template-string": lambda: flask.render_template_string("{{ 1 + 1 }}"),
    "url-for": lambda: flask.url_for("run", path="a/b"),
    "url-for-external": lambda: flask.url_for("run", path="a", _external=True),
    "url-for-static": lambda: flask.url_for("static", filename="a.css"),
    "g": kept_in_g,
    "after-this-request": after,
    "print": lambda: print("to the log") or "printed",
    "write": lambda: sys.stdout.write("x") and "written",
}


def endless():
    return endless()


def raising_app(environ, start_response):
    start_response("207 Multi", [("Content-Type", "text/plain"), ("X-App", "wsgi")])
    return [b"from a WSGI app"]


@functions_framework.errorhandler(Refused)
def refused(error):
    return {"refused": str(error)}, 403


@functions_framework.errorhandler(FileNotFoundError)
def lost(error):
    raise RuntimeError("while handling") from error


@functions_framework.http
def answer(request):
    return ANSWERS[request.path.strip("/")]()
