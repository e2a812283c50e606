"""Typed functions: a class in, a class out."""

import functions_framework


class Order:
    def __init__(self, number, amount):
        self.number = number
        self.amount = amount

    @staticmethod
    def from_dict(values):
        return Order(values["number"], values["amount"])

    def to_dict(self):
        return {"number": self.number, "amount": self.amount}


class Plain:
    pass


RESULTS = {
    "str": lambda order: "text",
    "dict": lambda order: order.to_dict(),
    "list": lambda order: [order.number],
    "int": lambda order: 7,
    "tuple": lambda order: ("made", 201),
    "none": lambda order: None,
    "plain": lambda order: Plain(),
    "raise": lambda order: 1 / 0,
    "self": lambda order: order,
}


@functions_framework.typed
def annotated(order: Order):
    return RESULTS[order.number](order)


@functions_framework.typed(Order)
def named(order):
    return RESULTS[order.number](order)
