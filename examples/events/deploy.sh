#!/usr/bin/env bash
# What the functions of this folder are deployed with. Those of mail/ say it themselves: firebase deploy.
set -eu
cd "$(dirname "$0")"
common=(--gen2 --runtime=python312 --region=us-central1)

gcloud functions deploy order "${common[@]}" --source=orders --entry-point=order --trigger-http --allow-unauthenticated
gcloud functions deploy save_order "${common[@]}" --source=orders --entry-point=save_order --trigger-topic=orders --retry
gcloud functions deploy on_order "${common[@]}" --source=. --entry-point=on_order --trigger-topic=orders
