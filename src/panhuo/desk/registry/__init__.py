"""The register: assets, events, rosters, population, needs, what owners said."""
