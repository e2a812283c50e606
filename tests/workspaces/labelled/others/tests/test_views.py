import pytest


@pytest.fixture
def client(request):
    return request.param


def pytest_collection_modifyitems(config, items):
    pass


def test_view(request):
    assert request


def make(request):
    return request
