"""The home folder of an installation and its lock."""
