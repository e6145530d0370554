"""Assessment cases and expert panels: the organiser's pages, and the sheets of experts."""
