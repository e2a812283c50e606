"""The script that every process but the front door is started with.

    python launch.py worker CHANNEL      serves one unit
    python launch.py connect             the same; standard input says where to connect
    python launch.py zygote CONTROL      forks workers of one interpreter
    python launch.py launcher CONTROL N  starts both; none outlives the front door
    python launch.py installer STATUS    makes the environment of a unit

It runs before anything else in the unit's interpreter, so it first takes itself
out of the user's way: functions-framework starts from the interpreter's `bin`
folder, so that is what `sys.path[0]` becomes, and this package is loaded by its
path without a place on `sys.path`.

Python 2.7 understands this file, to say that it is too old.
"""

import json
import os
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
PACKAGE = "funclens_worker"
OLDEST = (3, 9)
TOO_OLD_STATUS = 78
"""Exit code for an interpreter that is too old; same as in `contract.py`."""


def load_package():
    # type: () -> None
    """Make `funclens_worker` importable without changing `sys.path`."""
    import importlib.util

    spec = importlib.util.spec_from_file_location(
        PACKAGE,
        os.path.join(HERE, "__init__.py"),
        submodule_search_locations=[HERE],
    )
    if spec is None or spec.loader is None:
        raise ImportError("the package funclens_worker is damaged: " + HERE)
    package = importlib.util.module_from_spec(spec)
    sys.modules[PACKAGE] = package
    spec.loader.exec_module(package)


def make_room(own_folder):
    # type: (str) -> None
    """Give user code the `sys.path` and `sys.argv` of the framework.

    `own_folder` is what Python put first on `sys.path` for this program.
    """
    binaries = os.path.dirname(sys.executable)
    if sys.path and os.path.abspath(sys.path[0]) == own_folder:
        sys.path[0] = binaries
    sys.argv[:] = [os.path.join(binaries, "functions-framework")]


def _read_line():
    # type: () -> bytes
    """Return the first line of standard input; exit if there is none."""
    line = b""
    while not line.endswith(b"\n"):
        byte = os.read(0, 1)
        if not byte:
            sys.exit(70)
        line += byte
    return line


def _close_input():
    # type: () -> int
    """Make standard input empty; return another descriptor of what it was."""
    kept = os.dup(0)
    null = os.open(os.devnull, os.O_RDONLY)
    os.dup2(null, 0)
    os.close(null)
    return kept


def _connect():
    # type: () -> None
    """Serve a unit of the front door that has written where it listens."""
    import binascii
    import socket

    invitation = json.loads(_read_line().decode("ascii"))
    life = _close_input()
    connection = socket.create_connection(tuple(invitation["address"]), 30)
    connection.sendall(binascii.unhexlify(invitation["hello"].encode("ascii")))
    if sys.version_info < OLDEST:
        connection.sendall(_refusal())
        sys.exit(TOO_OLD_STATUS)
    if invitation["descriptors"]:
        _limit_descriptors(invitation["descriptors"])
    make_room(HERE)
    load_package()
    from funclens_worker.portable.connect import run

    sys.exit(run(connection, invitation, life))


def _limit_descriptors(soft):
    # type: (int) -> None
    """Give workers the limit that the front door had before it raised its own."""
    import resource

    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def _refusal():
    # type: () -> bytes
    """Return the event that says that this interpreter is too old."""
    version = "%d.%d.%d" % sys.version_info[:3]
    failure = {
        "error": "Python %s is too old: functions run on 3.9 or later" % version,
        "file": None,
        "line": None,
        "traceback": "",
        "hint": "choose another interpreter than %s with the setting 'python', or "
        "recreate the virtual environment" % sys.executable,
    }
    event = {"event": "import-error", "error": failure}
    return json.dumps(event).encode("ascii") + b"\n"


def refuse(role, descriptor):
    # type: (str, int) -> None
    """Tell the front door that this interpreter is too old."""
    if role == "worker":
        os.write(descriptor, _refusal())


def main():
    # type: () -> None
    """Run the role given on the command line."""
    role = sys.argv[1]
    if role == "connect":
        _connect()
    descriptor = int(sys.argv[2])
    if sys.version_info < OLDEST:
        refuse(role, descriptor)
        sys.exit(TOO_OLD_STATUS)
    if role == "launcher":
        _limit_descriptors(int(sys.argv[3]))
    make_room(HERE)
    load_package()
    if role == "launcher":
        from funclens_worker.processes import launcher

        launcher.run(descriptor)
    elif role == "installer":
        from funclens_worker.installation import installer

        installer.run(descriptor)
    elif role == "zygote":
        from funclens_worker.processes import zygote

        descriptor = zygote.run(descriptor)
        role = "worker"
    if role == "worker":
        from funclens_worker.main import run

        sys.exit(run(descriptor))


if __name__ == "__main__":
    main()
