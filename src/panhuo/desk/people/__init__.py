"""Who works here: accounts, organisations, what each person is there and what that lets them do."""
