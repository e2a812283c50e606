gcloud functions deploy undecorated --entry-point undecorated --trigger-http --runtime python312
