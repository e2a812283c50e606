"""Decorators around, under and beside the framework's own."""

import functools

import flask
import functions_framework
import helper


def shouting(function):
    @functools.wraps(function)
    def wrapper(request):
        return function(request).upper()

    return wrapper


def forgetful(function):
    def wrapper(request):
        return "forgotten: " + function(request)

    return wrapper


def cors(function):
    @functools.wraps(function)
    def wrapper(request, *args, **kwargs):
        if request.method == "OPTIONS":
            return "", 204, {"Access-Control-Allow-Origin": "*"}
        response = flask.make_response(function(request, *args, **kwargs))
        response.headers["Access-Control-Allow-Origin"] = "*"
        return response

    return wrapper


@functions_framework.http
@shouting
def inner(request):
    return f"inner {helper.NAME}"


@shouting
@functions_framework.http
def outer(request):
    return "outer"


@functions_framework.http
@forgetful
def nameless(request):
    return "nameless"


@functions_framework.http
@cors
def shared(request):
    return "shared"


@functions_framework.http
def defaults(request, other=3):
    return f"{other}"


@functions_framework.http
def anything(*args, **kwargs):
    return f"{len(args)} {sorted(kwargs)}"


@functions_framework.http
def named(_unused):
    return flask.request.path


@functions_framework.http
def nothing():
    return "no parameter"


@functions_framework.http
def two(request, context):
    return "two parameters"
