#!/bin/sh
for name in one two; do
  echo "$name"
done
gcloud functions deploy star-args --runtime python312 --entry-point anything \
  --source=svc --trigger-http
gcloud functions deploy zero-hints --runtime=python39 --source=svc \
  --entry-point=quiet --trigger-topic=jobs --no-gen2
gcloud functions deploy by_name --runtime python311 --source svc --trigger-http
