"""The page of a runner for people without an editor: what is served, and how it goes.

`live` sends the page and its changes; `commands`, `parts` and `render` are pure and
make what stands in it; `document` puts that between page.html, page.css and page.js.
Nothing of it but `answered` is imported before somebody looks at the page.
"""
