"""The phases that every workflow's states stand for: rules read these, never a state's name.

Of a deal: a draft, in review, signed, being terminated, completed, void or terminated. Of a listing: a draft or one
that wasn't verified, on the market, held from it, taken by a deal, sold or let, off the market.
"""

DRAFT, HELD, LIVE, CLOSING, CLOSED, DEAD = "Draft", "Held", "Live", "Closing", "Closed", "Dead"
LIVE_PHASES, ENDED_PHASES = (DRAFT, LIVE, HELD, CLOSING), (CLOSED, DEAD)
SIGNED = (LIVE, CLOSING, CLOSED)  # a deal that is signed and stands
