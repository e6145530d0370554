"""Background work: mine, one, all."""
