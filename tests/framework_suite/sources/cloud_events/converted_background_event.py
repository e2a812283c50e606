"""A CloudEvent function that is sent a Pub/Sub message of the first generation."""

TOPIC = "//pubsub.googleapis.com/projects/sample-project/topics/gcf-test"


def function(cloud_event):
    assert cloud_event["type"] == "google.cloud.pubsub.topic.v1.messagePublished"
    assert cloud_event["source"] == TOPIC
    assert cloud_event["id"] == "aaaaaa-1111-bbbb-2222-cccccccccccc"
    message = cloud_event.data["message"]
    assert message["data"] == "dGVzdCBtZXNzYWdlIDM="
    assert message["attributes"] == {"attr1": "attr1-value"}
    assert message["messageId"] == cloud_event["id"]
