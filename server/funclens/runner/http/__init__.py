"""HTTP at the front door: values and bytes, no processes."""
