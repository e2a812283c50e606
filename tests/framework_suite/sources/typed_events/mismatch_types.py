"""A typed function whose decorator and annotation disagree."""

import functions_framework


class Person:
    @staticmethod
    def from_dict(values):
        return Person()


class Country:
    @staticmethod
    def from_dict(values):
        return Country()


@functions_framework.typed(Person)
def function_typed_mismatch_types(country: Country):
    return "OK"
