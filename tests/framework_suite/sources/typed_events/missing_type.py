"""A typed function that does not say its type."""

import functions_framework


@functions_framework.typed
def function_typed_missing_type_information(something):
    return "OK"
