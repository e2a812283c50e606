"""Money, as whole cents."""

from decimal import Decimal, InvalidOperation


def parse_amount(text: str) -> int:
    """Return the cents of an amount such as 12.50."""
    try:
        cents = Decimal(str(text)) * 100
    except InvalidOperation:
        raise ValueError(f"Send an amount such as 12.50: {text!r}") from None
    if cents != cents.to_integral_value() or cents < 0:
        raise ValueError(f"An amount has two decimals and no sign: {text!r}")
    return int(cents)


def format_amount(cents: int) -> str:
    return f"{cents / 100:.2f} EUR"
