import functions_framework


def build(name):
    def answer(request):
        return name

    return answer


def plain(anything):
    return "plain"


wrapped = functions_framework.http(plain)  # @http
