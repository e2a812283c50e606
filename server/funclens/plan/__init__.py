"""Compare the functions of a workspace with what is deployed.

Pure: texts of gcloud in, differences out. Values of environment variables are dropped
where they are read.
"""
