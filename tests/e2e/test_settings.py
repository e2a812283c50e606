"""Settings changed in the editor apply at once, and one sees where they went."""

from __future__ import annotations

import json
import urllib.request

from e2e.test_debug import line_with
from vsix.build import ROOT

SHOP = ROOT / "examples" / "shop"


def get(url: str) -> dict[str, object]:
    with urllib.request.urlopen(url, timeout=60) as answer:
        return json.loads(answer.read())


def test_an_endpoint_named_by_the_quick_fix_is_served_at_once(open_editor):
    editor = open_editor(SHOP)
    see = editor.workbench
    see.open_file("webhooks/main.py")
    see.lens("Run locally").first.click()
    see.url_in_lens("webhooks.main.health")

    see.go_to(line_with(editor.folder / "webhooks" / "main.py", "def health"))
    for _ in range(4):
        see.page.keyboard.press("Control+ArrowRight")
    see.page.keyboard.press("Control+.")
    menu = see.page.locator(".action-widget").first
    see.picture("1-menu")
    menu.get_by_text("Set the endpoint of webhooks.main.health").click()
    url = see.url_in_lens("webhooks-health")
    assert get(url)["service"] == "webhooks"
