"""The page of a runner for people without an editor: what is served, and how it goes.

`live` sends the page and its changes; `fragments` and `render` are pure and fill the
templates in `runner/templates`. Nothing of it but `last_responses` is imported before
somebody looks at the page.
"""
