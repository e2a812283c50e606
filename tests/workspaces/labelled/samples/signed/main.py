import hashlib
import hmac
import os

import functions_framework


def is_signed(request):
    given = request.headers.get("X-Signature", "")
    wanted = hmac.new(os.environ["KEY"].encode(), request.get_data(), hashlib.sha256)
    return hmac.compare_digest(given, wanted.hexdigest())


def format_answer(found):
    return {"text": found}


@functions_framework.http
def search(request):  # @http
    if not is_signed(request):
        return "no", 401
    return format_answer(request.form["q"])
