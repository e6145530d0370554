"""Files of offices and users -> raw rows and rejects, one module per family of formats."""
