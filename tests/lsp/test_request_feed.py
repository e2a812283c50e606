"""The list of requests that a client is sent: all once, then what is new."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from funclens.lsp.running.request_feed import RequestFeed, summary_json

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping


class Reader:
    """A runner that has two requests, and gets as many as are put."""

    def __init__(self) -> None:
        self.new: asyncio.Queue[Mapping[str, Any] | None] = asyncio.Queue()
        self.new.put_nowait(None)

    async def requests(self, query: str = "") -> Mapping[str, Any]:
        assert query == "limit=500"
        return {"requests": [{"id": "b"}, {"id": "a"}]}

    async def new_requests(self) -> AsyncIterator[Mapping[str, Any] | None]:
        while True:
            yield await self.new.get()


def ids(requests: list[dict[str, Any]]) -> list[str]:
    return [item["id"] for item in requests]


def test_what_is_new_is_sent_in_batches_and_the_list_is_bounded() -> None:
    async def follow() -> None:
        sent: list[dict[str, Any]] = []
        arrived = asyncio.Event()

        def notify(_method: str, params: dict[str, Any]) -> None:
            sent.append(params)
            if "2000" in ids(params["requests"]):
                arrived.set()

        feed, reader = RequestFeed(notify), Reader()
        feed.all()
        feed.follow(reader)
        for number in range(2_001):
            reader.new.put_nowait({"id": str(number)})
        await asyncio.wait_for(arrived.wait(), 45)

        assert sent[0]["reset"]
        assert ids(sent[0]["requests"]) == ["b", "a"]
        assert len(sent) < 100
        assert len(sent[-1]["requests"]) <= 500
        assert ids(feed.all()) == [str(number) for number in range(2_000, 1_500, -1)]

        arrived.clear()
        reader.new.put_nowait({"ids": ["2000", "gone"]})
        reader.new.put_nowait({"id": "2000"})
        await asyncio.wait_for(arrived.wait(), 45)
        assert sent[-2]["reset"]
        assert ids(sent[-2]["requests"])[0] == "1999"
        arrived.clear()
        reader.new.put_nowait({"ids": None})
        reader.new.put_nowait({"id": "2000"})
        await asyncio.wait_for(arrived.wait(), 45)
        assert ids(feed.all()) == ["2000"]

        feed.stop()
        assert sent[-1] == {"reset": True, "requests": []}

    asyncio.run(follow())


def test_a_long_path_is_cut_off_in_the_list() -> None:
    summary = summary_json({"id": "a", "path": "/\x1b" + "x" * 100_000})

    assert len(summary["path"]) < 1_100
    assert "\x1b" not in summary["path"]
