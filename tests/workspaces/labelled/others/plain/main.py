import argparse


def main(args):
    print(args)


def load(path):
    return open(path).read()


def fill(template, context):
    return template.format(**context)


def send(request):
    return request


def _hidden(request):
    return request


if __name__ == "__main__":
    main(argparse.ArgumentParser().parse_args())


PIPELINE = [load, fill, send]
