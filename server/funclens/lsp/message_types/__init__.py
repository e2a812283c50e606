"""Types of the custom messages between the server and its clients."""
