"""What events come from: topics, documents and buckets of emulators."""
