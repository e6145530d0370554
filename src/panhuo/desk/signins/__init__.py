"""Sign-ins of accounts: when, from where, on which device."""
