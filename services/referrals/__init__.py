"""Referrals: the right access route to supplementary support, and one provider after another."""
