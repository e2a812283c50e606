NAME = "the helper of loading"
