"""The fidelity table: every row, from all topics."""

from __future__ import annotations

from fidelity import (
    answer_rows,
    async_rows,
    event_rows,
    firebase_rows,
    loading_rows,
    request_rows,
    rule_rows,
    server_rows,
)

TABLE = [
    *request_rows.ROWS,
    *answer_rows.ROWS,
    *loading_rows.ROWS,
    *rule_rows.ROWS,
    *server_rows.ROWS,
    *event_rows.ROWS,
    *async_rows.ROWS,
    *firebase_rows.ROWS,
]
