"""HTTP to peers, to the issuer and to receivers of events: the only importer of httpx."""
