"""A typed function whose answer cannot become JSON."""

import functions_framework


class Person:
    @staticmethod
    def from_dict(values):
        return Person()


@functions_framework.typed(Person)
def function_typed_missing_to_dict(person):
    return person
