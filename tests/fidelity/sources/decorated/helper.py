NAME = "the helper of decorated"
