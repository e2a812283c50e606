"""Three functions, and a name that is none."""

import json

notAFunction = ("not", "a", "function")


def fun(name, event):
    """Write which function took the event to the file that the event names."""
    with open(event["filename"], "w") as file:
        json.dump({"entryPoint": name, "value": event["value"]}, file)


def myFunctionFoo(data, context):
    fun("myFunctionFoo", data)


def myFunctionBar(data, context):
    fun("myFunctionBar", data)
