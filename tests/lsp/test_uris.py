"""Paths and `file:` URIs of each system."""

from __future__ import annotations

import pytest

from funclens.lsp.uris import path_of, uri_of

WINDOWS = [
    ("file:///c%3A/w/main.py", r"c:\w\main.py"),
    ("file:///C:/w/main.py", r"c:\w\main.py"),
    ("file:///c|/w/main.py", r"c:\w\main.py"),
    ("file://localhost/c:/w/main.py", r"c:\w\main.py"),
    ("file:///d%3A/a%20b/caf%C3%A9%23/main.py", r"d:\a b\café#\main.py"),
    ("file:///c:/work/../other/./main.py", r"c:\other\main.py"),
    ("file://server/share/main.py", r"\\server\share\main.py"),
    (
        "file://wsl.localhost/Debian/srv/main.py",
        r"\\wsl.localhost\Debian\srv\main.py",
    ),
    ("file:///c%3A", "c:\\"),
    ("file:///c%3A/", "c:\\"),
    ("file:", None),
    ("untitled:Untitled-1", None),
]


@pytest.mark.parametrize(("uri", "path"), WINDOWS)
def test_a_uri_is_a_path_of_windows(uri, path):
    assert path_of(uri, "nt") == path


@pytest.mark.parametrize(
    ("path", "uri"),
    [
        (r"c:\w\main.py", "file:///c:/w/main.py"),
        (r"c:\a b\café#\main.py", "file:///c:/a%20b/caf%C3%A9%23/main.py"),
        (r"\\server\share\main.py", "file://server/share/main.py"),
        (r"\\?\c:\w\main.py", "file:///c:/w/main.py"),
        (r"\\?\UNC\server\share\main.py", "file://server/share/main.py"),
    ],
)
def test_a_path_of_windows_is_a_uri_that_leads_back(path, uri):
    assert uri_of(path, "nt") == uri
    assert uri_of(path_of(uri, "nt") or "", "nt") == uri


@pytest.mark.parametrize(
    ("uri", "path"),
    [
        ("file:///w/main.py", "/w/main.py"),
        ("file:///w/%FF.py", "/w/\udcff.py"),
        ("file:///c%3A/main.py", "/c:/main.py"),
    ],
)
def test_a_uri_is_a_path_of_unix(uri, path):
    assert path_of(uri, "posix") == path
