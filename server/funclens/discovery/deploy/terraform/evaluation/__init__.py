"""What Terraform's expressions come to, in a module as it is called."""

from __future__ import annotations
