"""Decides whether a request may reach the functions. Pure.

Two attacks by web pages in a browser on this machine are blocked:

- DNS rebinding: the page's own host name points to this machine, so the `Host` header
  has a foreign name.
- Cross-site requests, whose responses the page can't read. Browsers mark them with
  `Sec-Fetch-Site`. Local pages, allowed origins and links are accepted.

Programs (curl, webhooks, tests) don't send this header and are accepted.
"""

from __future__ import annotations

import functools
import ipaddress
import re
from typing import TYPE_CHECKING

from funclens.dataclass import dataclass

if TYPE_CHECKING:
    from funclens.runner.http.head import Head

__all__ = ["Access", "CrossSite", "ForbiddenHost", "is_local_host", "is_own_page"]

_LOCAL_NAMES = ("localhost", "host.docker.internal")
_ANY = "*"
_FORWARDED = ("Forwarded", "Via", "X-Forwarded-For", "X-Forwarded-Host", "X-Real-Ip")
"""Headers of proxies and tunnels, which let others in."""
_ORIGIN = re.compile(r"[a-z][a-z0-9+.-]*://[^/?#]+")


@dataclass(frozen=True, slots=True)
class ForbiddenHost:
    """The Host header has a foreign name."""

    host: str


@dataclass(frozen=True, slots=True)
class CrossSite:
    """A page of another site sent the request."""

    origin: str
    """Origin of the page as reported by the browser; may be empty."""


class Access:
    """Checks requests against what the user allowed."""

    def __init__(
        self, hosts: tuple[str, ...] = (), origins: tuple[str, ...] = ()
    ) -> None:
        """Set additional Host headers and origins; the origin `*` matches any."""
        self._hosts = hosts
        self._origins = frozenset(item.rstrip("/").lower() for item in origins)

    def refusal(self, head: Head) -> ForbiddenHost | CrossSite | None:
        """Return why a request is refused, or None."""
        hosts = head.headers("Host")
        for host in hosts:
            if not is_local_host(host, self._hosts):
                return ForbiddenHost(host)
        site = _site(head)
        if site is None or site in {"same-origin", "none"} or _ANY in self._origins:
            return None
        host = _name(hosts[0]) if hosts else ""
        if site == "same-site" and _is_address_or_local(host):
            return None  # the site of an IP address is the address itself
        origin = _origin(head)
        page = _name(origin.partition("://")[2])
        if origin in self._origins or (page and page == host) or _is_loopback(page):
            return None
        return None if _is_followed_link(head) else CrossSite(origin)


@functools.lru_cache(maxsize=256)
def is_local_host(value: str, allowed: tuple[str, ...]) -> bool:
    """Return whether a Host header is safe from DNS rebinding.

    Safe are IP addresses (no name was resolved), names of this machine, and names
    that the user allowed; the port is ignored. Unsafe are addresses that reach this
    machine without browsers knowing it, because they omit `Sec-Fetch-Site`.
    """
    name = _name(value)
    return (
        name in _LOCAL_NAMES
        or name.endswith(".localhost")
        or name in {host.lower() for host in allowed}
        or _is_plain_address(name)
    )


def is_own_page(head: Head) -> bool:
    """Return whether the runner's own page sent a request, on this machine.

    Programs can claim it, web pages of other sites can't.
    """
    hosts = head.headers("Host")
    if head.header("Sec-Fetch-Site") != "same-origin" or len(hosts) != 1:
        return False
    if not _is_loopback(_name(hosts[0])) or any(map(head.header, _FORWARDED)):
        return False
    origin = head.header("Origin")
    return origin is None or origin.lower() == f"http://{hosts[0].lower()}"


def _name(host: str) -> str:
    """Return the name or address of a Host header, without port and brackets."""
    name = host.rpartition(":")[0] if re.search(r":\d*$", host) else host
    return name.strip("[]").rstrip(".").lower()


def _is_plain_address(name: str) -> bool:
    """Return whether it is an address that isn't another one in disguise."""
    try:
        address = ipaddress.ip_address(name)
    except ValueError:
        return False
    mapped = address.version == 6 and address.ipv4_mapped is not None
    return not address.is_unspecified and not mapped


def _is_address_or_local(name: str) -> bool:
    return _is_loopback(name) or _is_plain_address(name)


def _is_loopback(name: str) -> bool:
    if name == "localhost" or name.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False


def _site(head: Head) -> str | None:
    """Return the value of `Sec-Fetch-Site`, or None if no page sent the request.

    Chromium omits the header in WebSocket handshakes.
    """
    site = head.header("Sec-Fetch-Site")
    if site is None and head.header("Sec-WebSocket-Key") and head.header("Origin"):
        return "cross-site"
    return site


def _origin(head: Head) -> str:
    """Return the origin of the page; pages can't forge these headers."""
    origin = head.header("Origin")
    if origin is not None:
        return origin.lower()
    found = _ORIGIN.match((head.header("Referer") or "").lower())
    return found[0] if found else ""


def _is_followed_link(head: Head) -> bool:
    """Return whether the response is shown to the user as a page."""
    return (
        head.method in {"GET", "HEAD"}
        and head.header("Sec-Fetch-Mode") == "navigate"
        and head.header("Sec-Fetch-Dest") == "document"
        and head.header("Sec-Purpose") is None  # prefetched before the user clicks
    )
