import logging

from slack_bolt import App
from slack_bolt.adapter.google_cloud_functions import SlackRequestHandler

logging.basicConfig(level=logging.DEBUG)
app = App(process_before_response=True)


@app.command("/hello")
def hello_command(ack):
    ack("Hi!")


@app.event("app_mention")
def mention(body, say, logger):
    say("Hi!")


handler = SlackRequestHandler(app)


# Cloud Function
def chat(request):  # @http
    """HTTP Cloud Function.

    Args:
        request (flask.Request): The request object.
    """
    return handler.handle(request)
