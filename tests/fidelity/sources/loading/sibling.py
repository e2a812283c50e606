import helper

NAME = "a sibling"
