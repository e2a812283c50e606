"""What runs in the interpreter of the user's unit: Python 3.9 and up, stdlib, Flask.

Nothing here may import `funclens`. `contract` is the only module that both
sides import.
"""
