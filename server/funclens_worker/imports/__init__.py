"""What a process imports and how long that takes."""
