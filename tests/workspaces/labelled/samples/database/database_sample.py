from os import getenv

import pymysql

CONNECTION = getenv("INSTANCE")
connection = None


def __cursor():
    if not connection.open:
        connection.ping(reconnect=True)
    return connection.cursor()


def now(request):  # @http
    global connection
    if not connection:
        connection = pymysql.connect(unix_socket=f"/cloudsql/{CONNECTION}")
    with __cursor() as cursor:
        cursor.execute("SELECT NOW()")
        return str(cursor.fetchone())
