"""Code that runs in the unit's interpreter: Python 3.9+, standard library, Flask.

Nothing here may import `funclens`. `contract` is the only module that both sides
import.
"""
