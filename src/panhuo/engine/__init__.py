"""Pure computation: no files, no clock, no driver, no framework."""
