"""The products, and how they are searched."""

PRODUCTS = {
    "1001": {"name": "Desk lamp", "price": "39.00"},
    "1002": {"name": "Floor lamp", "price": "89.00"},
    "1003": {"name": "Oak desk", "price": "420.00"},
}


def matches(name: str, text: str) -> bool:
    """Compare without regard to case; an empty text matches every name."""
    return text.casefold() in name.casefold()
