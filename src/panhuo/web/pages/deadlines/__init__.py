"""What falls due: fees by 7, 30 and 90 days, grace, restoration, ends of terms."""
