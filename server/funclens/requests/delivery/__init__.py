"""How production delivers events and jobs: attempts, delays, duplicates."""
