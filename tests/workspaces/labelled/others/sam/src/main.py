import json


def create(event, context):
    return json.dumps(event)


def remove(event, context):
    print(event)
