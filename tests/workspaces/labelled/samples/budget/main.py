import base64
import json
import os

from googleapiclient import discovery

PROJECT = os.getenv("GCP_PROJECT")


def tell_chat(data, context):  # @event
    message = data
    attributes = json.dumps(message["attributes"]) if "attributes" in message else ""
    print(attributes, base64.b64decode(data["data"]))


def stop_paying(data, context):  # @event
    budget = json.loads(base64.b64decode(data["data"]).decode("utf-8"))
    if budget["cost"] <= budget["budget"]:
        return
    billing = discovery.build("cloudbilling", "v1", cache_discovery=False)
    projects = billing.projects()
    if __is_paying(PROJECT, projects):
        __stop(PROJECT, projects)


def __is_paying(name, projects):
    return projects.getBillingInfo(name=name).execute()["billingEnabled"]


def __stop(name, projects):
    projects.updateBillingInfo(name=name, body={}).execute()
