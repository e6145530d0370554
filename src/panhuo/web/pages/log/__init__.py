"""The log of acts for audit administrators: list, one entry, its proof, signed head and bundle to take away."""
