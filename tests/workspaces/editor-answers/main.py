"""Responses of all kinds, some of them hostile."""

import itertools
import json
import struct
import zlib

import flask
import functions_framework


def chunk(name, data):
    """Return one part of a PNG file."""
    check = struct.pack(">I", zlib.crc32(name + data))
    return struct.pack(">I", len(data)) + name + data + check


def png(width, height):
    """Return the file of an image; the pixels are those of a small one."""
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    rows = [b"\0" + bytes((4 * y, 99, 200)) * 64 for y in range(64)]
    pixels = chunk(b"IDAT", zlib.compress(b"".join(rows)))
    return b"\x89PNG\r\n\x1a\n" + head + pixels + chunk(b"IEND", b"")


count = itertools.count(1)


@functions_framework.http
def orders(request):
    """Returns JSON that is never the same twice."""
    number = next(count)
    items = [{"sku": f"mug-{n}", "price": n + 0.5, "left": None} for n in range(40)]
    return {"order": number, "paid": True, "items": items, "note": "last one: needle"}


@functions_framework.http
def moved(request):
    """Redirects to `moved_again`."""
    return flask.redirect("/moved_again?step=1", 302)


@functions_framework.http
def moved_again(request):
    """Redirects once more, to `here`."""
    return flask.redirect("/here", 303)


@functions_framework.http
def here(request):
    """The end of the redirects."""
    return f"{request.method} here"


@functions_framework.http
def page(request):
    """A page with a style, and a script that must not run."""
    return """<!doctype html><style>h1 { color: rgb(1, 2, 3) }</style>
<h1>Invoice</h1><script>document.querySelector("h1").textContent = "run"</script>
<img src="http://127.0.0.1:9/x.png" onerror="document.title = 'run'">"""


@functions_framework.http
def picture(request):
    """An image; with ?huge, one of 60,000 by 60,000 pixels in its head."""
    side = 60_000 if "huge" in request.args else 64
    data = png(side, side)
    return flask.Response(data, mimetype="image/png")


@functions_framework.http
def fails(request):
    """Prints and fails."""
    item = request.args.get("item", "mug")
    print("looking for", item)
    prices = {}
    return str(prices[item])  # @fails


@functions_framework.http
def hostile(request):
    """What no viewer wants to see, by ?kind=."""
    kind = request.args["kind"]
    if kind == "big":
        rows = [{"row": n, "text": "x" * 50} for n in range(76_000)]
        return flask.Response(json.dumps(rows), mimetype="application/json")
    if kind == "stream":
        block = b"y" * 999_999 + b"\n"
        return flask.Response((block for _ in range(200)), mimetype="text/plain")
    if kind == "endless":
        lines = (f"line {n}\n" for n in itertools.count())
        return flask.Response(lines, mimetype="text/plain")
    if kind == "deep":
        deep = "[" * 10_000 + "]" * 10_000
        return flask.Response(deep, mimetype="application/json")
    if kind == "nan":
        return flask.Response('{"a": NaN}', mimetype="application/json")
    if kind == "escapes":
        return flask.Response(
            b"\x1b]0;owned\x07 red \xff\xfe \x1b[31m", mimetype="text/plain"
        )
    headers = [(f"X-Header-{n}", "v" * 30) for n in range(100_000)]
    return flask.Response("headers", headers=headers)
