"""Assessment as work: cases from self-grade to report, expert panels, assessments before filing."""
