"""The processes around workers: who starts them, forks them and ends them."""
