"""The entries this room writes in the log."""

OPTED_OUT = "consent:address:opted_out"
OPTED_IN = "consent:address:opted_in"
OPT_OUT_REPEATED = "consent:address:opt_out_repeated"
OPT_OUT_LIFTED = "consent:address:opt_out_lifted"
HOLD_OPENED = "consent:hold:opened"
HOLD_CLOSED = "consent:hold:closed"
