"""Organisations, accounts, roles, invitations. Who may do what stands in desk.people."""
