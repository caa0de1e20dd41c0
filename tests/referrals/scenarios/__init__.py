"""What every stelsel answers, written from the documents; one file per stelsel."""
