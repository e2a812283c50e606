"""A typed function whose type cannot be made from JSON."""

import functions_framework


class Person:
    def to_dict(self):
        return {}


@functions_framework.typed(Person)
def function_typed_missing_from_dict(person):
    return person
