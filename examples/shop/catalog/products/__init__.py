from .views import product, search

__all__ = ["product", "search"]
