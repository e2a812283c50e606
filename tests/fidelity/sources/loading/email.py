raise RuntimeError("The standard library comes first on sys.path.")
