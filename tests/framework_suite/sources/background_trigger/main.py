"""An event function that leaves what it got where the event says."""

import json


def function(data, context):
    """Write the value of the event, and who took it, to the file that it names."""
    seen = {"entryPoint": "function", "value": data["value"]}
    with open(data["filename"], "w") as file:
        json.dump(seen, file)
