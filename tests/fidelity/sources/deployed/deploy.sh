#!/bin/sh
gcloud functions deploy alias --entry-point=alias --trigger-http --runtime=python312
gcloud functions deploy original --entry-point=original --trigger-http --runtime=python312
gcloud functions deploy closure --entry-point=closure --trigger-http --runtime=python312
gcloud functions deploy static --entry-point=static --trigger-http --runtime=python312
gcloud functions deploy variadic --entry-point=variadic --trigger-http --runtime=python312
