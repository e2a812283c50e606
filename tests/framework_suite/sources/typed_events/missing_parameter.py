"""A typed function that takes nothing."""

import functions_framework


class Person:
    @staticmethod
    def from_dict(values):
        return Person()


@functions_framework.typed(Person)
def function_typed_missing_parameter():
    return "OK"
