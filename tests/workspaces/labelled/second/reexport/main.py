"""Everything that is deployed from here."""

from handlers import *
from handlers.users import get_user, put_user as store_user

from helpers import parse

__all__ = ["get_user", "store_user", "ping"]
DEFAULT = parse(None)
