"""What the workspace's own deploy files say: entry points and public names.

Each module reads one kind of file with a parser of that language. Values with
variables that the file itself does not give stay unknown; nothing is guessed.
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
