from unittest.mock import Mock

import database_sample


def test_now(request):
    assert database_sample.now(Mock())
