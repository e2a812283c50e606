"""The runner's page in a browser: functions, their state and last responses.

`live` sends the page and its changes; `fragments` and `render` are pure and fill the
templates in `runner/templates`. Everything except `last_responses` is imported when the
page is first shown.
"""
