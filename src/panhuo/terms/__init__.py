"""The field's words as small frozen types. Imports the standard library only."""
