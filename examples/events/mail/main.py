"""Sends an e-mail for each order that was saved: writes it to the folder outbox."""

from email.message import EmailMessage
from pathlib import Path

from firebase_admin import functions, initialize_app
from firebase_functions import firestore_fn, options, tasks_fn

OUTBOX = Path(__file__).parent / "outbox"

initialize_app()


@firestore_fn.on_document_created(document="orders/{orderId}")
def on_order_saved(
    event: firestore_fn.Event[firestore_fn.DocumentSnapshot | None],
) -> None:
    """Enqueue the e-mail, so that a slow mail server holds up nothing."""
    order = event.data.to_dict()
    mail = {
        "order": event.params["orderId"],
        "to": order["email"],
        "items": order["items"],
    }
    functions.task_queue("sendmail").enqueue({"data": mail})


@tasks_fn.on_task_dispatched(
    retry_config=options.RetryConfig(
        max_attempts=5, min_backoff_seconds=1, max_backoff_seconds=10
    ),
    rate_limits=options.RateLimits(max_concurrent_dispatches=2),
)
def sendmail(request: tasks_fn.CallableRequest) -> None:
    """Write the e-mail. Fails while there is a file outbox/closed."""
    if (OUTBOX / "closed").exists():
        raise ConnectionError("the mail server is closed")
    mail = request.data
    message = EmailMessage()
    message["To"] = mail["to"]
    message["Subject"] = f"Your order {mail['order']}"
    items = [f"{count} x {name}" for name, count in mail["items"].items()]
    message.set_content("\n".join(["Thank you for your order:", *items]))
    OUTBOX.mkdir(exist_ok=True)
    (OUTBOX / f"order-{mail['order']}.eml").write_bytes(bytes(message))
    print(f"Sent the e-mail for order {mail['order']} to {mail['to']}")
