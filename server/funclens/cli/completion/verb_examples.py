"""Examples at the end of `--help`, of the whole and of each command."""

from __future__ import annotations

__all__ = ["EXAMPLES", "FIRST_EXAMPLES"]

FIRST_EXAMPLES = """\
  funclens run                                   # serve all functions
  funclens call hello --data '{"name": "Ada"}'   # call one
  funclens check                                 # report problems
  funclens COMMAND --help                        # options and examples
"""

EXAMPLES = {
    "list": """\
  funclens list                  # functions of the current folder
  funclens list services --json  # for scripts
""",
    "check": """\
  funclens check                              # all problems
  funclens check --format github              # annotate a pull request
  funclens check --select duplicate-endpoint  # one kind of problem
""",
    "run": """\
  funclens run                        # all functions, with hot reload
  funclens run billing webhooks       # those of two folders
  funclens run --emulators            # deliver events of emulators
  funclens run -- pytest tests/live   # serve while a command runs
""",
    "call": """\
  funclens call charge --data '{"amount": "12.50"}'
  funclens call on_order --event pubsub --data '{"order": 7}'
  funclens call search --path '?q=lamp' --method GET
  funclens call charge --sample       # print a request, don't send it
""",
    "requests": """\
  funclens requests --failed          # what went wrong
  funclens requests --function charge --json
""",
    "replay": """\
  funclens replay ID                  # send the identical bytes again
  funclens replay ID --debug          # and wait for a debugger
""",
    "logs": """\
  funclens logs --follow
  funclens logs --function charge
""",
    "new": """\
  funclens new billing
  funclens new on_order --kind cloudevent --event pubsub
""",
    "setup": """\
  funclens setup                      # all units without an environment
  funclens setup --unit billing.main
""",
    "export": """\
  funclens export --to gcloud > deploy.sh
  funclens export --to terraform --out deploy
  funclens export --to knative --registry ghcr.io/shop --out k8s
""",
    "plan": """\
  funclens plan                               # compare with deploy files
  funclens plan --from gcloud --project shop  # and with what is deployed
  gcloud functions list --format=json | funclens plan --from -
""",
    "mcp": """\
  funclens mcp services
""",
    "openapi": """\
  funclens openapi > openapi.json
  funclens openapi --server https://europe-west1-shop.cloudfunctions.net
""",
    "doctor": """\
  funclens doctor
  funclens doctor --json | jq '.findings[] | select(.status == "problem")'
""",
    "completion": """\
  eval "$(funclens completion bash)"                      # in ~/.bashrc
  funclens completion zsh > "${fpath[1]}/_funclens"
  funclens completion fish > ~/.config/fish/completions/funclens.fish
""",
    "lsp": """\
  funclens lsp --stdio
""",
}
"""By command. Each line is a command that works."""
