"""Keys, files and witnesses of the action log: everything that verifying and handing out a proof needs of the world."""
