COUNT = []
