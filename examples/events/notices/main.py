"""An asynchronous function, called by Firebase Authentication."""

import functions_framework.aio
from cloudevents.http import CloudEvent


@functions_framework.aio.cloud_event
async def on_new_user(cloud_event: CloudEvent) -> None:
    """Greet the user of an auth_event."""
    print(f"Welcome, {cloud_event.data['displayName']} <{cloud_event.data['email']}>")
