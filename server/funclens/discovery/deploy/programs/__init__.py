"""Functions that programs of Pulumi and CDK for Terraform deploy.

The programs are read, never run: what they make is told by the calls in their text.
"""
