import time

count = 0


def heavy_work():
    return time.time()


def light_work():
    return time.time()


started = heavy_work()


def counter(request):  # @http
    global count
    count += 1
    return f"calls: {count}"


def scopes(request):  # @http
    return f"{started} {light_work()}"


def slow(request):  # @http
    print("Working...")
    time.sleep(120)
    print("Done")
    return "Done"


def listing(request):  # @http
    import os

    here = os.path.dirname(os.path.abspath(__file__))
    return str(os.listdir(here))
