"""The dormant register: its states, and as at another day."""
