"""Which tests need what not every operating system has.

A few modules that can't even be imported elsewhere, or test one system, have a mark.
"""

from __future__ import annotations

__all__ = ["FORKS_ONLY", "LINUX_ONLY", "UNIX_ONLY", "reason_to_skip"]

UNIX_ONLY = {
    "agents/": "starts a runner, and ends it by its signals",
    "catalog/test_deployed.py::test_an_event_function_behind": "forks the framework",
    "catalog/test_deployed.py::test_a_1st_gen_event": "forks the framework",
    "catalog/test_deployed.py::test_a_source_without_main": "forks the framework",
    "catalog/test_rules.py::test_reported_code_fails": "forks the framework",
    "catalog/test_rules.py::test_working_code_is_not": "forks the framework",
    "catalog/test_rules.py::test_an_event_function_may": "forks the framework",
    "catalog/test_rules.py::test_a_deployed_name": "forks the framework",
    "catalog/test_rules.py::test_a_missing_entry_point": "forks the framework",
    "catalog/test_shadows.py::test_the_last_definition": "forks the framework",
    "catalog/test_shadows.py::test_a_local_module": "forks the framework",
    "catalog/test_threads_at_import.py": "gunicorn forks",
    "chaos/": "kills processes by signals",
    "cli/test_run_command.py": "signals and exit codes of a shell",
    "cli/test_setup": "environments are made on Linux and macOS only",
    "discovery/test_hostile_files.py::test_modules_that_are": "makes pipes",
    "discovery/test_hostile_files.py::test_special_files": "makes pipes",
    "discovery/test_hostile_files.py::test_only_regular_files": "makes pipes, devices",
    "discovery/test_hostile_files.py::test_a_note_disappears": "makes pipes",
    "discovery/test_prescan.py": "forks the process that walks",
    "discovery/test_unreadable.py::test_unusual_folders": "makes pipes",
    "e2e/": "a real editor in a browser, set up for Debian",
    "editors/": "Neovim and Emacs of Debian",
    "emulators/": "emulators are started in a session of their own",
    "fidelity/": "compares with gunicorn, which forks",
    "framework_suite/": "runs behind gunicorn, which forks",
    "export/test_round_trip.py": "folders with characters that Windows forbids",
    "features/test_": "catalogs of folders below /, which no drive has",
    "plan/test_command.py": "a gcloud that is a script of a shell",
    "recorded/test_copy_as.py": "runs commands in a shell",
    "lsp/test_uris.py::test_a_uri_is_a_path_of_unix": "names are bytes on Unix only",
    "portable/test_portable_fidelity.py": "compares with the mode that forks",
    "portable/test_portable_runner.py": "looks at processes in /proc",
    "portable/test_windows_imports.py": "stands in for Windows",
    "portable/test_windows_pipe.py": "stands in for Windows",
    "portable/test_windows_run.py": "stands in for Windows",
    "runner/test_descriptors.py": "limits of open files",
    "runner/test_life_and_death.py": "kills processes by signals",
    "runner/test_limits.py": "reads memory from /proc",
    "runner/test_signals.py": "signals of Unix",
    "runner/test_stand_in.py": "forks",
    "runner/test_standby.py": "forks",
    "runner/test_state_folder.py": "owner and mode of files",
    "runner/test_warm_up.py": "forks",
    "runner/test_windows_state.py::test_a_link": "makes links, which few may",
}
"""What Windows can't run: beginnings of test ids below `tests`, with the reason."""

LINUX_ONLY = {
    "chaos/": "looks at processes in /proc",
    "portable/test_portable_fidelity.py": "compares with the mode that forks",
    "portable/test_portable_runner.py": "looks at processes in /proc",
    "portable/test_windows_run.py": "stands in for Windows, on Linux",
    "runner/test_life_and_death.py": "looks at processes in /proc",
    "runner/test_limits.py": "reads memory from /proc",
    "runner/test_watch_limits.py": "limits of inotify",
}
"""What macOS can't run, in the same form."""

FORKS_ONLY = {
    "cold_start/test_import_tree.py": "compares a forked worker with a spawned one",
    "lsp/test_prepared_runner.py": "prepares a zygote",
    "runner/test_cold_start.py::test_a_unit_reports_the_same": "compares with a fork",
    "runner/test_descriptors.py": "counts what launcher and zygotes hold",
    "runner/test_life_and_death.py": "kills launchers, reapers and zygotes",
    "runner/test_limits.py::test_packages_of_other": "looks for a worker of a launcher",
    "runner/test_preload.py": "forks",
    "runner/test_shared_memory.py": "forks",
    "runner/test_stand_in.py": "forks",
    "runner/test_standby.py": "forks",
    "runner/test_warm_up.py": "forks",
    "runner/test_worker_death.py::test_nothing_is_answered_twice": "kills a reaper",
    "runner/test_zygote.py": "forks",
    "runner/test_zygote_deaths.py": "forks",
}
"""What the portable mode can't run (`FUNCLENS_PORTABLE=1`), in the same form."""


def reason_to_skip(test: str, platform: str, *, portable: bool = False) -> str:
    """Return why a test can't run on a platform of `sys.platform`; empty if it can.

    `portable` says whether runners are in the portable mode.
    """
    listed = {
        **(FORKS_ONLY if portable else {}),
        **(LINUX_ONLY if platform != "linux" else {}),
        **(UNIX_ONLY if platform == "win32" else {}),
    }
    plain = test.replace("\\", "/").removeprefix("tests/")
    found = next((why for start, why in listed.items() if plain.startswith(start)), "")
    mode = ", portable" if portable else ""
    return f"{found} ({platform}{mode})" if found else ""
