"""Functions that wait for events, and one that streams without end."""

import itertools
import threading

import functions_framework


@functions_framework.cloud_event
def on_upload(cloud_event):
    """A file was uploaded to Cloud Storage."""
    print("uploaded to bucket", cloud_event.data["bucket"])


@functions_framework.http
def ticks(request):
    """Ticks until somebody hangs up."""
    pause = threading.Event()

    def stream():
        for number in itertools.count(1):
            yield f"tick {number}\n"
            pause.wait(0.2)

    return stream()
