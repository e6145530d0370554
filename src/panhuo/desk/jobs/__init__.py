"""Background work: asked for by people, done by a worker, with progress, retry, quarantine and cancelling."""
