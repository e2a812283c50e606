"""Functions deployed by Pulumi and CDK for Terraform programs.

The programs are analyzed statically and never run.
"""
