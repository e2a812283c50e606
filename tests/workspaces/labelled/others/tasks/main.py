from celery import Celery

app = Celery("tasks")


@app.task
def work(request):
    return request


@app.task(bind=True)
def bound(self, data):
    return data
