from aiohttp import web


async def hello(request):
    return web.Response(text="hi")


async def middleware(request, handler):
    return await handler(request)


app = web.Application()
app.add_routes([web.get("/", hello)])
