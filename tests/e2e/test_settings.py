"""Settings changed in the editor apply at once, and one sees where they went."""

from __future__ import annotations

import json
import urllib.request

from playwright.sync_api import expect

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
    menu.get_by_text("Set the endpoint of webhooks.main.health").click()
    expect(see.page.locator(".tab.active")).to_contain_text("pyproject.toml")
    expect(see.page.locator(".editor-instance .view-lines")).to_contain_text(
        '"webhooks.main.health" = "webhooks-health"'
    )
    expect(see.status_item("Ln")).to_contain_text("Ln 2,")
    see.picture("1-shown")
    see.open_file("webhooks/main.py")
    url = see.url_in_lens("webhooks-health")
    assert get(url)["service"] == "webhooks"
    expect(see.status_item("8 functions")).not_to_contain_text("1")

    see.page.keyboard.press("Control+End")
    see.type("\n\n@functions_framework.http\ndef later(request):\n    return {}\n")
    see.lens("Save to serve this function").click()
    see.picture("2-saved")
    assert get(see.url_in_lens("later")) == {}
