"""Views, one module per subject; each is a plain function with its policy."""
