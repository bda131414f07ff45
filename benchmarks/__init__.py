"""How fast the portal is, measured beside a bare page on the same server (platform spec, section 4)."""
