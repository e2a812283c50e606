import base64

from google.cloud import storage


def archive(event, context):  # @event
    """Triggered by a message on a Pub/Sub topic."""
    name = base64.b64decode(event["data"]).decode()
    storage.Client().bucket("a").blob(name)
