from starlette.applications import Starlette
from starlette.routing import Route


async def homepage(request):
    return None


def login(request):
    return None


app = Starlette(routes=[Route("/", homepage), Route("/login", login)])
