"""Check booklets: sent out, how much came back, one of them."""
