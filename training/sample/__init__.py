"""Sample programmes of the embedded run, plainly marked, in every state; through the services, with DEMO=1 only."""
