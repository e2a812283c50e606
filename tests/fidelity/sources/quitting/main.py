"""Functions that end more than their request."""

import os
import sys

import functions_framework


@functions_framework.http
def system_exit(request):
    sys.exit(3)


@functions_framework.http
def keyboard_interrupt(request):
    raise KeyboardInterrupt


@functions_framework.http
def base_exception(request):
    raise BaseException("bare")


@functions_framework.http
def os_exit(request):
    os._exit(3)
