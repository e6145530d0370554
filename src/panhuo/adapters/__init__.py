"""The outside world, one folder per thing it talks to."""
