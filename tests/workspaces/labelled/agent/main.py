# Dialogflow fulfillment
import json


def fulfil(req):  # @http
    body = req.get_json()
    action = body["queryResult"]["action"]
    return json.dumps({"fulfillmentText": answers[action](body)})


def weather(body):
    return "sunny"


def news(body):
    return "none"


answers = {"weather": weather, "news": news}
