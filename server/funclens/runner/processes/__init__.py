"""How worker processes are planned, started and ended."""
