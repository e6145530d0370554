"""What people decided, who and when: the register, the Runs, what is on offer. No HTTP."""
