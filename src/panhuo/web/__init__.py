"""The site: pages over the register, signing in, what every page shares."""
