"""HTTP of the front door: values and bytes, no processes."""
