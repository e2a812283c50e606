"""A CloudEvent function that is sent a Pub/Sub message of the first generation."""

TOPIC = "//pubsub.googleapis.com/projects/shop/topics/orders"


def function(cloud_event):
    assert cloud_event["type"] == "google.cloud.pubsub.topic.v1.messagePublished"
    assert cloud_event["source"] == TOPIC
    assert cloud_event["id"] == "2468"
    message = cloud_event.data["message"]
    assert message["data"] == "dHdvIHRlYXBvdHM="
    assert message["attributes"] == {"customer": "ada"}
    assert message["messageId"] == cloud_event["id"]
