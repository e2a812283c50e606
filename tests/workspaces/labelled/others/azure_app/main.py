import azure.functions as func


def main(req: func.HttpRequest) -> func.HttpResponse:
    return func.HttpResponse("hi")


def on_event(event: func.EventHubEvent):
    print(event)
