import datetime

import requests
from google.cloud import bigquery

client = bigquery.Client()


def rows(day):
    return requests.get(f"https://example.com/{day}").json()


def insert(found):
    client.insert_rows_json("a.b", found)


def scrape(request):  # @http
    """Responds to any HTTP request.

    Args:
        request (flask.Request): HTTP request object.
    """
    insert(rows(datetime.date.today()))
    return "done"


def scrape_daily(event, context):  # @event
    """Triggered from a message on a Cloud Pub/Sub topic."""
    insert(rows(datetime.date.today()))


def entry(event=None, context=None):  # @event
    insert(rows(datetime.date.today()))


def with_default(request=None):  # @http
    return "done"


def with_option(request, dry_run=False):  # @http
    return "done"


if __name__ == "__main__":
    scrape(None)
    entry()
