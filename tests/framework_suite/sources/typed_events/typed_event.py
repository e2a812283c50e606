"""Typed functions, and what they take and give."""

import functions_framework


class Person:
    def __init__(self, name, age):
        self.name = name
        self.age = age

    @staticmethod
    def from_dict(values):
        return Person(values["name"], values["age"])

    def to_dict(self):
        return {"name": self.name, "age": self.age}


class Country:
    def __init__(self, country, population):
        self.country = country
        self.population = population

    @staticmethod
    def from_dict(values):
        return Country(values["name of the country"], values["population"])

    def to_dict(self):
        return {"country": self.country, "population": self.population}


@functions_framework.typed(Person)
def function_typed(person):
    return person


@functions_framework.typed
def function_typed_reflect(person: Person):
    return person


@functions_framework.typed
def function_typed_faulty_from_dict(country: Country):
    return country


@functions_framework.typed(Person)
def function_typed_different_types(person):
    return Country("Monaco", 40000)


@functions_framework.typed(Person)
def function_typed_no_return(person):
    assert person.name == "jane"


@functions_framework.typed(Person)
def function_typed_string_return(person):
    return f"Hello {person.name}"
