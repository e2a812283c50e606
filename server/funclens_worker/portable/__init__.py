"""Workers that connect back to the front door: TCP instead of descriptors."""
