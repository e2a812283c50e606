"""Read the workspace's deploy files: entry points and deployed names.

Each module parses one kind of file. A value that depends on variables which the file
doesn't define stays unknown; nothing is guessed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from funclens.lazy_exports import lazy_exports

if TYPE_CHECKING:
    from funclens.discovery.deploy.deployment import Deployment
    from funclens.discovery.deploy.files import (
        is_deploy_file,
        mentions_deployment,
        module_deploys,
        read_deployments,
    )
    from funclens.discovery.deploy.nearby import NearbyFiles

__all__ = [
    "Deployment",
    "NearbyFiles",
    "is_deploy_file",
    "mentions_deployment",
    "module_deploys",
    "read_deployments",
]

# The module of each name: a walk needs one of them.
__getattr__ = lazy_exports(
    __name__,
    {
        "Deployment": "deployment",
        "NearbyFiles": "nearby",
        "is_deploy_file": "files",
        "mentions_deployment": "files",
        "module_deploys": "files",
        "read_deployments": "files",
    },
)
