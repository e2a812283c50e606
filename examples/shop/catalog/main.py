"""What the shop sells. The functions themselves live in a package."""

from products import product, search

__all__ = ["product", "search"]
