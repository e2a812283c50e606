"""What the source beside this one imports."""

OUTCOME = "success"
