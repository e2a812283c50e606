"""Rows about requests: methods, paths, headers and bodies as a function sees them."""

from __future__ import annotations

from fidelity.row import AT, Row, ask, chunked


def _echo(fact: str, parts: tuple[str, ...], *, differs: str = "") -> Row:
    return Row(fact, "request", "echo", parts, differs)


def _environ(fact: str, parts: tuple[str, ...], *, differs: str = "") -> Row:
    return Row(fact, "request", "environ", parts, differs)


def _raw(first_line: str, *headers: str, body: str = "") -> tuple[str]:
    return ("\r\n".join([first_line, *headers, "", body]),)


METHODS = [
    *("GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH", "TRACE"),
    *("PROPFIND", "MKCOL", "REPORT", "FOO", "M-SEARCH"),
]
ODD_METHODS = ["get", "Get", "G", "GE", "A" * 20, "A" * 21, "F$O", "F O", "F(O", ""]

PATHS = {
    "root": "/",
    "sub-path": "/a/b",
    "trailing slash": "/a/b/",
    "two slashes at the start": "//a",
    "three slashes at the start": "///a",
    "two slashes inside": "/a//b",
    "two slashes at the end": "/a//",
    "only slashes": "//",
    "dot segment": "/./a",
    "dot-dot segment": "/a/../b",
    "dot-dot above the root": "/../a",
    "encoded dot-dot": "/a/%2e%2e/b",
    "encoded slash": "/a%2Fb",
    "encoded slash in lower case": "/a%2fb",
    "encoded space": "/a%20b",
    "plus": "/a+b",
    "encoded umlaut": "/%C3%BC",
    "encoded bytes that are not UTF-8": "/%ff%fe",
    "encoded percent": "/%2541",
    "lonely percent": "/100%",
    "percent and no hexadecimal": "/%zz",
    "encoded NUL": "/a%00b",
    "encoded newline": "/a%0ab",
    "encoded question mark": "/a%3Fb?c",
    "encoded hash": "/a%23b",
    "encoded semicolon": "/a%3Bb",
    "raw UTF-8": "/\xc3\xbc",
    "raw latin-1": "/\xfc",
    "semicolon parameters": "/a;v=1/b",
    "colon": "/a:b",
    "at sign": "/@a",
    "equals": "/a=b",
    "brackets": "/[a]",
    "braces": "/{a}",
    "pipe": "/a|b",
    "backslash": "/a\\b",
    "quotes": "/a'b\"c",
    "asterisk": "/*",
    "tilde": "/~a",
    "fragment": "/a#b",
    "empty query": "/a?",
    "query": "/a?x=1&y=2&x=3",
    "query without a value": "/a?x",
    "two question marks": "/a??x=1",
    "query with slashes": "/?next=/a/b",
    "query with a URL": "/?next=http://example.com/a",
    "encoded query": "/?q=a%20b+c%26d",
    "query with raw UTF-8": "/?q=\xc3\xbc",
    "query with bytes that are not UTF-8": "/?q=%ff",
    "query with brackets": "/?a[]=1&a[]=2",
    "URL as the path": "/http://example.com/a",
    "long path": "/" + "a" * 8000,
    "long query": "/?" + "a" * 20000,
    "robots.txt": "/robots.txt",
    "favicon.ico": "/favicon.ico",
    "robots.txt with a query": "/robots.txt?a",
    "robots.txt in capitals": "/ROBOTS.TXT",
    "robots.txt and a slash": "/robots.txt/",
    "favicon.ico and a slash": "/favicon.ico/",
    "robots.txt below": "/a/robots.txt",
    "encoded robots.txt": "/robots%2etxt",
    "two slashes before favicon.ico": "//favicon.ico",
    "static": "/static/a.css",
}

HEADERS = {
    "custom": ["X-A: 1"],
    "in lower case": ["x-a: 1"],
    "twice": ["X-A: 1", "X-A: 2"],
    "cookie": ["Cookie: a=1; b=2"],
    "two cookies": ["Cookie: a=1", "Cookie: b=2"],
    "authorization": ["Authorization: Bearer abc"],
    "accept-encoding": ["Accept-Encoding: gzip, br"],
    "user-agent": ["User-Agent: curl/8.0"],
    "empty value": ["X-A:"],
    "spaces around the value": ["X-A:   1  "],
    "tab in the value": ["X-A: a\tb"],
    "raw UTF-8": ["X-A: \xc3\xbc"],
    "raw latin-1": ["X-A: \xfc"],
    "underscore in the name": ["X_A: 1"],
    "underscore twin": ["X-A: 1", "X_A: 2"],
    "dollar in the name": ["X$A: 1"],
    "space before the colon": ["X-A : 1"],
    "space in the name": ["X A: 1"],
    "no colon": ["X-A"],
    "folded": ["X-A: a\r\n b"],
    "NUL in the value": ["X-A: a\x00b"],
    "bare carriage return": ["X-A: a\rb"],
    "forwarded for": ["X-Forwarded-For: 203.0.113.9, 198.51.100.2"],
    "forwarded host": ["X-Forwarded-Host: example.com"],
    "forwarded proto https": ["X-Forwarded-Proto: https"],
    "forwarded proto http": ["X-Forwarded-Proto: http"],
    "forwarded ssl": ["X-Forwarded-Ssl: on"],
    "forwarded protocol": ["X-Forwarded-Protocol: ssl"],
    "forwarded protos that disagree": [
        "X-Forwarded-Proto: https",
        "X-Forwarded-Ssl: off",
    ],
    "forwarded port": ["X-Forwarded-Port: 8443"],
    "forwarded prefix": ["X-Forwarded-Prefix: /prefix"],
    "forwarded": ["Forwarded: for=203.0.113.9;proto=https;host=example.com"],
    "script name": ["Script-Name: /elsewhere"],
    "script_name with an underscore": ["SCRIPT_NAME: /elsewhere"],
    "path_info with an underscore": ["PATH_INFO: /elsewhere"],
    "remote user": ["Remote-User: ada"],
    "proxy": ["Proxy: http://example.com"],
    "x-http-method-override": ["X-HTTP-Method-Override: DELETE"],
    "content type without a body": ["Content-Type: application/json"],
    "content length of zero": ["Content-Length: 0"],
    "conditional": ['If-None-Match: "abc"'],
    "range": ["Range: bytes=0-1"],
    "keep-alive": ["Keep-Alive: timeout=5"],
    "upgrade": ["Upgrade: websocket"],
    "trailers announced": ["TE: trailers", "Trailer: X-T"],
    "execution id": ["Function-Execution-Id: my-own-id"],
    "execution id that is empty": ["Function-Execution-Id:"],
    "trace context": ["X-Cloud-Trace-Context: 105445aa7843bc8bf206b12000100000/1;o=1"],
    "traceparent": ["traceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b-01"],
    "a long value": ["X-A: " + "a" * 8000],
    "a value over the limit": ["X-A: " + "a" * 9000],
    "a hundred": [f"X-{number}: {number}" for number in range(97)],
    "over a hundred": [f"X-{number}: {number}" for number in range(99)],
}

BODIES = {
    "text": ask("POST", "/", "Content-Type: text/plain", body="text"),
    "no content type": ask("POST", "/", body="text"),
    "JSON": ask("POST", "/", "Content-Type: application/json", body='{"a": 1}'),
    "bytes": ask("POST", "/", "Content-Type: a/b", body="\x00\xff\r\n\r\n"),
    "form": ask(
        "POST", "/", "Content-Type: application/x-www-form-urlencoded", body="a=1&b=%20"
    ),
    "multipart form": ask(
        "POST",
        "/",
        "Content-Type: multipart/form-data; boundary=xyz",
        body='--xyz\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n'
        '--xyz\r\nContent-Disposition: form-data; name="f"; filename="f.txt"\r\n'
        "Content-Type: text/plain\r\n\r\nfile\r\n--xyz--\r\n",
    ),
    "GET with a body": ask("GET", "/", body="body"),
    "DELETE with a body": ask("DELETE", "/", body="body"),
    "empty POST": ask("POST", "/"),
    "chunks": chunked("abc", "de"),
    "one long chunk": chunked("a" * 20000),
    "no chunk but the last": chunked(),
    "chunks and a trailer": chunked("abc", trailer="X-T: 1\r\n"),
    "chunk with an extension": _raw(
        f"POST {AT}/ HTTP/1.1",
        "Host: localhost",
        "Connection: close",
        "Transfer-Encoding: chunked",
        body="3;a=b\r\nabc\r\n0\r\n\r\n",
    ),
    "chunk with a broken size": _raw(
        f"POST {AT}/ HTTP/1.1",
        "Host: localhost",
        "Connection: close",
        "Transfer-Encoding: chunked",
        body="xyz\r\nabc\r\n0\r\n\r\n",
    ),
    "length and chunks at once": _raw(
        f"POST {AT}/ HTTP/1.1",
        "Host: localhost",
        "Connection: close",
        "Content-Length: 3",
        "Transfer-Encoding: chunked",
        body="3\r\nabc\r\n0\r\n\r\n",
    ),
    "gzip as transfer encoding": _raw(
        f"POST {AT}/ HTTP/1.1",
        "Host: localhost",
        "Connection: close",
        "Transfer-Encoding: gzip, chunked",
        body="3\r\nabc\r\n0\r\n\r\n",
    ),
    "unknown transfer encoding": _raw(
        f"POST {AT}/ HTTP/1.1",
        "Host: localhost",
        "Connection: close",
        "Transfer-Encoding: mine",
        body="3\r\nabc\r\n0\r\n\r\n",
    ),
    "identity as transfer encoding": _raw(
        f"POST {AT}/ HTTP/1.1",
        "Host: localhost",
        "Connection: close",
        "Transfer-Encoding: identity",
        "Content-Length: 3",
        body="abc",
    ),
    "two lengths": ask(
        "POST", "/", "Content-Length: 3", "Content-Length: 3", body="abc"
    ),
    "negative length": ask("POST", "/", "Content-Length: -1"),
    "length that is not a number": ask("POST", "/", "Content-Length: abc"),
    "length with a plus": ask("POST", "/", "Content-Length: +3"),
    "expected to continue": (
        *_raw(
            f"POST {AT}/ HTTP/1.1",
            "Host: localhost",
            "Connection: close",
            "Expect: 100-continue",
            "Content-Length: 4",
        ),
        "body",
    ),
    "another expectation": ask("POST", "/", "Expect: miracles", body="body"),
}

LINES = {
    "HTTP/1.0": ask("GET", "/", version="HTTP/1.0"),
    "HTTP/1.0 without a host": _raw(f"GET {AT}/a HTTP/1.0"),
    "HTTP/1.0 kept alive": _raw(
        f"GET {AT}/a HTTP/1.0", "Host: localhost", "Connection: keep-alive"
    ),
    "HTTP/1.1 without a host": _raw(f"GET {AT}/a HTTP/1.1", "Connection: close"),
    "HTTP/1.2": ask("GET", "/", version="HTTP/1.2"),
    "HTTP/2.0": ask("GET", "/", version="HTTP/2.0"),
    "HTTP/0.9": _raw(f"GET {AT}/a"),
    "version in lower case": ask("GET", "/", version="http/1.1"),
    "version that is no version": ask("GET", "/", version="HTTP/x"),
    "four words": ask("GET", "/a b c"),
    "two spaces": ask("GET", " /a"),
    "only line feeds": (
        f"GET {AT}/a HTTP/1.1\nHost: localhost\nConnection: close\n\n",
    ),
    "an empty line first": (
        f"\r\nGET {AT}/a HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n",
    ),
    "two hosts": ask("GET", "/", "Host: localhost"),
    "absolute form": _raw(
        f"GET http://localhost{AT}/a?b=1 HTTP/1.1",
        "Host: localhost",
        "Connection: close",
    ),
    "absolute form of https": _raw(
        f"GET https://localhost{AT}/a HTTP/1.1", "Host: localhost", "Connection: close"
    ),
    "absolute form with a port": _raw(
        f"GET http://localhost:9{AT}/a HTTP/1.1",
        "Host: localhost",
        "Connection: close",
    ),
    "host with a port": _raw(
        f"GET {AT}/a HTTP/1.1", "Host: localhost:8080", "Connection: close"
    ),
    "host as an address": _raw(
        f"GET {AT}/a HTTP/1.1", "Host: 127.0.0.1", "Connection: close"
    ),
    "host in capitals": _raw(
        f"GET {AT}/a HTTP/1.1", "Host: LOCALHOST", "Connection: close"
    ),
}

ODD_LINES = dict.fromkeys(("F O", ""), "Text of errors before the function")
"""Methods that make a request line without its three words."""

NAMELESS = {"HTTP/1.0 without a host", "HTTP/1.1 without a host"}
"""Requests whose URL shows the server's own port."""

NOT_HTTP = dict.fromkeys(
    (
        "version in lower case",
        "version that is no version",
        "four words",
        "two spaces",
    ),
    "Text of errors before the function",
)
_ABSOLUTE = dict.fromkeys(
    ("absolute form", "absolute form of https", "absolute form with a port"),
    "Absolute request targets",
)

ROWS = [
    *(_echo(f"method {method}", ask(method, "/a?b=1")) for method in METHODS),
    *(
        _echo(
            f"odd method {method[:24]!r}",
            ask(method, "/a"),
            differs=ODD_LINES.get(method, ""),
        )
        for method in ODD_METHODS
    ),
    *(_echo(f"path: {name}", ask("GET", path)) for name, path in PATHS.items()),
    *(
        _echo(f"{method} {path}", ask(method, path))
        for method in ("HEAD", "POST", "OPTIONS", "FOO")
        for path in ("/robots.txt", "/favicon.ico")
    ),
    *(_environ(f"environ: {name}", ask("GET", PATHS[name])) for name in PATHS),
    *(
        _echo(f"header: {name}", ask("GET", "/", *lines))
        for name, lines in HEADERS.items()
    ),
    *(_echo(f"body: {name}", parts) for name, parts in BODIES.items()),
    *(
        Row(f"body read as data: {name}", "request", "data", parts)
        for name, parts in BODIES.items()
    ),
    *(
        Row(f"body read as a stream: {name}", "request", "stream", parts)
        for name, parts in BODIES.items()
    ),
    *(
        Row(f"body not read: {name}", "request", "unread", parts)
        for name, parts in BODIES.items()
    ),
    *(
        Row(f"body parsed as JSON: {name}", "request", "as_json", BODIES[name])
        for name in ("JSON", "text", "no content type", "form", "empty POST")
    ),
    Row(
        "body parsed as JSON: broken",
        "request",
        "as_json",
        ask("POST", "/", "Content-Type: application/json", body="{"),
    ),
    Row(
        "body not read: large",
        "request",
        "unread",
        ask("POST", "/", body="a" * 1_000_000),
    ),
    Row("body: large", "request", "data", ask("POST", "/", body="a" * 3_000_000)),
    *(
        _echo(f"request line: {name}", parts, differs=NOT_HTTP.get(name, ""))
        for name, parts in LINES.items()
        if name not in NAMELESS
    ),
    *(
        _environ(
            f"environ of {name}",
            parts,
            differs=NOT_HTTP.get(name, _ABSOLUTE.get(name, "")),
        )
        for name, parts in LINES.items()
    ),
    Row("the objects around a request", "request", "kind", ask()),
    Row("the thread of a request", "request", "thread", ask()),
    *(
        Row(fact, "request", target, ask())
        for fact, target in (
            ("the class of the app", "app_class"),
            ("the rules of the app", "url_map"),
            ("the name of the Flask endpoint", "endpoint"),
        )
    ),
    Row("the names in the environ", "request", "environ_names", ask()),
]
