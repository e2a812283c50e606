"""Installs into an environment, all or nothing; runs in Funclens's interpreter."""
