from .health import ping

__all__ = ["ping"]
