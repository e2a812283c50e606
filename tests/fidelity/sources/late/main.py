"""Relative before absolute: the same file becomes two modules."""

import functions_framework

from . import helper as relative

relative.COUNT.append(1)


@functions_framework.http
def twice(request):
    import helper as absolute

    return {
        "one object": relative is absolute,
        "relative": [relative.__name__, relative.COUNT],
        "absolute": [absolute.__name__, absolute.COUNT],
    }
