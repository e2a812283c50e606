import json
import os
import tempfile

from google.cloud import storage, vision

files = storage.Client()
images = vision.ImageAnnotatorClient()


def process_image(file, context):  # @event
    """Background Cloud Function to be triggered by Cloud Storage.

    Args:
        file (dict): Metadata of the changed file.
        context (google.cloud.functions.Context): Metadata of the event.
    """
    detect_text(file["bucket"], file["name"])


def detect_text(bucket, filename):
    print(bucket, filename)


def translate(event, context):  # @event
    message = json.loads(event["data"])
    print(message, context.timestamp)


def blur(data, context):  # @event
    __blur(files.bucket(data["bucket"]).get_blob(data["name"]))


def __blur(blob):
    _, path = tempfile.mkstemp()
    blob.download_to_filename(path)
    os.remove(path)
