"""Deploy options of several declarations, combined."""

from __future__ import annotations

from funclens.model import DeployOptions

__all__ = ["merged_options"]


def merged_options(first: DeployOptions, second: DeployOptions) -> DeployOptions:
    """Return the first's options, and the second's where the first has none."""
    return DeployOptions(
        first.regions or second.regions,
        first.memory_mib if first.memory_mib is not None else second.memory_mib,
        first.timeout_seconds
        if first.timeout_seconds is not None
        else second.timeout_seconds,
        first.concurrency if first.concurrency is not None else second.concurrency,
        first.secrets or second.secrets,
        first.variables or second.variables,
        first.is_cloud_function or second.is_cloud_function,
    )
