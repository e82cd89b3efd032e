"""All SQL, one file a department; unit of work, outbox, migrations, blobs."""
