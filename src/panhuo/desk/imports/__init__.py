"""Files that people send in: looked at, mapped, imported in the background within what they may import."""
