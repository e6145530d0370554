"""盘点: every right of the register worked out for a day, so that pages and lists need not work it out anew."""
