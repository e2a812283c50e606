"""Ports in the browser's or a remote VS Code: Funclens shows its addresses itself."""

from __future__ import annotations

import socket
from urllib.parse import urlsplit

from playwright.sync_api import expect

from vsix.build import ROOT

SHOP = ROOT / "examples" / "shop"

COLLECT_MESSAGES = """
() => {
  window.messagesSeen = [];
  const look = () => {
    for (const toast of document.querySelectorAll(".notification-toast")) {
      const text = toast.textContent.trim();
      if (!window.messagesSeen.includes(text)) window.messagesSeen.push(text);
    }
  };
  new MutationObserver(look).observe(document.body, {childList: true, subtree: true});
}
"""
WAS_SEEN = "(text) => window.messagesSeen.some((message) => message.includes(text))"


def test_no_message_says_that_a_port_is_available(open_editor):
    """Neither of the runner's port nor of the debugger's, which isn't forwarded."""
    defaults = {"remote.autoForwardPorts": True}
    size = (1280, 2000)  # other tests open ports, too
    editor = open_editor(SHOP, settings=defaults, size=size, alone=True)
    see = editor.workbench
    see.page.evaluate(COLLECT_MESSAGES)
    see.open_file("billing/main.py")
    see.lens("Debug").first.click()
    url = see.url_in_lens("charge")
    expect(see.debug_toolbar()).to_be_visible()

    see.command("Ports: Focus on Ports View")
    see.page.get_by_role("button", name="Maximize Panel").click()
    ports = see.page.get_by_role("list", name="Tunnel View")
    expect(ports).to_contain_text(f"Funclens ({urlsplit(url).port})")
    with socket.create_server(("127.0.0.1", 0)) as later:
        expect(ports).to_contain_text(str(later.getsockname()[1]))
        see.picture("1-ports")
        expect(ports).not_to_contain_text("debugpy")
    assert not see.page.evaluate(WAS_SEEN, str(urlsplit(url).port))
