"""What is on offer: numbered, frozen editions."""
