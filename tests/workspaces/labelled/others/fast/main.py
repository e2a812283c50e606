from fastapi import Depends, FastAPI, Request

app = FastAPI()


def current_user(request: Request):
    return request.headers.get("user")


@app.get("/")
async def root(request: Request, user=Depends(current_user)):
    return {}


async def startup(request: Request):
    return None
