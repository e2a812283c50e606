from .transport import send
