"""What triggers a function in production, and the options it is deployed with."""
